//! What a model probably meant by data that does not fit: mended, it saves asking once more.

use crate::json::{self, Value};

/// How deep references may lead: some lead to themselves.
const DEEPEST: usize = 64;

/// The value in the types that the schema asks for, where nothing is lost by it: a number or JSON
/// in a string, or one item in a list.
pub(crate) fn repaired(schema: &Value, value: Value) -> Value {
    Repair { root: schema, depth: 0 }.value(schema, value)
}

#[derive(Clone, Copy)]
struct Repair<'a> {
    root: &'a Value,
    depth: usize,
}

impl<'a> Repair<'a> {
    fn value(self, schema: &'a Value, value: Value) -> Value {
        let deeper = Self { depth: self.depth + 1, ..self };
        if deeper.depth > DEEPEST {
            return value;
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return match target.strip_prefix('#').and_then(|path| self.root.pointer(path)) {
                Some(schema) => deeper.value(schema, value),
                None => value,
            };
        }
        for name in ["anyOf", "oneOf"] {
            if let Some(parts) = schema.get(name).and_then(Value::as_array) {
                return deeper.alternative(parts, value);
            }
        }
        let value = if allows(schema, &value) { value } else { deeper.other_type(schema, value) };
        deeper.parts(schema, value)
    }

    /// The first alternative that takes the value as it is, else the first that takes it mended.
    fn alternative(self, parts: &'a [Value], value: Value) -> Value {
        if let Some(part) = parts.iter().find(|part| allows(part, &value)) {
            return self.value(part, value);
        }
        let mended = parts.iter().map(|part| (part, self.value(part, value.clone())));
        mended.into_iter().find(|(part, mended)| allows(part, mended)).map_or(value, |(_, mended)| mended)
    }

    fn other_type(self, schema: &'a Value, value: Value) -> Value {
        let other = match &value {
            Value::String(text) => json::parse(text.trim()).ok(),
            Value::Array(items) => items.first().filter(|_| items.len() == 1).cloned(),
            _ => None,
        };
        match other.map(|other| self.value(schema, other)) {
            Some(other) if allows(schema, &other) => other,
            _ => value,
        }
    }

    fn parts(self, schema: &'a Value, mut value: Value) -> Value {
        match &mut value {
            Value::Object(fields) => {
                let known = schema.get("properties");
                for (name, field) in fields.iter_mut() {
                    let schema = known
                        .and_then(|known| known.get(name))
                        .or_else(|| schema.get("additionalProperties"));
                    if let Some(schema) = schema {
                        *field = self.value(schema, field.take());
                    }
                }
            }
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    for item in items {
                        *item = self.value(schema, item.take());
                    }
                }
            }
            _ => {}
        }
        value
    }
}

/// Whether the value is of a type that the schema takes.
fn allows(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(_) => name == "number" || name == "integer" && json::is_whole(value),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    };
    match schema.get("type") {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn data_is_put_into_the_types_that_are_asked_for() {
        let schema = json!({
            "type": "object",
            "properties": {
                "count": { "type": "integer" },
                "name": { "type": ["string", "null"] },
                "tags": { "type": "array", "items": { "type": "integer" } },
                "size": { "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/size" }] },
                "free": {},
            },
            "$defs": { "size": { "type": "object", "properties": { "metres": { "type": "number" } } } },
        });
        let expected =
            json!({ "count": 375, "name": "7", "tags": [1], "size": { "metres": 1.5 }, "free": "8" });
        let meant = json!({ "count": "375", "name": "7", "tags": "[1]", "size": "{\"metres\": \"1.5\"}", "free": "8" });
        assert_eq!(repaired(&schema, meant.clone()), expected);
        assert_eq!(repaired(&schema, json!([meant])), expected, "in a list");
        assert_eq!(repaired(&schema, meant.to_string().to_string().into()), expected, "encoded twice");
        assert_eq!(repaired(&schema, expected.clone()), expected, "what fits is left alone");
    }

    #[test]
    fn what_cannot_be_mended_is_left_as_it_is() {
        for (schema, value) in [
            (json!({ "type": "integer" }), json!("many")),
            (json!({ "type": "integer" }), json!("3.5")),
            (json!({ "type": "object" }), json!([1, 2])),
            (json!({ "type": "string" }), json!({ "a": 1 })),
            (json!({ "type": "string" }), json!("375")),
            (json!({ "type": "string" }), json!(375)),
            (json!({ "$ref": "#" }), json!(1)),
        ] {
            assert_eq!(repaired(&schema, value.clone()), value);
        }
    }
}
