//! The boundary: reads what callers pass in, finds all that is wrong with it at once, and hands values back. Only what
//! is built for wasm32 knows JavaScript; the rest reads a plain tree, so that it is tested anywhere.

mod aliases;
mod base_url;
mod call_settings;
#[cfg(target_arch = "wasm32")]
mod callback;
mod content;
#[cfg(target_arch = "wasm32")]
mod context;
pub mod input;
pub mod issues;
pub mod job;
mod keeping;
#[cfg(target_arch = "wasm32")]
mod limiter;
#[cfg(target_arch = "wasm32")]
mod model_function;
#[cfg(target_arch = "wasm32")]
mod nesting;
pub mod numbers;
pub mod options;
mod patterns;
mod prices;
pub mod reader;
mod reading;
mod schema;
mod secrets;
#[cfg(target_arch = "wasm32")]
mod standard_schema;
#[cfg(target_arch = "wasm32")]
mod store;
mod tools;
#[cfg(target_arch = "wasm32")]
mod tracer;
#[cfg(target_arch = "wasm32")]
mod values;
#[cfg(target_arch = "wasm32")]
pub mod web;
pub mod worker_spec;
