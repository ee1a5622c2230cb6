//! Which field of a request a refusal is about, by its words.

use super::provider::Provider;
use super::quirks::{Instead, QUIRKS, Quirk, Quirks, RESPONSES, SCHEMA, STREAM_OPTIONS};
use super::worker::Worker;
use crate::error::{Code, Failure};
use crate::json::{self, at, text_at};
use crate::platform::address::host_of;

/// The words with which servers say that they do not take a field, rather than its value.
const UNSUPPORTED: &[&str] = &[
    "unsupported",
    "not support",
    "n't support",
    "is supported",
    "extra inputs",
    "extra fields",
    "extra_forbidden",
    "not permitted",
    "not allowed",
    "unrecognized",
    "unknown",
    "unexpected",
    "deprecated",
    "unavailable",
    "not available",
    "not implemented",
    "only the default",
    "cannot be used",
    "cannot both be",
    "no longer",
];

/// Those that say so of any field.
const UNKNOWN_FIELD: &[&str] = &[
    "extra inputs",
    "extra fields",
    "extra_forbidden",
    "unrecognized request argument",
    "unknown field",
    "requested parameters",
];

/// The fields that a refusal may be about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suspects {
    /// What the server names.
    pub named: Quirks,
    /// Where it names nothing: the schema, if it may mean that.
    pub schema: Quirks,
    /// The same of `stream_options`.
    pub stream_options: Quirks,
}

impl Suspects {
    /// Looks for them in a failure's words, among the fields of the `sent` body.
    pub fn of(failure: &Failure, worker: &Worker, sent: impl FnOnce() -> String) -> Self {
        let refusal = matches!(failure.code, Code::ApiError)
            && matches!(failure.status, Some(400 | 404 | 405 | 422 | 500 | 501));
        if !refusal {
            return Self::default();
        }
        let body = json::parse(&sent()).unwrap_or_default();
        let words = failure.message.to_ascii_lowercase();
        let may_move = worker.provider == Provider::OpenAi
            && worker.settings.body.is_none()
            && host_of(&worker.base_url) == "api.openai.com";
        if may_move && words.contains("v1/responses") {
            return Self { named: Quirks::one(RESPONSES), ..Self::default() };
        }
        let is_sent = |quirk: &Quirk| quirk.at.iter().any(|path| at(&body, path).is_some());
        let unsupported = UNSUPPORTED.iter().any(|word| words.contains(word));
        let named = QUIRKS.iter().position(|quirk| {
            let none_already =
                quirk.instead == Instead::Value("none") && text_at(&body, "/reasoning_effort") == "none";
            is_sent(quirk)
                && !none_already
                && (quirk.plain || unsupported)
                && quirk.names.iter().any(|name| has_word(&words, name))
        });
        if let Some(index) = named {
            let needs_none = QUIRKS.get(index).is_some_and(|quirk| quirk.instead == Instead::Value("none"));
            let index = if may_move && needs_none { RESPONSES } else { index };
            return Self { named: Quirks::one(index), ..Self::default() };
        }
        let guess = |index: usize, likely: bool| {
            let known = QUIRKS.get(index).is_some_and(is_sent);
            if known && likely { Quirks::one(index) } else { Quirks::default() }
        };
        let unknown = UNKNOWN_FIELD.iter().any(|word| words.contains(word));
        let wrong = matches!(failure.status, Some(400 | 422));
        Self {
            schema: guess(SCHEMA, wrong || unknown),
            stream_options: guess(STREAM_OPTIONS, unknown),
            ..Self::default()
        }
    }
}

/// Whether a name stands in a text, and not within a longer one.
fn has_word(text: &str, name: &str) -> bool {
    let apart = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|prefix| prefix.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|rest| rest.chars().next());
        // "structured outputs", "grammars".
        apart(before) && (apart(after) || after == Some('s'))
    })
}
