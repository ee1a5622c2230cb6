//! JSON: `serde_json`, and what JavaScript and models ask for beside it. Numbers are told as
//! JavaScript tells them; text that a model meant as JSON is found and mended.

mod fields;
mod find;
mod mend;
mod pointer;
mod text;

use serde::Serialize;

pub use fields::Fields;
pub use find::{find_all, mended};
pub use pointer::{at, text_at};
pub use serde_json::{Error, Value, json};
pub use text::{is_whole, number, parse, print, size};

/// The fields of an object, in their order.
pub type Map = serde_json::Map<String, Value>;

/// Anything as JSON.
#[must_use]
pub fn to_value(from: &(impl Serialize + ?Sized)) -> Value {
    // Fails at a map whose names are no strings: there is none here.
    serde_json::to_value(from).unwrap_or_default()
}
