//! What to run: one file a pattern, each an async function over [`Run`](crate::engine::run::Run). A strategy never sees
//! HTTP, a clock or a limit.

pub mod latch;
pub mod process;
pub mod prompts;
pub mod summary;
