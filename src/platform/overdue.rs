//! Whether the host has gone without a turn of its own for long.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The npm package has it. The core alone, as some tests use it, does without.
    #[wasm_bindgen(catch, js_name = hostIsOverdue)]
    fn ask() -> Result<bool, JsValue>;
}

pub(super) fn is_overdue() -> bool {
    ask().unwrap_or(false)
}
