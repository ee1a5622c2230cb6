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
//!
//! # A simulated run
//!
//! Three questions at once, to a server that takes 0.8 s for each, in a world with a clock of its
//! own:
//!
//! ```ignore-wasm32
//! use std::rc::Rc;
//!
//! use parallelization_agent::api::{agent_options::AgentOptions, input::Input};
//! use parallelization_agent::api::{request::Request, start::start};
//! use parallelization_agent::engine::agent::Agent;
//! use parallelization_agent::json::json;
//! use parallelization_agent::platform::sim::{Reply, Simulation};
//!
//! let answer = r#"{ "choices": [{ "message": { "content": "4" }, "finish_reason": "stop" }] }"#;
//! let world = Simulation::new(1, move |_, _| Reply::new(200, 800.0, answer));
//! let options = json!({ "baseURL": "https://host.example/v1", "model": "simulated" });
//! let options = AgentOptions::read(Input::from(options));
//! let agent = Agent::new(Rc::new(world.clone()), options.limits.clone(), None);
//!
//! let arguments = [Input::from(json!(["2 + 2?", "1 + 3?", "5 - 1?"]))];
//! let request = Request {
//!     strategy: "batch",
//!     arguments: &arguments,
//!     agent: &options,
//!     options: None,
//!     function: &|_| unreachable!("there are no functions among them"),
//! };
//! let started = start(&agent, request, "run-1", "thread-1");
//! let Ok((_run, outcome)) = started else { panic!("the options are right") };
//! let Some(Ok(result)) = world.run(outcome) else { panic!("it completes") };
//!
//! assert_eq!(result.metadata.completed_tasks, 3);
//! assert_eq!(result.metadata.processing_time_ms, 800.0);
//! ```

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
