//! One request and its answer: encode, fetch, check, decode. No second try.

use std::borrow::Cow;
use std::rc::Rc;

use super::answer::Answer;
use super::body::{Asked, refusal, streamed, whole};
use super::completion::{Completion, Delta};
use super::custom;
use super::failure::{from_status, request_id};
use super::format::Format;
use super::message::{Content, Message};
use super::provider::Provider;
use super::rate_limit::RateLimits;
use super::redact::Peer;
use super::suspects::Suspects;
use super::think_tags::{Split, ThinkTags, split};
use super::usage::Told;
use super::worker::{Secret, Worker};
use crate::error::{Code, Failure};
use crate::json::{self, Fields, Value};
use crate::model::formats::format_of;
use crate::platform::address::host_of;
use crate::platform::{Platform, Request};

/// Asks `worker`. With `stream`, each piece of the answer is handed to `on_delta` as it comes;
/// `on_delta` sees empty pieces too, for events that show life and add nothing. `told` has what the
/// server says of the tokens, whatever comes of the answer. Dropping the future cancels the
/// request.
pub async fn exchange(
    platform: &dyn Platform,
    worker: &Worker,
    messages: &[Message],
    stream: bool,
    on_delta: &dyn Fn(&Delta),
    told: &Told,
) -> Answer {
    let mut teller = Teller { tags: ThinkTags::default(), on_delta };
    let own = of_this_server(messages, worker);
    let mut answer = send(platform, worker, &own, stream, &mut |delta| teller.tell(delta), told).await;
    if let Ok(completion) = answer.outcome {
        told.tell(completion.usage, true);
        teller.end();
        answer.outcome = finished(completion, worker);
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
        if self.tags.passes(&delta.text) {
            return (self.on_delta)(&delta);
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

/// The messages as this server is to see them: what its own turns brought along comes back, that of
/// others does not.
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

const ONLY_THOUGHTS: &str = "The model stopped within its thoughts: it opened a tag such as `<think>`, never closed it and gave no answer.";

/// An answer without the thoughts in its text, and its own data marked as this server's.
fn finished(mut completion: Completion, worker: &Worker) -> Result<Completion, Failure> {
    if let Some(Split { reasoning, answer, is_closed }) = split(&completion.text) {
        // What was cut off says so by its finish reason, whatever it had come to.
        let was_cut = completion.finish_reason.as_deref() == Some("length");
        if !is_closed && !was_cut && completion.tool_calls.is_empty() {
            return Err(Failure::transient(Code::BadResponse, ONLY_THOUGHTS));
        }
        let written = std::mem::replace(&mut completion.text, answer);
        completion.reasoning.push_str(&reasoning);
        if !completion.tool_calls.is_empty() {
            let data = completion.provider_data.get_or_insert_default();
            Rc::make_mut(data).text = Some(written);
        }
    }
    if let Some(data) = &mut completion.provider_data {
        Rc::make_mut(data).server = worker.server();
    }
    Ok(completion)
}

const NO_KEY: &str =
    "The function `apiKey` gave no key: it has to give a string on one line, or a promise of one.";

/// Its own words may hold a secret that nobody here knows.
const KEY_FAILED: &str = "The function `apiKey` threw an error, whose words are not repeated: they may hold a secret. Catch it in the function to see them.";

async fn send(
    platform: &dyn Platform,
    worker: &Worker,
    messages: &[Message],
    stream: bool,
    on_delta: &mut dyn FnMut(Delta),
    told: &Told,
) -> Answer {
    let keyed;
    let worker = match &worker.key_source {
        None => worker,
        Some(source) => match (source.0)(Value::Null).await {
            Ok(given) => match Secret::given(&given) {
                Some(key) => {
                    keyed = Worker { api_key: Some(key), ..worker.clone() };
                    &keyed
                }
                None => return Err(about_key(Failure::new(Code::InvalidInput, NO_KEY))).into(),
            },
            Err(_) => return Err(about_key(Failure::transient(Code::CallbackFailed, KEY_FAILED))).into(),
        },
    };
    let peer = Peer::of(worker);
    let answer = ask(platform, worker, &peer, messages, stream, on_delta, told).await;
    Answer { outcome: peer.redact_outcome(answer.outcome), ..answer }
}

fn about_key(mut failure: Failure) -> Failure {
    failure.option = Some("apiKey");
    failure
}

/// Whether the provider itself says that it has no such model, any more or at all.
fn is_gone(failure: &Failure, worker: &Worker) -> bool {
    const WORDS: &[&str] =
        &["not exist", "not found", "deprecated", "retired", "no longer", "decommissioned"];
    let defaults = worker.provider.defaults();
    let words = failure.message.to_ascii_lowercase();
    let is_said = match failure.status {
        Some(404 | 410) => true,
        Some(400) => WORDS.iter().any(|word| words.contains(word)),
        _ => false,
    };
    is_said
        && host_of(&worker.base_url) == host_of(defaults.base_url)
        && *worker.model != *defaults.model
        && words.contains(&worker.model.to_ascii_lowercase())
}

/// The request; its body is the caller's own where there is one, save that it is asked whether to
/// stream, and for whom.
fn encoded(format: &dyn Format, worker: &Worker, messages: &[Message], stream: bool) -> Request {
    let mut request = format.request(worker, messages, stream);
    let Some(Value::Object(body)) = worker.settings.body.as_deref() else { return request };
    let mut body = body.clone();
    for name in ["stream", "stream_options"] {
        body.shift_remove(name);
    }
    if worker.provider != Provider::Gemini {
        body.set("model", &worker.model);
    }
    // As the format itself asks for it.
    let own = json::parse(&request.body).unwrap_or_default();
    for name in ["stream", "stream_options"] {
        if let Some(value) = own.get(name) {
            body.put(name, value.clone());
        }
    }
    worker.quirks.apply(&mut body);
    request.body = json::print(&Value::Object(body));
    request
}

async fn ask(
    platform: &dyn Platform,
    worker: &Worker,
    peer: &Peer<'_>,
    messages: &[Message],
    stream: bool,
    on_delta: &mut dyn FnMut(Delta),
    told: &Told,
) -> Answer {
    let format = format_of(worker.provider);
    let with_schema;
    let messages = match &worker.schema {
        Some(schema)
            if !schema.described_in_prompt
                && (worker.quirks.say_schema()
                    || format.is_none_or(|format| !format.takes_schema(worker))) =>
        {
            with_schema = schema.in_words(messages);
            &with_schema
        }
        _ => messages,
    };
    let Some(format) = format else {
        return match &worker.complete {
            Some(function) => custom::ask(function, platform, worker, messages, stream, on_delta, told).await,
            None => Err(Failure::new(Code::InvalidInput, "There is no `complete` function to ask.")).into(),
        };
    };
    if let Some(why) = worker.unfit_part(messages) {
        return Err(Failure::new(Code::InvalidInput, why)).into();
    }
    let request = encoded(format, worker, messages, stream);
    let url = request.url.clone();
    let asked = Asked {
        format,
        peer,
        url: &url,
        platform,
        most: worker.max_answer_bytes,
        raw: worker.settings.raw == Some(true),
        told,
    };
    if let Some(connection) = platform.connection(host_of(&url)) {
        connection.await;
    }
    told.asked();
    let mut response = match platform.fetch(request).await {
        Ok(response) => response,
        // A caller's own `fetch` may say anything.
        Err(failure) => return Err(failure).into(),
    };
    let accepted = (200..300).contains(&response.status());
    // A refusal says by itself when to come back. Its limits may take much longer to be full again.
    let limits = if accepted { RateLimits::read(&*response, platform) } else { RateLimits::default() };
    let outcome = match (accepted, stream) {
        (false, _) => {
            let refusal = refusal(&mut *response, platform).await;
            told.tell(refusal.body.as_ref().and_then(|body| format.usage(body)), true);
            Err(from_status(&*response, &refusal, (peer, &url), platform))
        }
        (true, true) => streamed(&mut *response, &asked, on_delta).await,
        (true, false) => match response.text(asked.most).await {
            Ok(text) => whole(&text, &asked),
            Err(failure) => Err(failure),
        },
    };
    let id = request_id(&*response);
    let outcome = match outcome {
        Ok(completion) => {
            response.leave();
            Ok(Completion { request_id: completion.request_id.or(id), ..completion })
        }
        Err(mut failure) => {
            failure.request_id = failure.request_id.take().or(id);
            failure.accepted |= accepted;
            if is_gone(&failure, worker) {
                let current = worker.provider.defaults().model;
                failure.message.push_str(&format!(" A model that is there today is `{current}`."));
            }
            Err(failure)
        }
    };
    let refused = match &outcome {
        Err(failure) => Suspects::of(failure, worker, || encoded(format, worker, messages, stream).body),
        Ok(_) => Suspects::default(),
    };
    Answer { outcome, limits, refused }
}
