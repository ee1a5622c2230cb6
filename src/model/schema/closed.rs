//! The part of JSON Schema that providers keep to word by word: objects with all of their
//! properties required and no others; with OpenAI, some bounds as well.
//!
//! Sources: platform.openai.com/docs/guides/structured-outputs (supported schemas),
//! platform.claude.com/docs/en/build-with-claude/structured-outputs (limitations).

use crate::json::{Fields, Map, Value};

/// The bounds that OpenAI takes.
const OPENAI_BOUNDS: &[&str] = &[
    "pattern",
    "format",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
];

/// The formats that OpenAI takes.
const OPENAI_FORMATS: &[&str] =
    &["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

/// The schema as those providers want it, if it can be put so. Objects that do not say whether they
/// are open are closed: an answer without further properties fits either way.
#[must_use]
pub fn closed(schema: &Value) -> Option<Value> {
    closed_within(schema, &[])
}

/// The same for OpenAI.
#[must_use]
pub fn closed_for_openai(schema: &Value) -> Option<Value> {
    closed_within(schema, OPENAI_BOUNDS)
}

fn closed_within(schema: &Value, bounds: &[&str]) -> Option<Value> {
    let is_object = schema.get("type").is_some_and(|kind| kind == "object");
    if is_object { close(schema, bounds) } else { None }
}

fn close(schema: &Value, bounds: &[&str]) -> Option<Value> {
    let mut closed = Map::new();
    for (name, value) in schema.as_object()? {
        let value = match &**name {
            "type" | "enum" | "const" | "description" | "title" | "required" | "$ref" => value.clone(),
            "$schema" => continue,
            "additionalProperties" if *value == Value::Bool(false) => value.clone(),
            "format" if !OPENAI_FORMATS.iter().any(|format| value == format) => return None,
            bound if bounds.contains(&bound) => value.clone(),
            "items" => close(value, bounds)?,
            "anyOf" => {
                value.as_array()?.iter().map(|part| close(part, bounds)).collect::<Option<Vec<_>>>()?.into()
            }
            "properties" | "$defs" | "definitions" => {
                let entries = value.as_object()?.iter();
                entries
                    .map(|(name, value)| Some((name.clone(), close(value, bounds)?)))
                    .collect::<Option<Map>>()?
                    .into()
            }
            _ => return None,
        };
        closed.insert(name.clone(), value);
    }
    if schema.get("type").is_some_and(|kind| kind == "object") || schema.get("properties").is_some() {
        let required = schema.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let properties = schema.get("properties")?.as_object()?;
        if !properties.keys().all(|name| required.iter().any(|other| other == &**name)) {
            return None;
        }
        closed.put("additionalProperties", false.into());
    }
    Some(closed.into())
}

/// Whether any part of it refers to another.
#[must_use]
pub fn has_references(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => fields.contains_key("$ref") || fields.values().any(has_references),
        Value::Array(items) => items.iter().any(has_references),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn a_schema_whose_objects_need_all_they_have_is_closed() {
        let item =
            json!({ "type": "object", "properties": { "x": { "type": "number" } }, "required": ["x"] });
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": { "items": { "type": "array", "items": item } },
            "required": ["items"],
        });
        let expected = json!({
            "type": "object",
            "properties": { "items": { "type": "array", "items": {
                "type": "object", "properties": { "x": { "type": "number" } }, "required": ["x"], "additionalProperties": false,
            } } },
            "required": ["items"],
            "additionalProperties": false,
        });
        assert_eq!(closed(&schema), Some(expected));
    }

    #[test]
    fn openai_keeps_to_patterns_formats_and_bounds_of_numbers_and_lists() {
        let object =
            |property: Value| json!({ "type": "object", "properties": { "x": property }, "required": ["x"] });
        let takes = |property: Value| closed_for_openai(&object(property)).is_some();
        assert!(takes(json!({ "type": "string", "pattern": "^a" })));
        assert!(takes(json!({ "type": "string", "format": "date-time" })));
        assert!(takes(json!({ "type": "integer", "minimum": 1, "exclusiveMaximum": 9, "multipleOf": 2 })));
        assert!(takes(
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 3 })
        ));
        assert!(!takes(json!({ "type": "string", "format": "uri" })));
        for keyword in
            ["minLength", "allOf", "not", "if", "dependentRequired", "patternProperties", "uniqueItems"]
        {
            let mut property = json!({ "type": "string" });
            property.set(keyword, json!({}));
            assert!(!takes(property), "{keyword}");
        }
    }

    #[test]
    fn optional_properties_open_objects_and_bounds_cannot_be_closed() {
        let object =
            |property: Value| json!({ "type": "object", "properties": { "x": property }, "required": ["x"] });
        assert!(closed(&object(json!({ "type": "string" }))).is_some());
        assert_eq!(closed(&object(json!({ "type": "string", "minLength": 1 }))), None);
        assert_eq!(closed(&object(json!({ "type": "string", "pattern": "^a" }))), None);
        assert_eq!(
            closed(&object(json!({ "type": "object", "additionalProperties": { "type": "string" } }))),
            None
        );
        assert_eq!(closed(&object(json!({ "type": "object", "properties": { "y": {} } }))), None);
        assert_eq!(closed(&json!({ "type": "array", "items": { "type": "string" } })), None);
        assert_eq!(closed(&json!(true)), None);
    }
}
