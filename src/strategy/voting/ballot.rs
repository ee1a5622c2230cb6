//! Reads a vote from what a model wrote.

use crate::json::{self, Fields, Map, Value};

/// One vote.
#[derive(Clone, Debug, PartialEq)]
pub struct Ballot {
    /// The answer that it is for.
    pub answer: String,
    /// The voter's reason.
    pub reasoning: Option<String>,
    /// How sure the voter says to be, from 0 to 1.
    pub confidence: Option<f64>,
}

impl Ballot {
    /// A ballot that is no JSON counts where it is one short line, such as `B`; with `prose`,
    /// whatever it is. `None` is an invalid ballot.
    #[must_use]
    pub fn read(text: &str, prose: bool) -> Option<Self> {
        const SHORT: usize = 100;
        let plain = |answer: &str| Self { answer: answer.into(), reasoning: None, confidence: None };
        let trimmed = text.trim();
        let found = json::find_all(trimmed);
        let objects: Vec<&Map> = found.iter().filter_map(|(_, value)| object(value)).collect();
        match (objects.as_slice(), found.first()) {
            ([], Some((_, Value::String(inner)))) if inner.trim_start().starts_with('{') => {
                Self::read(inner, prose)
            }
            ([], Some((_, value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))))) => {
                answer(value).map(|answer| plain(&answer))
            }
            ([], _) => {
                let short = trimmed.len() <= SHORT && !trimmed.contains(['\n', '{']);
                (!trimmed.is_empty() && (short || prose)).then(|| plain(trimmed))
            }
            // Drafts come before the vote.
            (objects, _) => objects.iter().rev().find_map(|fields| Self::from_fields(fields)),
        }
    }

    fn from_fields(fields: &Map) -> Option<Self> {
        Some(Self {
            answer: answer(fields.get("answer")?)?,
            reasoning: fields.get("reasoning").and_then(Value::as_str).map(Into::into),
            confidence: fields
                .get("confidence")
                .and_then(Value::as_f64)
                .filter(|confidence| (0.0..=1.0).contains(confidence)),
        })
    }

    /// The vote as callers see it.
    #[must_use]
    pub fn fields(&self) -> Map {
        let mut fields = Map::new();
        fields.set("answer", &self.answer);
        fields.set("reasoning", &self.reasoning);
        fields.set("confidence", self.confidence);
        fields
    }
}

/// An object, alone or as the one item of a list.
fn object(value: &Value) -> Option<&Map> {
    match value {
        Value::Array(items) if items.len() == 1 => items.first()?.as_object(),
        value => value.as_object(),
    }
}

fn answer(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.trim().to_string()).filter(|text| !text.is_empty()),
        other => Some(json::print(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ballot_is_read_from_json_or_one_line() {
        let answer = |text: &str| Ballot::read(text, false).map(|ballot| ballot.answer);
        assert_eq!(answer(r#"{"answer": 42, "reasoning": "so"}"#).as_deref(), Some("42"));
        assert_eq!(answer("```\n{\"answer\": \"B\"}\n```").as_deref(), Some("B"));
        assert_eq!(answer("true").as_deref(), Some("true"));
        assert_eq!(answer("B").as_deref(), Some("B"));
        for invalid in
            ["", r#"{"answer": ""}"#, r#"{"vote": "B"}"#, r#"{"answer": "B"#, "It may be B.\nOr C."]
        {
            assert_eq!(answer(invalid), None, "{invalid}");
        }
        assert!(Ballot::read("It may be B.\nOr C.", true).is_some());
    }
}
