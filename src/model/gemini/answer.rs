//! What Gemini answers: a stream is a sequence of whole answers, each with more parts.

use super::partial_args;
use crate::error::Failure;
use crate::json::{self, Value, at, json, text_at};
use crate::model::call_settings::Tier;
use crate::model::completion::{Completion, Delta};
use crate::model::finish::finish;
use crate::model::format::{StreamReader, cut_off, event_json, missing, refused};
use crate::model::message::ToolCall;
use crate::model::provider_data::ProviderData;
use crate::model::sse::SseEvent;
use crate::model::usage::Usage;

/// Begins the ids that calls are given here when the model gave none: those are not sent back.
pub(super) const UNNAMED: &str = "unnamed-";

/// An answer so far.
#[derive(Default)]
pub(in crate::model) struct Answer {
    completion: Completion,
    /// Its parts as they came.
    parts: Vec<Value>,
    /// The arguments of its last call, while more of them are to come.
    open: Option<Value>,
    /// What it says of its end.
    words: String,
}

impl Answer {
    /// Reads an answer that came at once.
    pub fn whole(body: &Value) -> Result<Completion, Failure> {
        let mut answer = Self::default();
        answer.absorb(body)?;
        match answer.completion.finish_reason {
            Some(_) => answer.completed(),
            None => Err(missing("`candidates[0].finishReason`")),
        }
    }

    /// Gives what is new.
    fn absorb(&mut self, body: &Value) -> Result<Delta, Failure> {
        let completion = &mut self.completion;
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(Into::into);
        completion.model = completion.model.take().or_else(|| text("modelVersion"));
        completion.request_id = completion.request_id.take().or_else(|| text("responseId"));
        if let Some(usage) = usage_in(body) {
            completion.usage.get_or_insert_default().update(&usage);
        }
        if let Some(reason) = at(body, "/promptFeedback/blockReason").and_then(Value::as_str) {
            completion.finish_reason = Some(reason.into());
            return Err(refused(&format!("the prompt was blocked ({reason}).")));
        }
        let mut added = Delta::default();
        let parts = at(body, "/candidates/0/content/parts").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            if let Some(call) = part.get("functionCall") {
                added.hidden = true;
                let goes_on = self.open.is_some() && text_at(call, "/name").is_empty();
                if !goes_on {
                    close(completion, self.open.take());
                    completion.tool_calls.push(tool_call(call, completion.tool_calls.len()));
                    self.open = call.get("args").cloned();
                }
                let arguments = self.open.get_or_insert_with(|| json!({}));
                partial_args::add(arguments, call);
                if call.get("willContinue") != Some(&Value::Bool(true)) {
                    close(completion, self.open.take());
                }
                if goes_on {
                    continue;
                }
            } else if part.get("thought") == Some(&Value::Bool(true)) {
                added.reasoning.push_str(text_at(part, "/text"));
            } else {
                added.text.push_str(text_at(part, "/text"));
                completion
                    .extras
                    .data(text_at(part, "/inlineData/mimeType"), text_at(part, "/inlineData/data"));
            }
            join(&mut self.parts, part);
        }
        completion.extras.cite(at(body, "/candidates/0/groundingMetadata/groundingChunks"));
        completion.text.push_str(&added.text);
        completion.reasoning.push_str(&added.reasoning);
        if let Some(reason) = at(body, "/candidates/0/finishReason").and_then(reason) {
            completion.finish_reason = Some(reason.into());
            text_at(body, "/candidates/0/finishMessage").clone_into(&mut self.words);
        }
        Ok(added)
    }

    fn completed(mut self) -> Result<Completion, Failure> {
        close(&mut self.completion, self.open.take());
        finish(&mut self.completion, &self.words)?;
        if !self.completion.tool_calls.is_empty() {
            self.completion.provider_data = Some(ProviderData::new(self.parts.into()));
        }
        Ok(self.completion)
    }
}

/// Adds a part to those before it: a piece of text to the last where both are text and nothing
/// else.
fn join(parts: &mut Vec<Value>, part: &Value) {
    let is_plain = |part: &Value| {
        part.as_object()
            .is_some_and(|part| part.keys().all(|name| matches!(name.as_ref(), "text" | "thought")))
    };
    match parts.last_mut() {
        Some(last) if is_plain(last) && is_plain(part) && last.get("thought") == part.get("thought") => {
            if let Some(Value::String(text)) = last.get_mut("text") {
                text.push_str(text_at(part, "/text"));
            }
        }
        _ => parts.push(part.clone()),
    }
}

impl StreamReader for Answer {
    fn event(&mut self, event: &SseEvent) -> Result<Delta, Failure> {
        self.absorb(&event_json(event)?)
    }

    /// There is no mark for the end, and counts may follow the finish reason.
    fn is_done(&self) -> bool {
        false
    }

    fn says_why(&self) -> bool {
        self.completion.finish_reason.is_some()
    }

    fn usage(&self) -> Option<Usage> {
        self.completion.usage
    }

    fn finish(self: Box<Self>) -> Result<Completion, Failure> {
        if self.completion.finish_reason.is_none() {
            return Err(cut_off());
        }
        self.completed()
    }
}

/// Gives the last call its arguments, which are all there.
fn close(completion: &mut Completion, arguments: Option<Value>) {
    if let (Some(call), Some(arguments)) = (completion.tool_calls.last_mut(), arguments) {
        call.arguments = json::print(&arguments);
    }
}

/// A finish reason by its name, or by its number, as some of Google's own clients ask for it
/// (`enum-encoding=int`). Beyond these the numbers of its two servers differ.
fn reason(reason: &Value) -> Option<&str> {
    const NUMBERED: [&str; 5] = ["STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER"];
    reason.as_str().or_else(|| {
        let index = usize::try_from(reason.as_u64()?.checked_sub(1)?).ok()?;
        Some(NUMBERED.get(index).copied().unwrap_or("OTHER"))
    })
}

fn tool_call(call: &Value, index: usize) -> ToolCall {
    let id = match text_at(call, "/id") {
        "" => format!("{UNNAMED}{index}"),
        id => id.into(),
    };
    ToolCall {
        id,
        name: text_at(call, "/name").into(),
        // They are complete later.
        arguments: String::new(),
    }
}

/// Thinking is counted beside the answer, and billed with it.
pub(super) fn usage_in(body: &Value) -> Option<Usage> {
    let usage = body.get("usageMetadata")?;
    let count = |name: &str| usage.get(name).and_then(Value::as_u64);
    let reasoning = count("thoughtsTokenCount").unwrap_or(0);
    Some(Usage {
        prompt_tokens: count("promptTokenCount")? + count("toolUsePromptTokenCount").unwrap_or(0),
        completion_tokens: count("candidatesTokenCount").unwrap_or(0) + reasoning,
        cached_tokens: count("cachedContentTokenCount").unwrap_or(0),
        reasoning_tokens: reasoning,
        tier: Tier::read(text_at(usage, "/serviceTier")),
        ..Usage::default()
    })
}
