//! What the core does by itself, on the host: graphs, streams, the limiter, events.

#![allow(missing_docs, reason = "Criterion's macros")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot be set up has nothing to say")]

mod events;
mod graph;
mod limiter;
mod sse;

criterion::criterion_group!(benches, graph::benches, sse::benches, limiter::benches, events::benches);
criterion::criterion_main!(benches);
