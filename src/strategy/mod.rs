//! What to run: one file a pattern, each an async function over [`Run`](crate::engine::run::Run). A
//! strategy never sees HTTP, a clock or a limit.

pub mod answer_format;
pub mod batch;
pub mod best_of;
pub mod chunks;
pub mod clones;
pub mod document;
pub mod evaluate;
mod fan_out;
pub mod guarded;
pub mod judge;
pub mod map_reduce;
pub mod perspectives;
pub mod process;
pub mod prompts;
mod ready;
pub mod sectioning;
pub mod summary;
pub mod voting;
