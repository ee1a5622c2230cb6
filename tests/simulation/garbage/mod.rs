//! Whatever headers, bodies, options and stores hold: a call is refused, or it comes to an end.
//! Nothing panics, nothing hangs.

mod callers;
mod servers;
mod stores;

use parallelization_agent::json::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Any JSON, with names and words that formats have.
fn json_tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(&["", "length", "stop", "tool_use", "text", "error", "{\"a\":", "try again in 9e9s"][..])
            .prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(KEYS), inner), 0..4).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
            )),
        ]
    })
}

const KEYS: &[&str] = &[
    "choices",
    "message",
    "content",
    "delta",
    "index",
    "tool_calls",
    "function",
    "arguments",
    "usage",
    "error",
    "type",
    "code",
    "candidates",
    "parts",
    "text",
    "content_block",
    "stop_reason",
    "prompt_tokens",
    "functionCall",
    "name",
    "id",
];

/// Puts `other` in the place of one of the values within.
fn spoil(value: &mut Value, place: &mut usize, other: &Value) {
    if *place == 0 {
        *value = other.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, place, other)),
        Value::Object(fields) => fields.values_mut().for_each(|field| spoil(field, place, other)),
        _ => {}
    }
}
