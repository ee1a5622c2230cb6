//! Behaviour in the simulator: a virtual clock, chance from a seed and a scripted server.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::large_enum_variant,
    clippy::panic,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests do"
)]

mod batch;
mod bodies;
mod budget;
mod complete;
mod data_in_answers;
mod deployments;
mod evaluate;
mod failure;
mod fallbacks;
mod fan_out;
mod garbage;
mod graph;
mod guarded;
mod hanging;
mod hedge;
mod injection;
mod invariants;
mod key_function;
mod keys;
mod library_schemas;
mod limit_table;
mod limited_server;
mod limiter;
mod limits;
mod limits_and_chance;
mod map_reduce;
mod minute_limits;
mod mixed_faults;
mod named_waits;
mod outages;
mod over_to_responses;
mod prefix;
mod prices;
mod prompt;
mod providers;
mod rates;
mod retry;
mod sectioning;
mod server_quirks;
mod shared_limiter;
mod short_calls;
mod store;
mod structured;
mod time;
mod told_tokens;
mod tool_messages;
mod tools;
mod voting;
mod weather;
mod witnesses;
mod words;
mod world;
