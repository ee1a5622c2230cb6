//! Everything that decides how much may be sent: per pool (a model at an address) the queue,
//! windows, pace, adaptive limit and pauses; for all of an agent the budget and the retry budget.
//! Nothing here sends or retries.

pub mod acquire;
pub mod adaptive;
pub mod backoff;
pub mod budget;
pub mod cache_gates;
mod chance;
mod common_faults;
mod connections;
mod cubic;
mod falls;
pub mod latencies;
mod learned;
pub mod limiter;
mod named_waits;
mod outage;
mod over_time;
mod pace;
pub mod permit;
pub mod pool;
pub mod pools;
mod probes;
pub mod queue;
mod refused_share;
pub mod retry_budget;
pub mod server_quirks;
mod server_quota;
pub mod shared_limiter;
mod spacing;
pub mod status;
mod steps;
mod throughput;
pub mod window;
mod windows;
