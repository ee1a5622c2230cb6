//! What each wire format can do: write a request, read an answer, read a stream. Also the few
//! things that all of them do alike.

use super::completion::{Completion, Delta};
use super::message::Message;
use super::sse::{DONE, SseEvent};
use super::usage::Usage;
use super::worker::Worker;
use crate::error::{Code, Failure};
use crate::json::{self, Fields, Map, Value};
use crate::platform::Request;

/// One provider's way to put a conversation into HTTP and JSON. Pure: the same input gives the same
/// output.
pub trait Format {
    /// Whether the server is told the worker's schema in a field of the request: the format has
    /// one, and the schema fits in there.
    fn takes_schema(&self, worker: &Worker) -> bool;
    /// The request to send.
    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request;
    /// Reads a whole answer. The body is known to hold no error object.
    fn completion(&self, body: &Value) -> Result<Completion, Failure>;
    /// What a body says that it took, also one that is no answer; or an event that tells of an
    /// error.
    fn usage(&self, body: &Value) -> Option<Usage>;
    /// Starts to read a streamed answer.
    fn stream(&self) -> Box<dyn StreamReader>;
}

/// Puts the events of one stream together.
pub trait StreamReader {
    /// Takes one event in and gives what it adds, which may be nothing.
    fn event(&mut self, event: &SseEvent) -> Result<Delta, Failure>;
    /// Takes in an event that is known to say the same as one before but for its text, and gives
    /// that. It holds no error.
    fn alike(&mut self, _event: &SseEvent) -> Option<Delta> {
        None
    }
    /// Whether the answer is whole, so that nothing more need be read.
    fn is_done(&self) -> bool;
    /// Whether it has been said why the model stopped: only counts may follow.
    fn says_why(&self) -> bool;
    /// What the server has said so far of what the answer takes.
    fn usage(&self) -> Option<Usage>;
    /// The whole answer; a failure when the stream ended before the answer did.
    fn finish(self: Box<Self>) -> Result<Completion, Failure>;
}

/// `path` below the base address, in front of the query that the address may have.
pub(super) fn endpoint(base_url: &str, path: &str) -> String {
    match base_url.split_once('?') {
        Some((base, query)) => format!("{}{path}?{query}", base.trim_end_matches('/')),
        None => format!("{base_url}{path}"),
    }
}

/// The headers of a request: the format's own, the key in the one named, then the worker's.
pub(super) fn headers(
    worker: &Worker,
    own: &[(&str, &str)],
    key: &str,
    prefix: &str,
) -> Vec<(String, String)> {
    let mut headers = vec![("content-type".into(), "application/json".into())];
    headers.extend(own.iter().map(|&(name, value)| (name.into(), value.into())));
    if let Some(secret) = &worker.api_key {
        headers.push((key.into(), format!("{prefix}{}", secret.expose())));
    }
    headers.extend(worker.headers.iter().cloned());
    headers
}

/// Adds `extraBody`, which has the last word: `null` takes a field out, objects that both have are
/// put together, and so are lists of tools; everything else is replaced. What it says of the choice
/// of a tool holds until one has run: else the model could never answer. Then takes out what this
/// server is known to refuse.
pub(super) fn add_extra(body: &mut Map, worker: &Worker, messages: &[Message]) {
    add_own(body, worker, messages);
    worker.quirks.apply(body);
}

fn add_own(body: &mut Map, worker: &Worker, messages: &[Message]) {
    let Some(Value::Object(extra)) = worker.extra_body.as_deref() else { return };
    let has_run = worker.has_run_tools(messages);
    for (name, value) in extra {
        let mut value = value.clone();
        match (name.as_ref(), &mut value) {
            ("tool_choice", _) if has_run => continue,
            ("toolConfig", Value::Object(config)) if has_run => {
                config.shift_remove("functionCallingConfig");
            }
            _ => {}
        }
        for same in SAME.iter().filter(|same| same.contains(&name.as_ref())).copied().flatten() {
            if same != name {
                body.shift_remove(same);
            }
        }
        match (body.get_mut(name), value) {
            (Some(Value::Array(own)), Value::Array(more)) if name == "tools" => own.extend(more),
            (_, value) => merge(body, name, value),
        }
    }
}

/// Names of one thing: a server refuses two of them.
const SAME: &[[&str; 2]] =
    &[["max_tokens", "max_completion_tokens"], ["seed", "random_seed"], ["reasoning", "reasoning_effort"]];

/// As a merge patch (RFC 7396), save that an object which is new to the body stands there as it was
/// given.
fn merge(own: &mut Map, name: &str, value: Value) {
    match (own.get_mut(name), value) {
        (_, Value::Null) => drop(own.shift_remove(name)),
        (Some(Value::Object(own)), Value::Object(more)) => {
            for (name, value) in more {
                merge(own, &name, value);
            }
        }
        (_, value) => own.put(name, value),
    }
}

/// One event of a stream, as JSON.
pub(super) fn event_json(event: &SseEvent) -> Result<Value, Failure> {
    // Gateways end streams of other formats in OpenAI's way.
    if event.data.trim() == DONE {
        return Ok(Value::Null);
    }
    json::parse(&event.data)
        .map_err(|_| Failure::transient(Code::BadResponse, "The stream holds an event that is no JSON."))
}

/// A body without what every answer has.
pub(super) fn missing(what: &str) -> Failure {
    Failure::transient(Code::BadResponse, format!("The server's answer is no completion: it has no {what}."))
}

/// A stream that ended before its answer did.
pub(super) fn cut_off() -> Failure {
    Failure::transient(Code::Truncated, "The stream ended before the answer did.")
}

/// An answer that the model or its provider holds back.
pub(super) fn refused(words: &str) -> Failure {
    let words = if words.is_empty() { "it gave no reason" } else { words };
    Failure::new(Code::Refused, format!("The model declined to answer: {words}"))
}
