//! When two values are the same to JSON: fields in any order, `1` and `1.0`.

use std::collections::HashSet;

use crate::host::number;
use crate::json::{self, Value};

/// Whether they are the same.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(_) | Value::Object(_), Value::Array(_) | Value::Object(_)) => {
            canonical(one) == canonical(other)
        }
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

/// The items that come again, by their places.
pub(super) fn repeated(items: &[Value]) -> Vec<usize> {
    let mut seen = HashSet::new();
    let mut is_new = |item| seen.insert(canonical(item));
    items.iter().enumerate().filter(|(_, item)| !is_new(item)).map(|(index, _)| index).collect()
}

fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// A text that is the same for the same values, and for no others.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => text.push_str(&number::text(number.as_f64().unwrap_or_default())),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in fields {
                text.push_str(&json::print(&Value::from(name.as_str())));
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        _ => text.push_str(&json::print(value)),
    }
}
