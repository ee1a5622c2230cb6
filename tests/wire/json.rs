//! The core reads and writes JSON as serde_json does.

use parallelization_agent::json::{Value, find_all, json, parse};
use proptest::prelude::*;

fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        (-9_007_199_254_740_991i64..=9_007_199_254_740_991).prop_map(serde_json::Value::from),
        any::<f64>()
            .prop_filter("JSON has no others", |number| number.is_finite() && number.fract() != 0.0)
            .prop_map(serde_json::Value::from),
        "\\PC*|[\\x00-\\x7f]*".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
            prop::collection::btree_map("\\PC{0,8}", inner, 0..8)
                .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn theirs(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok()
}

proptest! {
    /// What one writes the other reads as the same, and it is written back the same.
    #[test]
    fn a_value_survives_the_way_there_and_back(value in values()) {
        let text = value.to_string();
        let own = parse(&text).unwrap();
        prop_assert_eq!(parse(&own.print()).unwrap(), own.clone());
        prop_assert_eq!(theirs(&own.print()), theirs(&text));
        if text.starts_with(['{', '[']) {
            prop_assert_eq!(find_all(&format!("so: {text} and more")), vec![(text.len(), own)]);
        }
    }

    /// A text that is cut short, or has a byte changed, is JSON for both or for neither.
    #[test]
    fn what_is_no_json_for_one_is_none_for_the_other(value in values(), at in any::<prop::sample::Index>(), to in "[ -~]") {
        let text: Vec<char> = value.to_string().chars().collect();
        let at = at.index(text.len());
        let cut: String = text[..at].iter().collect();
        let changed: String = text[..at].iter().copied().chain(to.chars()).chain(text[at + 1..].iter().copied()).collect();
        for text in [cut, changed].into_iter().filter(|text| !text.contains("\\u")) {
            prop_assert_eq!(parse(&text).is_ok(), theirs(&text).is_some(), "{}", text);
        }
    }
}

#[test]
fn a_text_that_breaks_off_is_told_from_one_that_is_wrong() {
    for text in ["", "{", "[1,", "\"a", "{\"a\":", "tr"] {
        assert!(parse(text).unwrap_err().is_end(), "{text}");
    }
    for text in ["}", "[1 2]", "{a}", "01", "1.", "\"\n\"", "nul!", "[] []", "+1", "'a'", "1e999"] {
        assert!(!parse(text).unwrap_err().is_end() || text.ends_with(['.', '9']), "{text}");
    }
    assert!(parse(&"[".repeat(100_000)).is_err(), "deep nesting must not end the process");
}

#[test]
fn characters_may_be_written_in_hexadecimal_and_halves_of_pairs_are_none() {
    assert_eq!(parse(r#""\u0041\uD83D\uDE00\u00e9""#), Ok(Value::from("A😀é")));
    assert_eq!(parse(r#""\uD83D!\uDE00\uD83D\u0041""#), Ok(Value::from("\u{fffd}!\u{fffd}\u{fffd}A")));
}

#[test]
fn the_macro_takes_literals_expressions_and_names() {
    let (name, list) = ("key", vec![1, 2]);
    let value = json!({ "a": null, name: [1, -2.5, [true], {}], "list": list, "deep": { "b": [], "c": list.len() }, });
    assert_eq!(value.print(), r#"{"a":null,"key":[1,-2.5,[true],{}],"list":[1,2],"deep":{"b":[],"c":2}}"#);
    assert_eq!(value.pointer("/deep/c"), Some(&Value::Number(2.0)));
    assert_eq!(json!({ "a/b~": 1 }).pointer("/a~1b~0"), Some(&Value::Number(1.0)));
    assert_eq!(value["key"][1], -2.5);
    assert_eq!(value["nowhere"]["at all"], Value::Null);
    assert_eq!(json!([f64::NAN, -0.0, 1e21, 0.1]).print().split(',').next(), Some("[null"));
}

#[test]
fn the_last_of_two_fields_of_one_name_counts() {
    assert_eq!(parse(r#"{"a":1,"a":2}"#).unwrap()["a"], 2);
}
