//! How a call runs. A policy is one file and knows no other; `call.rs` states their order:
//! schema → deadline → journal → (budget → limiter → attempt) again and again, as `retry.rs` allows.

pub mod account;
pub mod acquire;
pub mod agent;
pub mod attempt;
pub mod budget;
pub mod call;
pub mod checked;
pub mod concurrency;
pub mod deployments;
mod drive;
pub mod forgotten;
pub mod graph;
pub mod hedge;
pub mod journal;
pub mod limiter;
pub mod loan;
pub mod perform;
pub mod pool;
pub mod pools;
pub mod prefix;
pub mod progress;
mod queue;
pub mod record;
pub mod retry;
pub mod retry_budget;
pub mod run;
pub mod server_quirks;
pub mod settings;
pub mod shared_limiter;
pub mod status;
pub mod task;
pub mod together;
pub mod tools;
pub mod trace;
pub mod window;
