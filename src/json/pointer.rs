//! What stands at a path (RFC 6901).

use super::Value;

/// A text somewhere in an answer; empty where there is none.
#[must_use]
pub fn text_at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
