//! The boundary to JavaScript, in a browser.

#![cfg(target_arch = "wasm32")]

mod cases;
mod models;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
