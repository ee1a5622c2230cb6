//! Behaviour in the simulator: a virtual clock, chance from a seed and a scripted server.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::indexing_slicing,
    clippy::large_enum_variant,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests do"
)]

mod batch;
mod complete;
mod evaluate;
mod fallbacks;
mod fan_out;
mod graph;
mod guarded;
mod map_reduce;
mod prompt;
mod providers;
mod sectioning;
mod structured;
mod tools;
mod voting;
mod world;
