//! The wire formats against what the providers document: see `fixtures/README.md`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests do"
)]

mod alike;
mod answers;
mod encoding;
mod ends;
mod errors;
mod events;
mod exchanges;
mod extras;
mod finish;
mod json;
mod reasoning;
mod refusals;
mod servers;
mod told_tokens;
mod usage;
mod waits;
