//! Runs many LLM calls in parallel.

#[cfg(target_arch = "wasm32")]
/// Placeholder until the API lands.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
