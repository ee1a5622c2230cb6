//! Finds the JSON in what a model wrote: alone, in a code fence, or with words around it.

use super::mend::mend_start;
use super::{Value, parse};

/// A value in a text, and how long it is there.
pub type Found = (usize, Value);

/// The text itself where it is JSON as a whole, else the objects and arrays in it, in their order:
/// those that stand in none of the others. Small mistakes that models make are read over: a comma
/// too many, comments, line ends within strings.
#[must_use]
pub fn find_all(text: &str) -> Vec<Found> {
    let text = text.trim();
    if let Ok(value) = parse(text) {
        return vec![(text.len(), value)];
    }
    // Words in brackets may come before it; what is no JSON after so many tries is not meant to be
    // any.
    const MOST_TRIES: usize = 64;
    let mut found = Vec::new();
    let (mut at, mut failed) = (0, 0);
    while failed < MOST_TRIES
        && let Some(rest) = text.get(at..)
        && let Some(start) = rest.find(['{', '['])
    {
        at += start;
        let (length, mended) = mend_start(text.get(at..).unwrap_or_default());
        match parse(&mended) {
            Ok(value) => {
                found.push((length, value));
                at += length;
            }
            // What it holds is only a part of what was to come.
            Err(error) if error.is_eof() => break,
            Err(_) => {
                failed += 1;
                at += 1;
            }
        }
    }
    found
}

/// A text that was meant to be one value: JSON with small mistakes, or in a code fence.
#[must_use]
pub fn mended(text: &str) -> Option<Value> {
    let text = text.trim();
    let fenced = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let text = fenced.map_or(text, |inner| inner.trim_start_matches("json").trim());
    let (length, mended) = mend_start(text);
    if length == text.len() { parse(&mended).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn values(text: &str) -> Vec<Value> {
        find_all(text).into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn json_is_found_alone_fenced_and_among_words() {
        let expected = [json!({ "answer": "4 {x}" })];
        for text in [
            r#"{"answer": "4 {x}"}"#,
            "```json\n{\"answer\": \"4 {x}\"}\n```",
            r#"As [I] {said}: {"answer": "4 {x}"} Anything else?"#,
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
        assert_eq!(
            values(r#"[1] {"a": {"b": 2}} [[3]]"#),
            [json!([1]), json!({ "a": { "b": 2 } }), json!([[3]])]
        );
        assert_eq!(values("no JSON {here} at [all]"), Vec::<Value>::new());
        assert_eq!(values("7"), [json!(7)]);
    }

    #[test]
    fn what_broke_off_gives_no_part_of_itself_away() {
        assert_eq!(values(r#"{"children": [{"name": "a"}, {"na"#), Vec::<Value>::new());
        assert_eq!(values(r#"[1] {"children": [{"name": "a"}"#), [json!([1])]);
    }

    #[test]
    fn small_mistakes_are_read_over() {
        let expected = json!({ "a": [1, 2], "b": "x\ny" });
        for text in [
            "{\"a\": [1, 2,], \"b\": \"x\\ny\",}",
            "{\n  // first\n  \"a\": [1, /* then */ 2],\n  \"b\": \"x\\ny\" // last\n}",
            "{\"a\": [1, 2], \"b\": \"x\ny\"}",
            "```json\n{\"a\": [1, 2,], \"b\": \"x\\ny\"}\n```",
        ] {
            assert_eq!(values(text), std::slice::from_ref(&expected), "{text}");
            assert_eq!(mended(text), Some(expected.clone()), "{text}");
        }
        assert_eq!(values("{\"url\": \"http://a.example\"}"), [json!({ "url": "http://a.example" })]);
        assert_eq!(mended("{\"a\": 1"), None);
        assert_eq!(mended("{\"a\": 1} or so"), None);
    }
}
