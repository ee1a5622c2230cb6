//! Regular expressions of ECMAScript, as JSON Schema has them. In WebAssembly the host matches
//! them: an engine is large, and JavaScript has one.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::*;

/// A regular expression that is ready to be matched.
#[derive(Debug)]
pub struct Pattern(Engine);

impl Pattern {
    /// Compiles it, with the rules for Unicode where it keeps to them.
    ///
    /// `None` if it is no regular expression.
    #[must_use]
    pub fn new(pattern: &str) -> Option<Self> {
        let compiled = compile(pattern, "u").or_else(|| compile(pattern, ""));
        compiled.map(Self)
    }

    /// Whether it matches any part of the text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        is_in(&self.0, text)
    }
}

#[cfg(not(target_arch = "wasm32"))]
type Engine = regress::Regex;

#[cfg(not(target_arch = "wasm32"))]
fn is_in(pattern: &Engine, text: &str) -> bool {
    pattern.find(text).is_some()
}

#[cfg(not(target_arch = "wasm32"))]
fn compile(pattern: &str, flags: &str) -> Option<Engine> {
    Engine::with_flags(pattern, flags).ok()
}

#[cfg(target_arch = "wasm32")]
fn compile(pattern: &str, flags: &str) -> Option<Engine> {
    Engine::new(pattern, flags).ok()
}

#[cfg(target_arch = "wasm32")]
fn is_in(pattern: &Engine, text: &str) -> bool {
    // Over a text that is too long for it, an engine gives up.
    matches!(pattern.test(text), Ok(true))
}

// Those of `js_sys` take a pattern that is none for a bug, and trap.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = RegExp)]
    #[derive(Debug)]
    type Engine;

    #[wasm_bindgen(constructor, js_class = "RegExp", catch)]
    fn new(pattern: &str, flags: &str) -> Result<Engine, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn test(this: &Engine, text: &str) -> Result<bool, JsValue>;
}
