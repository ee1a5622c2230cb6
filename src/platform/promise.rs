//! Waits for what others gave, which may be a promise, and may be anything.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// What is given, where it is a promise of the language's own that is as it was made. The npm
    /// package has it. The core alone, as some tests use it, does without.
    #[wasm_bindgen(catch, js_name = asOwnPromise)]
    fn as_own(given: &JsValue) -> Result<Option<Promise>, JsValue>;
}

/// What becomes of `given`, which is its own outcome when it is no promise. It is asked at once.
pub fn wait_for(given: &JsValue) -> JsFuture {
    if let Ok(Some(own)) = as_own(given) {
        return own.into();
    }
    // A `race` of one is a promise of the language's own, whatever `given` is: what a look at that
    // throws is its outcome, and a `then` that calls back twice is heard once.
    Promise::race(&Array::of1(given)).into()
}
