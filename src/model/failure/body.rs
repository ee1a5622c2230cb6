//! Finds the error in what a server sent, wherever it puts it: its words, the names and numbers
//! that it goes by, and how long it asks to wait. Judges nothing.
//!
//! Sources: the error pages of OpenAI, Anthropic, Google, Mistral, Cloudflare, MiniMax and
//! OpenRouter; RFC 9457; FastAPI's validation errors; the issues cline#1136 (OpenRouter's
//! `metadata.headers`), llama.cpp#16104 and litellm#8448.

use crate::json::{self, Map, Value, at, text_at};
use crate::model::time_text::{duration_ms, number_ms, positive};
use crate::platform::Platform;

/// What a server says of an error.
#[derive(Debug, Default)]
pub(in crate::model) struct ErrorBody {
    /// Its words; they may hold a key.
    pub words: String,
    /// What it goes by, in small letters and digits alone: `insufficientquota`, `1113`.
    pub names: Vec<String>,
    /// The HTTP status that it names.
    pub status: Option<u16>,
    /// The field of the request that it is about.
    pub field: Option<String>,
    /// Headers that a gateway passes on in the body.
    pub headers: Vec<(String, String)>,
    /// How long it asks to wait, by a field of its own.
    pub wait_ms: Option<f64>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
}

/// Where words are found.
const WORDS: &[&str] = &[
    "message",
    "detail",
    "msg",
    "status_msg",
    "error_msg",
    "error_message",
    "errorMessage",
    "Message",
    "error",
    "errors",
    "description",
    "title",
];

/// Where names and numbers are found.
const NAMES: &[&str] = &["code", "type", "status", "error_type", "error_code", "status_code", "statusCode"];

/// What only answers have.
const ANSWERS: &[&str] =
    &["choices", "candidates", "content", "output", "delta", "usage", "content_block", "promptFeedback"];

impl ErrorBody {
    /// Of a body that the status says to be one.
    pub fn of_refusal(body: &Value, platform: &dyn Platform) -> Self {
        let body = unwrapped(body);
        let error = error_in(body).unwrap_or(body);
        Self::read(body, error, platform)
    }

    /// Of a body or an event under status 200. `named` is one that the stream itself calls an
    /// error.
    pub fn within(body: &Value, named: bool, platform: &dyn Platform) -> Option<Self> {
        let body = unwrapped(body);
        if let Some(error) = error_in(body) {
            return Some(Self::read(body, error, platform));
        }
        let fields = body.as_object()?;
        let says = ["/object", "/type"].iter().any(|name| text_at(body, name).eq_ignore_ascii_case("error"))
            || fields.get("success") == Some(&Value::Bool(false));
        let bare = !ANSWERS.iter().any(|name| fields.contains_key(*name))
            && ["message", "detail", "msg", "error_msg"]
                .iter()
                .any(|name| fields.get(*name).is_some_and(is_wordy));
        (named || says || bare).then(|| Self::read(body, body, platform))
    }

    /// Words alone.
    pub fn of_words(words: &str) -> Self {
        Self { words: words.trim().into(), ..Self::default() }
    }

    fn read(body: &Value, error: &Value, platform: &dyn Platform) -> Self {
        // What a gateway passes on of the server behind it.
        let raw = at(error, "/metadata/raw").map(as_json);
        let raw_error = raw.as_ref().map(|raw| error_in(raw).unwrap_or(raw));
        let metadata = error.get("metadata").unwrap_or(&Value::Null);
        let objects: Vec<&Value> = [error, body, metadata].into_iter().chain(raw_error).collect();
        let mut found = Self { words: words_of(error), ..Self::default() };
        if found.words.is_empty() {
            found.words = words_of(body);
        }
        if let Some(raw) = raw_error.map(words_of).filter(|raw| !raw.is_empty()) {
            found.words = [found.words, raw].join(": ");
        }
        for object in &objects {
            found.note_names(object);
            let Some(fields) = object.as_object() else { continue };
            found.wait_ms = found.wait_ms.or_else(|| wait_in(fields, platform));
            found.request_id =
                found.request_id.take().or_else(|| fields.get("request_id")?.as_str().map(Into::into));
            found.field = found.field.take().or_else(|| fields.get("param")?.as_str().map(Into::into));
        }
        if let Some(field) = found.field.as_ref().filter(|field| !found.words.contains(field.as_str())) {
            found.words = format!("{} ({field})", found.words);
        }
        found.note_details(error);
        if let Some(Value::Object(headers)) = metadata.get("headers") {
            let header = |(name, value): (&String, &Value)| Some((name.to_ascii_lowercase(), plain(value)?));
            found.headers = headers.into_iter().filter_map(header).collect();
        }
        found
    }

