//! Lower case. In WebAssembly the host does it: the tables are large, and JavaScript has them.

/// The text with its letters in lower case.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
#[expect(clippy::disallowed_methods, reason = "not in WebAssembly")]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// The text with its letters in lower case.
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}
