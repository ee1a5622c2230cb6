//! One request and its answer: encode, fetch, check, decode. No second try, no clock.

use std::borrow::Cow;
use std::rc::Rc;

use super::completion::{Completion, Delta};
use super::custom;
use super::failure::{from_status, in_band, request_id};
use super::format::{Format, format_of};
use super::message::{Content, Message};
use super::peer::Peer;
use super::rate_limit::RateLimits;
use super::sse::{SseEvent, SseParser};
use super::think_tags::{ThinkTags, split};
use super::worker::Worker;
use crate::error::{Code, Failure};
use crate::json::{self, Value};
use crate::platform::{Platform, Response, too_long};

/// How much of the body of a refusal is read.
const REFUSAL_BYTES: usize = 1024 * 1024;

/// What one request came to.
#[derive(Debug)]
pub struct Answer {
    /// The completion, or why there is none.
    pub outcome: Result<Completion, Failure>,
    /// What the headers of an answer said of the limits.
    pub limits: RateLimits,
    /// Whether the server took the request in: it may bill it then, even when the answer never came through.
    pub accepted: bool,
}

impl From<Result<Completion, Failure>> for Answer {
    fn from(outcome: Result<Completion, Failure>) -> Self {
        Self { outcome, limits: RateLimits::default(), accepted: false }
    }
}

/// Asks `worker`. With `stream`, each piece of the answer is handed to `on_delta` as it comes; `on_delta` sees empty pieces
/// too, for events that show life and add nothing. Dropping the future cancels the request.
pub async fn exchange(
    platform: &dyn Platform,
    worker: &Worker,
    messages: &[Message],
    stream: bool,
    on_delta: &dyn Fn(&Delta),
) -> Answer {
    let mut teller = Teller { tags: ThinkTags::default(), on_delta };
    let own = of_this_server(messages, worker);
    let mut answer = send(platform, worker, &own, stream, &mut |delta| teller.tell(delta)).await;
    if let Ok(completion) = answer.outcome {
        teller.end();
        answer.outcome = Ok(finished(completion, worker));
    }
    answer
}

/// Hands on what comes, thoughts apart from text.
struct Teller<'a> {
    tags: ThinkTags,
    on_delta: &'a dyn Fn(&Delta),
}

impl Teller<'_> {
    fn tell(&mut self, delta: Delta) {
        if delta.voids_text {
            self.tags = ThinkTags::default();
        }
        let parts = self.tags.feed(&delta.text);
        (self.on_delta)(&Delta {
            text: parts.text,
            reasoning: delta.reasoning + &parts.reasoning,
            // What is held back was written as well.
            hidden: delta.hidden || !delta.text.is_empty(),
            voids_text: delta.voids_text || parts.voids_text,
        });
    }

    fn end(&mut self) {
        let rest = self.tags.finish();
        if rest.is_written() {
            (self.on_delta)(&rest);
        }
    }
}

/// The messages as this server is to see them: what its own turns brought along comes back, that of others does not.
fn of_this_server<'a>(messages: &'a [Message], worker: &Worker) -> Cow<'a, [Message]> {
    if messages.iter().all(|message| message.provider_data.is_none()) {
        return messages.into();
    }
    let server = worker.server();
    let mut messages = messages.to_vec();
    for message in &mut messages {
        message.provider_data.take_if(|data| data.server != server);
        if let Some(text) = message.provider_data.as_ref().and_then(|data| data.text.as_deref()) {
            message.content = Content::Text(text.into());
        }
    }
    messages.into()
}

/// An answer without the thoughts in its text, and its own data marked as this server's.
fn finished(mut completion: Completion, worker: &Worker) -> Completion {
    if let Some((reasoning, text)) = split(&completion.text) {
        let written = std::mem::replace(&mut completion.text, text);
        completion.reasoning.push_str(&reasoning);
        if !completion.tool_calls.is_empty() {
            let data = completion.provider_data.get_or_insert_default();
            Rc::make_mut(data).text = Some(written);
        }
    }
    if let Some(data) = &mut completion.provider_data {
        Rc::make_mut(data).server = worker.server();
    }
    completion
}

async fn send(
    platform: &dyn Platform,
    worker: &Worker,
    messages: &[Message],
    stream: bool,
    on_delta: &mut dyn FnMut(Delta),
) -> Answer {
    let peer = Peer::of(worker);
    let answer = ask(platform, worker, &peer, messages, stream, on_delta).await;
    Answer { outcome: peer.hide_keys(answer.outcome), ..answer }
}

