//! What servers answer in OpenAI's format, whole or as a stream of chunks.
//!
//! Source: platform.openai.com/docs/api-reference/chat (the completion object, and the chunk
//! object).

use super::calls::Calls;
use super::reasoning::{Kept, shown, text_of};
use super::usage::usage_in;
use crate::error::Failure;
use crate::json::{Value, json, text_at};
use crate::model::completion::{Completion, Delta};
use crate::model::extras::type_of;
use crate::model::finish::{check, finish};
use crate::model::format::{StreamReader, cut_off, event_json, missing, refused};
use crate::model::provider_data::ProviderData;
use crate::model::sse::{DONE, SseEvent};
use crate::model::usage::Usage;
use crate::model::wrapping::Wrapping;

/// Reads an answer that came at once.
pub(in crate::model) fn whole(body: &Value) -> Result<Completion, Failure> {
    let choice = first_choice(body).ok_or_else(|| missing("`choices[0]`"))?;
    let message = choice
        .get("message")
        .filter(|message| message.is_object())
        .ok_or_else(|| missing("`choices[0].message`"))?;
    let mut answer = Chunks { is_whole: true, ..Chunks::default() };
    answer.absorb(body);
    let completion = answer.completed()?;
    let is_empty = message.get("content").and_then(text_of).is_none()
        && completion.tool_calls.is_empty()
        && completion.extras.files.is_empty();
    // A model that thinks may spend all of its tokens on that, and then it says so.
    if is_empty && completion.finish_reason.is_none() {
        return Err(missing("`choices[0].message.content`"));
    }
    Ok(completion)
}

/// Where several were asked for, the others come between its pieces.
pub(super) fn first_choice(body: &Value) -> Option<&Value> {
    let choices = body.get("choices")?.as_array()?;
    choices.iter().find(|choice| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0)
}

/// Whether a chunk has nothing in its delta but text: read once more, it would change nothing else.
fn adds_text_alone(chunk: &Value) -> bool {
    let delta = first_choice(chunk).and_then(|choice| choice.get("delta")?.as_object());
    let is_empty = |value: &Value| {
        value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(|list| list.is_empty())
    };
    let is_text = |(name, value): (&String, &Value)| {
        is_empty(value) || (matches!(name.as_str(), "content" | "role") && value.is_string())
    };
    delta.is_some_and(|delta| delta.into_iter().all(is_text))
}

/// Some servers write an empty one into every chunk.
fn finish_reason(choice: &Value) -> Option<&str> {
    choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty())
}

/// A stream of `chat.completion.chunk` objects, ended by `[DONE]`; or one whole answer.
#[derive(Default)]
pub(in crate::model) struct Chunks {
    completion: Completion,
    calls: Calls,
    kept: Kept,
    refusal: String,
    /// Of a model that speaks, in base64; what it says is its text.
    sound: String,
    native_reason: String,
    /// Perplexity's whole answers have an empty delta beside their message.
    is_whole: bool,
    has_deltas: bool,
    done: bool,
    /// Of the last event that added nothing but text.
    wrapping: Option<Wrapping>,
}

impl StreamReader for Chunks {
    fn event(&mut self, event: &SseEvent) -> Result<Delta, Failure> {
        if event.data.trim() == DONE {
            self.done = true;
            return Ok(Delta::default());
        }
        let chunk = event_json(event)?;
        let delta = self.absorb(&chunk);
        if adds_text_alone(&chunk) {
            self.wrapping = Wrapping::of(&event.data, "\"content\":", &delta.text).or(self.wrapping.take());
        }
        Ok(delta)
    }

    fn alike(&mut self, event: &SseEvent) -> Option<Delta> {
        let text = self.wrapping.as_ref()?.text(&event.data)?;
        self.completion.text.push_str(text);
        self.kept.text(text);
        Some(Delta::text(text))
    }

    fn is_done(&self) -> bool {
        self.done
    }

    fn says_why(&self) -> bool {
        self.completion.finish_reason.is_some()
    }

