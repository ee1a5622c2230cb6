//! The boundary to JavaScript, in Node.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy does not know these for tests"
)]

mod cases;
mod models;
