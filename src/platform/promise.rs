//! Waits for what others gave, which may be a promise, and may be anything.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// What becomes of `given`, which is its own outcome when it is no promise. It is asked at once.
pub fn wait_for(given: &JsValue) -> JsFuture {
    // A `race` of one is a promise of the language's own, whatever `given` is: what a look at that
    // throws is its outcome, and a `then` that calls back twice is heard once.
    Promise::race(&Array::of1(given)).into()
}
