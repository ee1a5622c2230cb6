//! The boundary to JavaScript, in a browser.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy does not know these for tests"
)]

mod cases;
mod models;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
