//! Checks data against JSON Schema. What is not checked is not passed in silence: [`unsupported`]
//! finds it before the first call.
//!
//! Source: json-schema.org/draft/2020-12 (validation vocabulary).
//!
//! ```
//! use parallelization_agent::json::json;
//! use parallelization_agent::model::schema::validate::problems;
//!
//! let schema = json!({
//!     "type": "object",
//!     "properties": { "rating": { "type": "integer", "minimum": 1, "maximum": 5 } },
//!     "required": ["rating"],
//! });
//! assert!(problems(&schema, &json!({ "rating": 4 })).is_empty());
//! assert_eq!(problems(&schema, &json!({ "rating": 9 })).len(), 1);
//! ```

mod check;
mod data_keywords;
mod equality;
mod formats;
mod keywords;
mod location;
mod supported;
mod types;

pub use check::problems;
pub use supported::{Unsupported, unsupported};

use crate::json::Value;

/// What a `$ref` leads to, if that is within the same schema.
fn definition<'a>(root: &'a Value, name: &str) -> Option<&'a Value> {
    let named = root.get("$id").is_some_and(|id| id == name);
    let path = if named { "" } else { name.strip_prefix('#')? };
    root.pointer(&percent_decoded(path)?)
}

fn percent_decoded(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut decoded = parts.next()?.as_bytes().to_vec();
    for part in parts {
        decoded.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        decoded.extend(part.get(2..)?.bytes());
    }
    String::from_utf8(decoded).ok()
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
        for schema in [json!({ "$ref": "#" }), json!({ "$ref": "https://elsewhere.example" })] {
            assert_eq!(unsupported(&schema).len(), 1);
            assert_eq!(problems(&schema, &json!(1)).len(), 1);
        }
        let circle = json!({ "$defs": { "a": { "allOf": [{ "$ref": "#/$defs/b" }] }, "b": { "not": { "$ref": "#/$defs/a" } } } });
        assert!(unsupported(&circle).iter().any(|found| found.message.contains("leads back to itself")));
        assert!(unsupported(&tree).is_empty());
    }

    /// A union of four kinds of nodes, as schema libraries write an expression tree.
    fn expressions() -> Value {
        let node = json!({ "$ref": "#/$defs/node" });
        let binary = |kind: &str| {
            json!({
                "type": "object",
                "properties": { "kind": { "const": kind }, "left": node, "right": node },
                "required": ["kind", "left", "right"],
            })
        };
        let not = json!({ "type": "object", "properties": { "kind": { "const": "not" }, "of": node }, "required": ["kind", "of"] });
        let leaf = json!({ "type": "object", "properties": { "kind": { "const": "leaf" }, "value": { "type": "number" } }, "required": ["kind", "value"] });
        json!({ "$ref": "#/$defs/node", "$defs": { "node": { "anyOf": [binary("and"), binary("or"), not, leaf] } } })
    }

    fn tree(depth: usize, leaf: &Value) -> Value {
        (0..depth).fold(json!({ "kind": "leaf", "value": leaf }), |inner, _| {
            let mut node = json!({ "kind": "or", "right": { "kind": "leaf", "value": 1 } });
            // Moved: `json!` would copy all that is below, on each level.
            node["left"] = inner;
            node
        })
    }

    #[test]
    fn a_deep_union_of_unions_is_checked_at_once_and_to_its_end() {
        let schema = expressions();
        assert!(unsupported(&schema).is_empty());
        // As deep as JSON is read.
        for depth in [10, 40, 125] {
            assert!(problems(&schema, &tree(depth, &json!(1))).is_empty());
            let found = problems(&schema, &tree(depth, &json!("one")));
            assert_eq!(
                found,
                [format!("`{}value` must be of type number, not string", "left.".repeat(depth))]
            );
        }
        // Deeper than that nothing passes unseen.
        assert!(!problems(&schema, &tree(1000, &json!("one"))).is_empty());
        let denied = json!({ "not": { "$ref": "#/$defs/node" }, "$defs": schema["$defs"] });
        assert_eq!(problems(&denied, &tree(1000, &json!(1))), ["the whole is nested too deep to be checked"]);
    }

    #[test]
    fn parts_of_a_schema_that_multiply_are_checked_once() {
        let defs: crate::json::Map = (0..60)
            .map(|level: u32| {
                let next = json!({ "$ref": format!("#/$defs/{}", level + 1) });
                (level.to_string(), json!({ "allOf": [next, next] }))
            })
            .chain([("60".into(), json!({ "type": "number" }))])
            .collect();
        let schema = json!({ "$ref": "#/$defs/0", "$defs": Value::Object(defs) });
        assert!(problems(&schema, &json!(1)).is_empty());
        assert!(problems(&schema, &json!("1")).len() <= 10);
    }

    #[test]
    fn a_long_list_of_different_items_takes_time_for_each_item_once() {
        let items: Vec<Value> = (0..50_000).map(|number| json!({ "a": number, "b": [1] })).collect();
        let twice: Vec<Value> = items.iter().cloned().chain([json!({ "b": [1.0], "a": 7 })]).collect();
        let schema = json!({ "uniqueItems": true });
        assert!(problems(&schema, &items.into()).is_empty());
        assert_eq!(problems(&schema, &twice.into()), ["`[50000]` must not come twice"]);
    }

    #[test]
    fn what_cannot_be_kept_to_is_found_with_its_place_and_the_remedy() {
        let cases = [
            (json!({ "type": "OBJECT" }), ".type", "lower case: `object`"),
            (json!({ "properties": { "a": { "type": ["string", "nul"] } } }), ".properties.a.type", "`null`"),
            (json!({ "items": { "pattern": "(" } }), ".items.pattern", "regular expression"),
            (json!({ "patternProperties": { "[": {} } }), ".patternProperties.[", "regular expression"),
            (json!({ "format": "iri" }), ".format", "cannot be checked"),
            (json!({ "unevaluatedProperties": false }), ".unevaluatedProperties", "cannot be checked"),
            (json!({ "minLenght": 3 }), ".minLenght", "`minLength`"),
            (json!({ "anyOf": [{ "$ref": "#/$defs/a" }] }), ".anyOf[0].$ref", "nowhere"),
            (json!({ "required": "a" }), ".required", "array of strings"),
            (json!({ "exclusiveMinimum": true }), ".exclusiveMinimum", "a number"),
            (json!({ "properties": { "a": "string" } }), ".properties.a", "JSON Schema"),
        ];
        for (schema, path, words) in cases {
            let found = unsupported(&schema);
            let [found] = &found[..] else { panic!("{schema}") };
            assert_eq!(found.path, path, "{schema}");
            assert!(found.message.contains(words), "{schema}: {}", found.message);
        }
        let described = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A", "x-order": 1, "propertyOrdering": ["a"],
            "note": "mine", "examples": [], "format": "cuid", "pattern": "^c", "type": ["string", "null"], "nullable": true,
        });
        assert!(unsupported(&described).is_empty());
    }
}
