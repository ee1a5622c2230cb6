//! Waits for what others gave, which may be a promise, and may be anything.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The npm package has it, and makes no other of a promise that is the language's own. The core
    /// alone, as some tests use it, does without.
    #[wasm_bindgen(catch, js_name = ownPromise)]
    fn own_promise(given: &JsValue) -> Result<Promise, JsValue>;
}

/// What becomes of `given`, which is its own outcome when it is no promise. It is asked at once.
pub fn wait_for(given: &JsValue) -> JsFuture {
    // A `race` of one is a promise of the language's own, whatever `given` is: what a look at that
    // throws is its outcome, and a `then` that calls back twice is heard once.
    own_promise(given).unwrap_or_else(|_| Promise::race(&Array::of1(given))).into()
}
