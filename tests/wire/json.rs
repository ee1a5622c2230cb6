//! JSON as JavaScript and as models write it.

use parallelization_agent::json::{Value, find_all, json, mended, parse, print};
use proptest::prelude::*;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no others", |number| number.is_finite() && number.fract() != 0.0)
            .prop_map(Value::from),
        "\\PC*|[\\x00-\\x7f]*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,8}", inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The value as a careless hand writes it: a comma after each item, and words that are no part of
/// it.
fn careless(value: &Value) -> String {
    let items = |items: Vec<String>| items.concat();
    match value {
        Value::Array(list) => {
            format!("[{}]", items(list.iter().map(|item| careless(item) + ", // \"so\"\n").collect()))
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                format!("{}/* [ */: {}, \n", Value::from(name.as_str()), careless(value))
            };
            format!("{{{}}}", items(fields.iter().map(field).collect()))
        }
        Value::String(text) => {
            let lines: Vec<String> = text.split('\n').map(|line| Value::from(line).to_string()).collect();
            lines.join("\n").replace("\"\n\"", "\n")
        }
        other => print(other),
    }
}

proptest! {
    /// What is written is read as the same: serde_json reads it so, too.
    #[test]
    fn a_value_survives_the_way_there_and_back(value in values()) {
        let text = print(&value);
        prop_assert_eq!(parse(&text).unwrap(), value.clone());
        if text.starts_with(['{', '[']) {
            prop_assert_eq!(find_all(&format!("so: {text} and more")), vec![(text.len(), value)]);
        }
    }

    /// A fraction is read to the last bit, as the standard library reads it.
    #[test]
    fn numbers_are_read_exactly(number in any::<f64>(), digits in "-?[1-9][0-9]{0,20}\\.[0-9]{1,20}(e-?[1-9][0-9]?)?") {
        for text in [format!("{number:e}"), digits] {
            if number.is_finite() {
                prop_assert_eq!(parse(&text).unwrap().as_f64(), text.parse().ok(), "{}", text);
            }
        }
    }

    /// Small mistakes change nothing.
    #[test]
    fn a_careless_hand_is_read(value in values()) {
        let text = careless(&value);
        prop_assert_eq!(mended(&text), Some(value.clone()), "{}", text);
        if text.starts_with(['{', '[']) {
            prop_assert_eq!(find_all(&format!("so: {text} and more")), vec![(text.len(), value)]);
        }
    }

    /// Anything at all is looked through without end or harm, and what broke off gives no part of
    /// itself away.
    #[test]
    fn what_is_cut_short_is_not_found(value in values(), at in any::<prop::sample::Index>()) {
        for text in [print(&value), careless(&value)] {
            let letters: Vec<char> = text.chars().collect();
            let cut: String = letters[..at.index(letters.len())].iter().collect();
            if cut.starts_with(['{', '[']) {
                prop_assert_eq!(find_all(&cut), vec![], "{}", cut);
            }
        }
    }
}

#[test]
fn a_text_that_breaks_off_is_told_from_one_that_is_wrong() {
    for text in ["", "{", "[1,", "\"a", "{\"a\":", "tr", "1."] {
        assert!(parse(text).unwrap_err().is_eof(), "{text}");
    }
    for text in ["}", "[1 2]", "{a}", "01", "\"\n\"", "nul!", "[] []", "+1", "'a'", "1e999"] {
        assert!(!parse(text).unwrap_err().is_eof(), "{text}");
    }
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "[1,".repeat(100_000)] {
        assert!(parse(&text).is_err(), "deep nesting must not end the process");
        assert!(find_all(&text).is_empty() && mended(&text).is_none());
    }
}

#[test]
fn characters_may_be_written_in_hexadecimal_and_halves_of_pairs_are_none() {
    assert_eq!(parse(r#""\u0041\uD83D\uDE00\u00e9""#).unwrap(), "A😀é");
    // As `JSON.parse(text).toWellFormed()` has it.
    assert_eq!(parse(r#""\uD83D!\uDE00\uD83D\u0041\\uD83D""#).unwrap(), "\u{fffd}!\u{fffd}\u{fffd}A\\uD83D");
    assert_eq!(parse(r#"{"\ud800":["\udfff\ud83d\ude00"]}"#).unwrap(), json!({ "\u{fffd}": ["\u{fffd}😀"] }));
    assert_eq!(find_all(r#"so: {"a": "\ud800",}"#)[0].1, json!({ "a": "\u{fffd}" }));
    assert!(parse(r#""\ud800"#).is_err() && parse(r#""\ud8""#).is_err());
}

#[test]
fn numbers_are_those_of_javascript() {
    let read = parse("[1.0, 1e2, -0.0, 0.1, 12345678901234567890, 1e21, 5]").unwrap();
    assert_eq!(read, json!([1, 100, 0, 0.1, 12_345_678_901_234_567_000_f64, 1e21, 5]));
    assert!(print(&read).starts_with("[1,100,0,0.1,12345678901234567"), "{}", print(&read));
    assert_eq!(print(&json!([f64::NAN, f64::INFINITY, 2.0, 0.5])), "[null,null,2,0.5]");
}

#[test]
fn the_last_of_two_fields_of_one_name_counts() {
    assert_eq!(parse(r#"{"a":1,"a":2}"#).unwrap()["a"], 2);
}
