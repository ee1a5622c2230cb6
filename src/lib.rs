//! Runs many LLM calls at once: a single-threaded core for WebAssembly.
//!
//! Each floor calls only those below it:
//!
//! - [`api`]: the boundary. Reads what callers pass in and finds all that is wrong with it.
//! - [`strategy`]: what to run. One file a pattern, each an async function over a `Run`.
//! - [`engine`]: how a call runs. Limiter, retries, time, budget, accounts, progress.
//! - [`model`]: who answers. Messages, completions, and one file a wire format.
//! - [`platform`]: where it runs. The web's clock and fetch, or the simulator's.
//! - [`json`]: values and their text.
//! - [`host`]: what the host does for us: numbers, lower case, regular expressions.
//!
//! Beside them stand [`event`], [`report`] and [`error`]: what goes out.

#![warn(missing_docs)]

pub mod api;
pub mod engine;
pub mod error;
pub mod event;
pub mod host;
pub mod json;
pub mod model;
mod nearest;
pub mod platform;
pub mod report;
pub mod strategy;
