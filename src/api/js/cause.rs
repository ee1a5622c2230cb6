//! What a caller's function threw, as the `cause` of the error that tells of it.

use std::cell::Cell;

use js_sys::Map;
use wasm_bindgen::prelude::*;

use crate::error::{Cause, Failure};

#[wasm_bindgen]
extern "C" {
    /// Keeps what was thrown with the innermost error of a result or failure. The npm package has
    /// it.
    #[wasm_bindgen(catch, js_name = keepThrown)]
    fn keep_thrown(told: &JsValue, thrown: &JsValue) -> Result<(), JsValue>;
}

thread_local! {
    /// What was thrown, by numbers. A value behind a `dyn Any` would have the compiler write the
    /// dropping of values out at each place: 1 kB of download.
    static THROWN: Map = Map::new();
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// Where something that was thrown is kept, for as long as this is.
struct Slot(u32);

impl Drop for Slot {
    fn drop(&mut self) {
        THROWN.with(|thrown| thrown.delete(&self.0.into()));
    }
}

/// Keeps what was thrown, where it says more than its words.
pub(super) fn cause_of(thrown: &JsValue) -> Option<Cause> {
    if !thrown.is_object() {
        return None;
    }
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    THROWN.with(|all| all.set(&number.into(), thrown));
    Some(Cause::new(Slot(number)))
}

/// Keeps what was thrown with what the caller is told of the failure.
pub(super) fn keep_cause(told: &JsValue, failure: Option<&Failure>) {
    let slot = failure.and_then(|failure| failure.cause.as_ref()?.get());
    if let Some(Slot(number)) = slot {
        // The core alone, as some tests use it, does without.
        let _ = keep_thrown(told, &THROWN.with(|thrown| thrown.get(&(*number).into())));
    }
}
