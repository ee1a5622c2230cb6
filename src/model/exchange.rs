//! One request and its answer: encode, fetch, check, decode. No second try, no clock.

use super::completion::Completion;
use super::custom;
use super::failure::{from_status, in_band, request_id};
use super::format::{Format, format_of};
use super::message::Message;
use super::peer::Peer;
use super::rate_limit::RateLimits;
use super::sse::SseParser;
use super::worker::Worker;
use crate::error::{Code, Failure};
use crate::json::{self, Value};
use crate::platform::{Platform, Response};

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

/// Asks `worker`. With `stream`, each piece of text is handed to `on_delta` as it comes; `on_delta` sees the empty text
/// too, for events that show life and add nothing. Dropping the future cancels the request.
pub async fn exchange(
    platform: &dyn Platform,
    worker: &Worker,
    messages: &[Message],
    stream: bool,
    on_delta: &dyn Fn(&str),
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
    let peer = Peer::of(worker);
    let mut response = match platform.fetch(format.request(worker, messages, stream)).await {
        Ok(response) => response,
        // A caller's own `fetch` may say anything.
        Err(failure) => return Err(peer.hide_keys(failure)).into(),
    };
    let response = response.as_mut();
    let accepted = (200..300).contains(&response.status());
    // A refusal says by itself when to come back. Its limits may take much longer to be full again.
    let limits = if accepted { RateLimits::read(response, platform) } else { RateLimits::default() };
    let outcome = if !accepted {
        // A body that breaks off must not hide the status.
        let body = response.text().await.unwrap_or_default();
        Err(from_status(response, &body, &peer, platform))
    } else if stream && is_event_stream(response) {
        streamed(response, format, &peer, on_delta).await
    } else {
        whole(response, format, &peer).await
    };
    let id = request_id(response);
    let outcome = match outcome {
        Ok(completion) => Ok(Completion { request_id: completion.request_id.or(id), ..completion }),
        Err(mut failure) => {
            failure.request_id = failure.request_id.take().or(id);
            Err(peer.hide_keys(failure))
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
) -> Result<Completion, Failure> {
    let text = response.text().await?;
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
    on_delta: &dyn Fn(&str),
) -> Result<Completion, Failure> {
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
            on_delta(&reader.event(&event)?);
            Ok(())
        })?;
        if reader.is_done() {
            break;
        }
    }
    reader.finish()
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
