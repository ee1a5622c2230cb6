//! Checks data against JSON Schema: the keywords that describe what models answer. `pattern`, `format` and everything
//! else that it does not know it leaves alone.
//!
//! Source: json-schema.org/draft/2020-12 (validation vocabulary).

use crate::json::Value;
use crate::platform::number;

/// How deep references may lead: some lead to themselves.
const DEEPEST: usize = 64;

/// What is wrong with `data`, each with its path; nothing if it fits.
#[must_use]
pub fn problems(schema: &Value, data: &Value) -> Vec<String> {
    Check { root: schema, depth: 0 }.all(schema, data, "")
}

#[derive(Clone, Copy)]
struct Check<'a> {
    root: &'a Value,
    depth: usize,
}

impl Check<'_> {
    fn all(self, schema: &Value, data: &Value, path: &str) -> Vec<String> {
        let check = Check { depth: self.depth + 1, ..self };
        match schema {
            _ if check.depth > DEEPEST => Vec::new(),
            Value::Bool(false) => vec![wrong(path, "must not be there")],
            Value::Object(_) => {
                let mut problems = check.kind(schema, data, path);
                // Of something of the wrong type there is nothing more to say.
                if problems.is_empty() {
                    problems = check.choices(schema, data, path);
                    problems.extend(check.size(schema, data, path));
                    problems.extend(check.fields(schema, data, path));
                    problems.extend(check.items(schema, data, path));
                }
                problems
            }
            _ => Vec::new(),
        }
    }

    fn kind(self, schema: &Value, data: &Value, path: &str) -> Vec<String> {
        let names: Vec<&str> = match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => return Vec::new(),
        };
        let nullable = data.is_null() && schema.get("nullable") == Some(&Value::Bool(true));
        if nullable || names.iter().any(|name| is(data, name)) {
            return Vec::new();
        }
        vec![wrong(path, &format!("must be of type {}, not {}", names.join(" or "), type_of(data)))]
    }

    fn choices(self, schema: &Value, data: &Value, path: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let list = |name: &str| schema.get(name).and_then(Value::as_array);
        if let Some(target) =
            schema.get("$ref").and_then(Value::as_str).and_then(|name| self.definition(name))
        {
            problems.extend(self.all(target, data, path));
        }
        if let Some(value) = schema.get("const").filter(|value| !same(value, data)) {
            problems.push(wrong(path, &format!("must be {value}")));
        }
        if let Some(values) = list("enum").filter(|values| !values.iter().any(|value| same(value, data))) {
            let values: Vec<String> = values.iter().map(Value::to_string).collect();
            problems.push(wrong(path, &format!("must be one of {}", values.join(", "))));
        }
        for part in list("allOf").into_iter().flatten() {
            problems.extend(self.all(part, data, path));
        }
        for (name, exactly_one) in [("anyOf", false), ("oneOf", true)] {
            let Some(parts) = list(name) else { continue };
            let tried =
                parts.iter().map(|part| (self.kind(part, data, path).len(), self.all(part, data, path)));
            let tried: Vec<(usize, Vec<String>)> = tried.collect();
            let fits = tried.iter().filter(|(_, problems)| problems.is_empty()).count();
            if fits == 0 {
                // The one that comes nearest, of the right type if there is one, was probably meant.
                let nearest =
                    tried.into_iter().min_by_key(|(wrong_type, problems)| (*wrong_type, problems.len()));
                problems.extend(nearest.map(|(_, problems)| problems).unwrap_or_default());
            } else if exactly_one && fits > 1 {
                problems.push(wrong(path, "must fit only one of the alternatives"));
            }
        }
        if let Some(other) = schema.get("not").filter(|other| self.all(other, data, path).is_empty()) {
            problems.push(wrong(path, &format!("must not be {other}")));
        }
        problems
    }

    fn size(self, schema: &Value, data: &Value, path: &str) -> Vec<String> {
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        let mut problems = Vec::new();
        let mut limit = |least: &str, most: &str, size: f64, what: &str| {
            if let Some(least) = bound(least).filter(|least| size < *least) {
                problems.push(wrong(
                    path,
                    &format!("must have at least {} {what}, not {}", number::text(least), number::text(size)),
                ));
            }
            if let Some(most) = bound(most).filter(|most| size > *most) {
                problems.push(wrong(
                    path,
                    &format!("must have at most {} {what}, not {}", number::text(most), number::text(size)),
                ));
            }
        };
        match data {
            Value::String(text) => limit("minLength", "maxLength", text.chars().count() as f64, "characters"),
            Value::Array(items) => limit("minItems", "maxItems", items.len() as f64, "items"),
            Value::Object(fields) => {
                limit("minProperties", "maxProperties", fields.len() as f64, "properties")
            }
            _ => {}
        }
        let Some(size) = data.as_f64() else { return problems };
        let mut bounds = |name: &str, words: &str, breaks: fn(f64, f64) -> bool| {
            if let Some(bound) = bound(name).filter(|bound| breaks(size, *bound)) {
                problems.push(wrong(
                    path,
                    &format!("must be {words} {}, not {}", number::text(bound), number::text(size)),
                ));
            }
        };
        bounds("minimum", "at least", |number, bound| number < bound);
        bounds("maximum", "at most", |number, bound| number > bound);
        bounds("exclusiveMinimum", "above", |number, bound| number <= bound);
        bounds("exclusiveMaximum", "below", |number, bound| number >= bound);
        bounds("multipleOf", "a multiple of", |number, bound| {
            let times = number / bound;
            (times - times.round()).abs() > 1e-9
        });
        problems
    }

    fn fields(self, schema: &Value, data: &Value, path: &str) -> Vec<String> {
        let Value::Object(fields) = data else { return Vec::new() };
        let known = schema.get("properties").and_then(Value::as_object);
        let mut problems = Vec::new();
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                problems.push(wrong(&field(path, name), "is missing"));
            }
        }
        for (name, value) in fields {
            match known.and_then(|known| known.get(name)).or_else(|| schema.get("additionalProperties")) {
                Some(Value::Bool(false)) => {
                    problems.push(wrong(&field(path, name), "is not a known property"))
                }
                Some(schema) => problems.extend(self.all(schema, value, &field(path, name))),
                None => {}
            }
        }
        problems
    }

    fn items(self, schema: &Value, data: &Value, path: &str) -> Vec<String> {
        let Value::Array(items) = data else { return Vec::new() };
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let rest = schema.get("items");
        let mut problems = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = first.and_then(|first| first.get(index)).or(rest) {
                problems.extend(self.all(schema, item, &format!("{path}[{index}]")));
            }
            let before = items.get(..index).unwrap_or_default();
            if schema.get("uniqueItems") == Some(&Value::Bool(true))
                && before.iter().any(|other| same(other, item))
            {
                problems.push(wrong(&format!("{path}[{index}]"), "must not come twice"));
            }
        }
        problems
    }

    /// A definition of the same schema; others are nowhere to be had.
    fn definition(&self, name: &str) -> Option<&Value> {
        self.root.pointer(name.strip_prefix('#')?)
    }
}

