//! The types of JSON Schema.

use crate::json::{self, Value};

/// The types that a schema takes, if it says.
pub(super) fn types(schema: &Value) -> Option<Vec<&str>> {
    match schema.get("type")? {
        Value::String(name) => Some(vec![name]),
        Value::Array(names) => Some(names.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

/// Whether `data` is of a type that the schema takes.
pub(super) fn has_type(schema: &Value, data: &Value) -> bool {
    let is = |name: &&str| match *name {
        "integer" => json::is_whole(data),
        name => type_of(data) == name,
    };
    let nullable = || data.is_null() && schema.get("nullable") == Some(&Value::Bool(true));
    types(schema).is_none_or(|names| names.iter().any(is) || nullable())
}

/// The type of `data`, as JSON Schema calls it.
pub(super) fn type_of(data: &Value) -> &'static str {
    match data {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