    fn note_names(&mut self, object: &Value) {
        let minimax = object.get("status_msg").is_some();
        for value in NAMES.iter().filter_map(|name| object.get(name)) {
            let Some(text) = plain(value) else { continue };
            let number = text.parse().ok().filter(|status| (400..=599).contains(status));
            self.status = self.status.or(number);
            // MiniMax counts its errors by numbers that mean something else elsewhere.
            let name = simple(&text);
            self.names.push(if minimax { format!("minimax{name}") } else { name });
        }
    }

    /// Google's details: the wait, the reason, and a quota for the day, which waiting does not
    /// help.
    fn note_details(&mut self, error: &Value) {
        for detail in error.get("details").and_then(Value::as_array).into_iter().flatten() {
            let delay = detail.get("retryDelay").and_then(Value::as_str);
            self.wait_ms = self.wait_ms.or_else(|| positive(duration_ms(delay?)?.0));
            self.names.extend(detail.get("reason").and_then(Value::as_str).map(simple));
            let violations = detail.get("violations").and_then(Value::as_array);
            let mut quotas = violations.into_iter().flatten().map(|violation| text_at(violation, "/quotaId"));
            if quotas.any(|quota| quota.contains("PerDay")) {
                self.names.push("quotaperday".into());
            }
        }
    }
}

/// A name in small letters and digits alone: servers write `BadRequestError` and
/// `bad_request_error` for the same.
fn simple(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Gemini wraps its errors in a list when it streams.
fn unwrapped(body: &Value) -> &Value {
    body.as_array().and_then(|items| items.first()).unwrap_or(body)
}

/// OpenRouter puts a provider's error into the choice, Cloudflare has a list of them, MiniMax a
/// status in each answer, and OpenAI's Responses put it into the response of a stream's last event.
fn error_in(body: &Value) -> Option<&Value> {
    const POINTERS: &[&str] = &["/error", "/choices/0/error", "/response/error", "/errors", "/base_resp"];
    let failed = |pointer: &str, error: &Value| {
        let code = error.get("status_code").and_then(Value::as_f64);
        if pointer == "/base_resp" { code.is_some_and(|code| code != 0.0) } else { !is_nothing(error) }
    };
    POINTERS.iter().find_map(|pointer| at(body, pointer).filter(|error| failed(pointer, error)))
}

/// Some servers put an empty error beside each answer.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(fields) => fields.values().all(is_nothing),
    }
}

fn is_wordy(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Array(_)) && !is_nothing(value)
}

/// A text or a number, as text.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) => Some(json::print(value)),
        _ => None,
    }
}

/// Gateways like to pass JSON on as a text.
fn as_json(value: &Value) -> Value {
    let text = value.as_str().map(str::trim).filter(|text| text.starts_with(['{', '[']));
    text.and_then(|text| json::parse(text).ok()).unwrap_or_else(|| value.clone())
}

fn words_of(value: &Value) -> String {
    /// More of a list does not help anybody.
    const MOST: usize = 3;
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => match as_json(value) {
            Value::String(text) => text,
            inner => Some(words_of(&inner)).filter(|words| !words.is_empty()).unwrap_or_else(|| text.clone()),
        },
        Value::String(text) => text.trim().into(),
        Value::Array(items) => {
            let words = items.iter().map(words_of).filter(|words| !words.is_empty());
            words.take(MOST).collect::<Vec<_>>().join("; ")
        }
        Value::Object(fields) => {
            let words = WORDS.iter().filter_map(|name| fields.get(*name)).map(words_of);
            let words = words.filter(|words| !words.is_empty()).reduce(|first, _| first).unwrap_or_default();
            match fields.get("loc").and_then(Value::as_array) {
                Some(path) => {
                    format!("{}: {words}", path.iter().filter_map(plain).collect::<Vec<_>>().join("."))
                }
                None => words,
            }
        }
        _ => String::new(),
    }
}

/// A wait as a number or a text.
fn wait_in(fields: &Map, platform: &dyn Platform) -> Option<f64> {
    const MS: &[&str] = &["retry_after_ms", "retryAfterMs"];
    const SECONDS: &[&str] =
        &["retry_after_seconds", "retry_after", "retryAfter", "retryAfterSeconds", "estimated_time"];
    let number =
        |value: &Value| value.as_f64().or_else(|| crate::host::number::parse(value.as_str()?.trim()));
    let ms = || MS.iter().find_map(|name| number(fields.get(*name)?));
    let seconds = || {
        SECONDS.iter().find_map(|name| {
            let value = fields.get(*name)?;
            let in_seconds = number(value).map(|seconds| number_ms(seconds, platform));
            in_seconds.or_else(|| Some(duration_ms(value.as_str()?)?.0))
        })
    };
    ms().or_else(seconds).and_then(positive)
}
