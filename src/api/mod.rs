//! The boundary: reads what callers pass in, finds all that is wrong with it at once, and hands
//! values back. Only what is built for wasm32 knows JavaScript; the rest reads a plain tree, so
//! that it is tested anywhere.

pub mod agent_options;
mod aliases;
mod base_url;
mod call_settings;
mod content;
pub mod input;
pub mod issues;
pub mod job;
#[cfg(target_arch = "wasm32")]
pub mod js;
mod keeping;
mod names;
pub mod numbers;
pub mod options;
mod patterns;
mod prices;
pub mod reader;
mod reading;
pub mod request;
mod schema;
mod secrets;
pub mod start;
mod tools;
pub mod work;
pub mod worker_fields;
pub mod worker_spec;