fn is(data: &Value, name: &str) -> bool {
    match name {
        "integer" => data.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => type_of(data) == name,
    }
}

fn type_of(data: &Value) -> &'static str {
    match data {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// To JSON, 1 and 1.0 are the same number.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn field(path: &str, name: &str) -> String {
    if path.is_empty() { name.into() } else { format!("{path}.{name}") }
}

fn wrong(path: &str, what: &str) -> String {
    match path {
        "" => format!("the whole {what}"),
        path => format!("`{path}` {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn data_that_fits_has_no_problems_and_other_data_says_where() {
        let schema = json!({
            "type": "object",
            "required": ["title", "scores"],
            "additionalProperties": false,
            "properties": {
                "title": { "type": "string", "minLength": 2, "maxLength": 5 },
                "scores": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/score" } },
                "mood": { "enum": ["good", "bad", null] },
                "extra": { "anyOf": [{ "type": "integer" }, { "type": "object", "required": ["x"] }] },
            },
            "$defs": { "score": { "type": "number", "minimum": 0, "exclusiveMaximum": 10, "multipleOf": 0.1 } },
        });
        let cases = [
            (json!({ "title": "näh", "scores": [0, 9.9] }), vec![]),
            (json!({ "title": "abc", "scores": [1], "mood": null, "extra": 2.0 }), vec![]),
            (json!([]), vec!["the whole must be of type object, not array"]),
            (
                json!({ "title": "a" }),
                vec!["`title` must have at least 2 characters, not 1", "`scores` is missing"],
            ),
            (
                json!({ "title": "abc", "scores": [1, "2", 10, 0.55] }),
                vec![
                    "`scores[1]` must be of type number, not string",
                    "`scores[2]` must be below 10, not 10",
                    "`scores[3]` must be a multiple of 0.1, not 0.55",
                ],
            ),
            (json!({ "title": "abc", "scores": [1], "own": 1 }), vec!["`own` is not a known property"]),
            (
                json!({ "title": "abc", "scores": [1], "mood": "so", "extra": {} }),
                vec![r#"`mood` must be one of "good", "bad", null"#, "`extra.x` is missing"],
            ),
        ];
        for (data, expected) in cases {
            let mut found = problems(&schema, &data);
            let mut expected: Vec<String> = expected.into_iter().map(String::from).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{data}");
        }
    }

    #[test]
    fn alternatives_tuples_and_negations_are_checked() {
        let one = json!({ "oneOf": [{ "type": "number" }, { "minimum": 5 }] });
        assert!(problems(&one, &json!(3)).is_empty());
        assert_eq!(problems(&one, &json!(7)).len(), 1);
        let tuple = json!({ "prefixItems": [{ "const": 1 }], "items": false, "uniqueItems": true });
        assert!(problems(&tuple, &json!([1.0])).is_empty());
        assert_eq!(problems(&tuple, &json!([1, 1])).len(), 2);
        assert_eq!(problems(&json!({ "not": { "type": "string" } }), &json!("text")).len(), 1);
        assert_eq!(problems(&json!({ "allOf": [{ "minimum": 1 }, { "maximum": 2 }] }), &json!(3)).len(), 1);
    }

    #[test]
    fn a_schema_that_leads_to_itself_ends() {
        let tree = json!({ "properties": { "children": { "items": { "$ref": "#" } }, "name": { "type": "string" } } });
        let data = json!({ "children": [{ "children": [{ "name": 1 }] }] });
        assert_eq!(
            problems(&tree, &data),
            ["`children[0].children[0].name` must be of type string, not number"]
        );
        assert!(problems(&json!({ "$ref": "#" }), &json!(1)).is_empty());
        assert!(problems(&json!({ "$ref": "https://elsewhere.example" }), &json!(1)).is_empty());
    }
}
