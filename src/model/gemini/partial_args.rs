//! Arguments of a call that come in pieces: each is a value, or more of a text, and the path to
//! where it belongs.
//!
//! Source: cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling, "Streaming
//! function call arguments".

use crate::json::{Value, json, text_at};

/// Puts the pieces that came with one part of an answer to where they belong.
pub(super) fn add(arguments: &mut Value, call: &Value) {
    for piece in call.get("partialArgs").and_then(Value::as_array).into_iter().flatten() {
        let Some(target) = target(arguments, text_at(piece, "/jsonPath")) else { continue };
        let value = |name: &str| piece.get(name).cloned();
        match (target, value("stringValue")) {
            (Value::String(text), Some(Value::String(more))) => text.push_str(&more),
            (target, text) => {
                let other = || value("numberValue").or_else(|| value("boolValue"));
                *target = text.or_else(other).unwrap_or_default();
            }
        }
    }
}

/// The value that a path such as `$.recipe.steps[0]` leads to, which is made where there is none.
/// The items of a list come in their order.
fn target<'a>(value: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let mut steps = path.strip_prefix('$')?.split(['.', '[']).filter(|step| !step.is_empty());
    steps.try_fold(value, |value, step| {
        let step = step.trim_end_matches(']');
        match step.parse::<usize>() {
            Ok(index) => {
                if !matches!(value, Value::Array(_)) {
                    *value = Value::Array(Vec::new());
                }
                let Value::Array(items) = value else { return None };
                if index == items.len() {
                    items.push(Value::Null);
                }
                items.get_mut(index)
            }
            Err(_) => {
                let name = step.trim_matches(['"', '\'']);
                if !value.is_object() {
                    *value = json!({});
                }
                let fields = value.as_object_mut()?;
                if !fields.contains_key(name) {
                    fields.insert(name.to_string(), Value::Null);
                }
                fields.get_mut(name)
            }
        }
    })
}
