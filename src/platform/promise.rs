//! Waits for what others gave, which may be a promise, and may be anything.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::host_turn::when_overdue;

/// What becomes of `given`, which is its own outcome when it is no promise. It is asked at once.
pub fn wait_for(given: &JsValue) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    // A `race` of one. It is a promise of the language's own, whatever `given` is: what a look at that throws is its
    // outcome, and a `then` that calls back twice is heard once.
    settled(Promise::race(&Array::of1(given)))
}

/// What becomes of a promise that the host made.
pub fn settled(promise: Promise) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    let promise = JsFuture::from(promise);
    async {
        let outcome = promise.await;
        if let Some(turn) = when_overdue() {
            let _ = turn.await;
        }
        outcome
    }
}
