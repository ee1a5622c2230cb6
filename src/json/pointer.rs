//! What stands at a path in an answer: names and places behind slashes, as in RFC 6901, and without
//! its escapes, which `Value::pointer` looks for in each name, and makes two texts for that.

use super::Value;

/// A value somewhere in an answer.
#[must_use]
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').skip(1).try_fold(value, |value, name| match value {
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        // Objects are small there: to look through one takes less time than a hash of the name.
        Value::Object(fields) => fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value),
        _ => None,
    })
}

/// A text somewhere in an answer; empty where there is none.
#[must_use]
pub fn text_at<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).and_then(Value::as_str).unwrap_or_default()
}
