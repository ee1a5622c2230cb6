//! Looks at objects that others made. They may be anything: getters throw, proxies are revoked,
//! texts are longer than the memory. Each look is caught, so that what it throws is an error of the
//! task or run that the object came with.

use js_sys::{Function, JsString, Reflect};
use wasm_bindgen::prelude::*;

/// The longest text that is read from an error, in characters.
const MOST_WORDS: u32 = 10_000;

/// A field of anything.
pub fn field(value: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(value, &name.into())
}

/// A method of anything; the error says that there is none.
pub fn method(value: &JsValue, name: &str) -> Result<Function, JsValue> {
    field(value, name)?.dyn_into().map_err(|_| format!("it has no method `{name}`").into())
}

/// A text of bounded length, where the value is one.
pub fn words(value: &JsValue) -> Option<String> {
    let text: &JsString = value.dyn_ref()?;
    text.slice(0, text.length().min(MOST_WORDS)).as_string()
}

/// A field that is a text.
pub fn words_of(value: &JsValue, name: &str) -> Option<String> {
    words(&field(value, name).ok()?)
}

/// What an error says of itself.
pub fn message(thrown: &JsValue) -> Option<String> {
    words_of(thrown, "message").or_else(|| words(thrown))
}