    fn usage(&self) -> Option<Usage> {
        self.completion.usage
    }

    fn finish(self: Box<Self>) -> Result<Completion, Failure> {
        // Some servers leave `[DONE]` out, and some the finish reason; an answer with neither is
        // cut off.
        let said = !self.completion.text.is_empty() || !self.calls.calls.is_empty();
        if self.completion.finish_reason.is_none() && !(self.done && said) {
            return Err(cut_off());
        }
        self.completed()
    }
}

impl Chunks {
    /// Takes in a chunk, or a whole body, and gives what it adds.
    fn absorb(&mut self, chunk: &Value) -> Delta {
        let completion = &mut self.completion;
        if completion.model.is_none() {
            let model = Some(text_at(chunk, "/model")).filter(|model| !model.is_empty());
            completion.model = model.map(Into::into);
        }
        // Perplexity's and xAI's, beside the choices; the first say more.
        let named =
            chunk.get("search_results").filter(|list| list.as_array().is_some_and(|list| !list.is_empty()));
        completion.extras.cite(named.or_else(|| chunk.get("citations")));
        let choice = first_choice(chunk);
        if let Some(usage) = usage_in(chunk, choice) {
            completion.usage.get_or_insert_default().update(&usage);
        }
        let Some(choice) = choice else { return Delta::default() };
        if let Some(reason) = finish_reason(choice) {
            completion.finish_reason = Some(reason.into());
            text_at(choice, "/native_finish_reason").clone_into(&mut self.native_reason);
        }
        match (choice.get("delta").filter(|delta| delta.is_object()), choice.get("message")) {
            (Some(delta), _) if !self.is_whole => {
                self.has_deltas = true;
                self.message(delta, true)
            }
            // Behind deltas it says all of them once more.
            (_, Some(message)) if !self.has_deltas => self.message(message, false),
            _ => Delta::default(),
        }
    }

    fn message(&mut self, message: &Value, is_piece: bool) -> Delta {
        let said = || Some(text_at(message, "/audio/transcript").to_string());
        let text = message.get("content").and_then(text_of).or_else(said).unwrap_or_default();
        let mut delta = Delta { text, reasoning: shown(message), ..Delta::default() };
        for call in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            self.call(call, is_piece);
            delta.hidden = true;
        }
        // What OpenAI had before there were tools, and old servers still have.
        if let Some(function) = message.get("function_call").filter(|call| call.is_object()) {
            self.call(&json!({ "index": 0, "function": function }), is_piece);
            delta.hidden = true;
        }
        let extras = &mut self.completion.extras;
        extras.cite(message.get("annotations"));
        for image in message.get("images").and_then(Value::as_array).into_iter().flatten() {
            let url = text_at(image, "/image_url/url");
            extras.file(type_of(url, "image/png"), url);
        }
        self.sound.push_str(text_at(message, "/audio/data"));
        self.kept.message(message);
        self.refusal.push_str(text_at(message, "/refusal"));
        self.completion.text.push_str(&delta.text);
        self.completion.reasoning.push_str(&delta.reasoning);
        delta
    }

    fn call(&mut self, call: &Value, is_piece: bool) {
        let index = if is_piece { self.calls.piece(call) } else { self.calls.whole(call) };
        if let Some(index) = index {
            self.kept.call(index, call);
        }
    }

    fn completed(mut self) -> Result<Completion, Failure> {
        if !self.refusal.is_empty() {
            return Err(refused(&self.refusal));
        }
        self.completion.tool_calls = self.calls.calls;
        self.completion.extras.data("audio/wav", &self.sound);
        // A gateway may have a milder word than the provider behind it.
        check(&self.native_reason.to_ascii_lowercase(), &self.completion, "")?;
        finish(&mut self.completion, "")?;
        if !self.completion.tool_calls.is_empty() {
            self.completion.provider_data = self.kept.finish().map(ProviderData::new);
        }
        Ok(self.completion)
    }
}
