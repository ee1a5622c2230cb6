//! How many connections there are to a host.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The npm package knows; nothing where they are many. The core alone, as some tests use it, is
    /// not told.
    #[wasm_bindgen(catch, js_name = connectionsTo)]
    fn connections_to(url: &str, fetch: Option<&Function>) -> Result<Option<u32>, JsValue>;
}

/// `fetch` is the caller's own.
pub fn connections(url: &str, fetch: Option<&Function>) -> Option<usize> {
    Some(connections_to(url, fetch).ok()?? as usize)
}
