//! Values as text and back, with the numbers that JavaScript would have: `1.0` is `1`, and what
//! floats cannot count is not exact.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Error, Value};

use super::mend::without_lone_surrogates;
use crate::host::number as host;

/// Reads a text that is one value. Half of a surrogate pair stands for no character.
///
/// # Errors
/// When it is none.
pub fn parse(text: &str) -> Result<Value, Error> {
    let parsed = serde_json::from_str(text).or_else(|error| match without_lone_surrogates(text) {
        Some(mended) => serde_json::from_str(&mended).map_err(|_| error),
        None => Err(error),
    });
    parsed.map(|mut value| {
        count_as_floats(&mut value);
        value
    })
}

/// A number: an integer where it is whole. Those that JSON has nothing for are `null`.
#[must_use]
pub fn number(number: f64) -> Value {
    const MOST: f64 = 9_007_199_254_740_991.0;
    if number.fract() == 0.0 && number.abs() <= MOST { (number as i64).into() } else { number.into() }
}

/// Whether it is a number without a fraction.
#[must_use]
pub fn is_whole(value: &Value) -> bool {
    value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// Gives all numbers in a value that was read the one form that they have here.
pub(super) fn count_as_floats(value: &mut Value) {
    match value {
        Value::Number(known) => {
            if let Some(float) = known.as_f64() {
                *value = number(float);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(count_as_floats),
        Value::Object(fields) => fields.values_mut().for_each(count_as_floats),
        _ => {}
    }
}

/// The text of a value, on one line and without spaces. Nothing prints a value by its `Display`:
/// that alone would bring the tables for floats along.
#[must_use]
pub fn print(value: &Value) -> String {
    let mut text = Vec::new();
    // Memory takes all that is written, and what is written is UTF-8.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut text, Numbers));
    String::from_utf8(text).unwrap_or_default()
}

/// About how long its text is.
#[must_use]
pub fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| size(item) + 1).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + size(value) + 4).sum(),
        _ => 4,
    }
}

/// Writes floats as the host does: the tables for it are large, and JavaScript has them.
struct Numbers;

impl Formatter for Numbers {
    fn write_f64<W: ?Sized + io::Write>(&mut self, to: &mut W, number: f64) -> io::Result<()> {
        to.write_all(host::text(number).as_bytes())
    }
}
