//! Finds the JSON in what a model wrote: alone, in a code fence, or with words around it.

use super::parse::{parse, parse_start};
use super::value::Value;

/// The text itself where it is JSON as a whole, else the longest object or array in it.
#[must_use]
pub fn find(text: &str) -> Option<Value> {
    if let Ok(value) = parse(text.trim()) {
        return Some(value);
    }
    // Words in brackets may come before it; what is no JSON after so many tries is not meant to be any.
    const MOST_TRIES: usize = 64;
    let starts = text.char_indices().filter(|(_, c)| matches!(c, '{' | '[')).take(MOST_TRIES);
    let found = starts.filter_map(|(at, _)| parse_start(text.get(at..)?));
    found.max_by_key(|(length, _)| *length).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn json_is_found_alone_fenced_and_among_words() {
        let expected = Some(json!({ "answer": "4 {x}" }));
        for text in [
            r#"{"answer": "4 {x}"}"#,
            "```json\n{\"answer\": \"4 {x}\"}\n```",
            r#"As [I] {said} [1]: {"answer": "4 {x}"} Anything else?"#,
        ] {
            assert_eq!(find(text), expected, "{text}");
        }
        assert_eq!(find("[1, 2] it is"), Some(json!([1, 2])));
        assert_eq!(find("no JSON {here} at [all]"), None);
    }
}