async fn ask(
    platform: &dyn Platform,
    worker: &Worker,
    peer: &Peer<'_>,
    messages: &[Message],
    stream: bool,
    on_delta: &mut dyn FnMut(Delta),
) -> Answer {
    let format = format_of(worker.provider);
    let told;
    let messages = match &worker.schema {
        Some(schema)
            if !schema.said && format.is_none_or(|format| format.native_schema(worker).is_none()) =>
        {
            told = schema.in_words(messages);
            &told
        }
        _ => messages,
    };
    let Some(format) = format else {
        return match &worker.complete {
            Some(function) => custom::ask(function, platform, worker, messages, stream, on_delta).await,
            None => Err(Failure::new(Code::InvalidInput, "There is no `complete` function to ask.")).into(),
        };
    };
    let mut response = match platform.fetch(format.request(worker, messages, stream)).await {
        Ok(response) => response,
        // A caller's own `fetch` may say anything.
        Err(failure) => return Err(failure).into(),
    };
    let response = response.as_mut();
    let accepted = (200..300).contains(&response.status());
    // A refusal says by itself when to come back. Its limits may take much longer to be full again.
    let limits = if accepted { RateLimits::read(response, platform) } else { RateLimits::default() };
    let outcome = if !accepted {
        // A body that breaks off must not hide the status.
        let body = response.text(REFUSAL_BYTES).await.unwrap_or_default();
        Err(from_status(response, &body, peer, platform))
    } else if stream && is_event_stream(response) {
        streamed(response, format, peer, worker.max_answer_bytes, on_delta).await
    } else {
        whole(response, format, peer, worker.max_answer_bytes).await
    };
    let id = request_id(response);
    let outcome = match outcome {
        Ok(completion) => Ok(Completion { request_id: completion.request_id.or(id), ..completion }),
        Err(mut failure) => {
            failure.request_id = failure.request_id.take().or(id);
            Err(failure)
        }
    };
    Answer { outcome, limits, accepted }
}

/// A server may answer a request to stream with a whole body; one that says nothing is taken at its word to stream.
fn is_event_stream(response: &dyn Response) -> bool {
    !response.header("content-type").is_some_and(|kind| kind.contains("json") || kind.contains("html"))
}

async fn whole(
    response: &mut dyn Response,
    format: &dyn Format,
    peer: &Peer<'_>,
    most: usize,
) -> Result<Completion, Failure> {
    let text = response.text(most).await?;
    let body: Value = json::parse(&text).map_err(|error| not_json(&text, &error, peer))?;
    match in_band(&body, peer) {
        Some(failure) => Err(failure),
        None => format.completion(&body),
    }
}

async fn streamed(
    response: &mut dyn Response,
    format: &dyn Format,
    peer: &Peer<'_>,
    most: usize,
    on_delta: &mut dyn FnMut(Delta),
) -> Result<Completion, Failure> {
    let mut size = 0;
    let mut reader = format.stream();
    let mut parser = SseParser::default();
    while let Some(bytes) = response.chunk().await? {
        parser.feed(&bytes, |event| {
            // A word search first: parsing each event twice would double the work of a stream.
            if event.data.contains("\"error\"")
                && let Some(failure) = json::parse(&event.data).ok().and_then(|body| in_band(&body, peer))
            {
                return Err(failure);
            }
            let delta = reader.event(&event)?;
            size += added(&event, &delta);
            if size > most {
                return Err(too_long(most));
            }
            on_delta(delta);
            Ok(())
        })?;
        if reader.is_done() {
            break;
        }
    }
    reader.finish()
}

/// What an event adds to an answer, in bytes. What is not in the delta, such as a piece of a tool call, is known roughly: most
/// of a small event is its wrapping, and most of a large one is not.
fn added(event: &SseEvent, delta: &Delta) -> usize {
    const WRAPPING: usize = 1024;
    let told = delta.text.len() + delta.reasoning.len();
    let large = event.data.len().saturating_sub(WRAPPING);
    large.max(if told > 0 { told } else { event.data.len() / 16 })
}

fn not_json(text: &str, error: &json::ParseError, peer: &Peer<'_>) -> Failure {
    let host = peer.host;
    let start = text.trim_start();
    if start.is_empty() {
        return Failure::transient(Code::Truncated, format!("{host} answered with an empty body."));
    }
    if start.starts_with('{') && error.is_end() {
        return Failure::transient(Code::Truncated, format!("{host} broke off in the middle of its answer."));
    }
    let kind = if start.starts_with('<') { "a web page" } else { "something that is no JSON" };
    Failure::transient(
        Code::BadResponse,
        format!(
            "{host} answered with {kind} instead of a completion. Check that `baseURL` is the address of the API."
        ),
    )
}
