//! Most events of a stream say the same as the one before, but for a piece of text. What stands
//! around the piece is compared, and only an event that says something else is read as JSON: for a
//! stream of short pieces that is most of the work.

/// What stands around the text of an event that adds nothing else.
#[derive(Debug)]
pub(super) struct Wrapping {
    before: String,
    after: String,
}

impl Wrapping {
    /// Learns it from an event that adds nothing but `text`, which stands behind `name` alone: a
    /// name in quotes and a colon.
    pub fn of(data: &str, name: &str, text: &str) -> Option<Self> {
        let data = without_noise(data);
        let (_, rest) = data.split_once(name)?;
        let after = rest.trim_start().strip_prefix('"')?.strip_prefix(text)?;
        let before = data.strip_suffix(after)?.strip_suffix(text)?;
        let is_known = is_plain(text) && after.starts_with('"') && !after.contains(name);
        is_known.then(|| Self { before: before.into(), after: after.into() })
    }

    /// The text of an event that says the same otherwise.
    pub fn text<'a>(&self, data: &'a str) -> Option<&'a str> {
        let text = without_noise(data).strip_prefix(&*self.before)?.strip_suffix(&*self.after)?;
        is_plain(text).then_some(text)
    }
}

/// Whether a text stands in JSON as it is, and does not end where it seems to.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
}

/// OpenAI ends each event with letters of a random number, so that its length tells nothing.
fn without_noise(data: &str) -> &str {
    let noise = data.strip_suffix("\"}").and_then(|data| data.rsplit_once('"'));
    noise.and_then(|(data, _)| data.strip_suffix(",\"obfuscation\":")).unwrap_or(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "\"content\":";

    #[test]
    fn the_text_of_an_event_is_known_when_all_around_it_is_the_same() {
        let event = |text: &str| format!(r#"{{"id":"a","choices":[{{"delta":{{"content":"{text}"}}}}]}}"#);
        let wrapping = Wrapping::of(&event("moth"), NAME, "moth").unwrap();
        let spaced = Wrapping::of(r#"{"content": "a"}"#, NAME, "a").unwrap();
        assert_eq!(spaced.text(r#"{"content": "b"}"#), Some("b"));
        for text in ["", " two", "Grüße 🦋", "{}[],:", "content"] {
            assert_eq!(wrapping.text(&event(text)), Some(text));
        }
        for other in [
            event(r"\n"),
            event(r#"\""#),
            event(r#"a","refusal":"b"#),
            event("a").replace("\"a\",", "\"b\","),
            event("a").replace("}]", ",\"index\":0}]"),
            event("a").replace("content", "reasoning"),
            wrapping.before.clone(),
            String::new(),
        ] {
            assert_eq!(wrapping.text(&other), None, "{other}");
        }
    }

    #[test]
    fn noise_at_the_end_of_an_event_is_no_part_of_it() {
        let event = |text: &str, noise: &str| {
            format!(r#"{{"choices":[{{"content":"{text}"}}],"usage":null,"obfuscation":"{noise}"}}"#)
        };
        let wrapping = Wrapping::of(&event("a", "kXq"), NAME, "a").unwrap();
        assert_eq!(wrapping.text(&event("b", "0pL4s")), Some("b"));
        assert_eq!(wrapping.text(&event("b", "").replace("null", "{}")), None);
    }

    #[test]
    fn nothing_is_learned_where_the_text_may_stand_elsewhere() {
        for data in [
            r#"{"content":"b","x":"a"}"#,
            r#"{"content":"a","content":"a"}"#,
            r#"{"content":"ab"}"#,
            r#"{"content":["a"]}"#,
            r#"{"text":"a"}"#,
        ] {
            assert!(Wrapping::of(data, NAME, "a").is_none(), "{data}");
        }
        assert!(Wrapping::of(r#"{"content":"\n"}"#, NAME, "\n").is_none());
    }
}
