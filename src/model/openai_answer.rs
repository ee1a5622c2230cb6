//! What servers answer in OpenAI's format, whole or as a stream of chunks.
//!
//! Source: platform.openai.com/docs/api-reference/chat (the completion object, and the chunk object).

use super::completion::Completion;
use super::format::{StreamReader, cut_off, event_json, missing, refused, text_at};
use super::message::ToolCall;
use super::sse::SseEvent;
use super::usage::Usage;
use crate::error::Failure;
use crate::json::Value;

/// Reads an answer that came at once.
pub(super) fn whole(body: &Value) -> Result<Completion, Failure> {
    let choice = body.pointer("/choices/0").ok_or_else(|| missing("`choices[0]`"))?;
    let message = choice.get("message").ok_or_else(|| missing("`choices[0].message`"))?;
    let text = text_of(message);
    let finish_reason = finish_reason(choice);
    let calls = message.get("tool_calls").and_then(Value::as_array);
    let tool_calls: Vec<ToolCall> = calls.into_iter().flatten().map(tool_call).collect();
    withheld(text_at(message, "/refusal"), finish_reason)?;
    // A model that thinks may spend all of its tokens on that, and then it says so.
    if text.is_none() && tool_calls.is_empty() && finish_reason.is_none() {
        return Err(missing("`choices[0].message.content`"));
    }
    Ok(Completion {
        text: text.unwrap_or_default(),
        tool_calls,
        finish_reason: finish_reason.map(Into::into),
        model: body.get("model").and_then(Value::as_str).map(Into::into),
        usage: body.get("usage").and_then(usage),
        request_id: None,
    })
}

/// The text of a message or of a chunk's delta. Mistral's models that think answer in parts.
fn text_of(message: &Value) -> Option<String> {
    match message.get("content")? {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(parts.iter().map(|part| text_at(part, "/text")).collect()),
        _ => None,
    }
}

/// Some servers write an empty one into every chunk.
fn finish_reason(choice: &Value) -> Option<&str> {
    choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty())
}

fn tool_call(call: &Value) -> ToolCall {
    ToolCall {
        id: text_at(call, "/id").into(),
        name: text_at(call, "/function/name").into(),
        arguments: match call.pointer("/function/arguments") {
            Some(Value::String(text)) => text.clone(),
            // Not as documented, but some servers do: the arguments themselves.
            Some(object @ Value::Object(_)) => object.to_string(),
            _ => String::new(),
        },
        thought: None,
    }
}

fn usage(usage: &Value) -> Option<Usage> {
    let count = |path: &str| usage.pointer(path).and_then(Value::as_u64);
    Some(Usage {
        prompt_tokens: count("/prompt_tokens")?,
        completion_tokens: count("/completion_tokens").unwrap_or(0),
        cached_tokens: count("/prompt_tokens_details/cached_tokens").unwrap_or(0),
        reasoning_tokens: count("/completion_tokens_details/reasoning_tokens").unwrap_or(0),
        estimated: false,
    })
}

/// An answer that the model refused, or that a filter took away.
fn withheld(refusal: &str, finish_reason: Option<&str>) -> Result<(), Failure> {
    match (refusal, finish_reason) {
        ("", Some("content_filter")) => Err(refused("a filter of the provider held it back.")),
        ("", _) => Ok(()),
        (words, _) => Err(refused(words)),
    }
}

/// A stream of `chat.completion.chunk` objects, ended by `[DONE]`.
#[derive(Default)]
pub(super) struct Chunks {
    completion: Completion,
    /// The index of each tool call so far.
    indices: Vec<Option<u64>>,
    refusal: String,
    done: bool,
}

impl StreamReader for Chunks {
    fn event(&mut self, event: &SseEvent) -> Result<String, Failure> {
        if event.data.trim() == "[DONE]" {
            self.done = true;
            return Ok(String::new());
        }
        let chunk = event_json(event)?;
        if self.completion.model.is_none() {
            self.completion.model = chunk.get("model").and_then(Value::as_str).map(Into::into);
        }
        if let Some(usage) = chunk.get("usage").and_then(usage) {
            self.completion.usage = Some(usage);
        }
        let Some(choice) = chunk.pointer("/choices/0") else { return Ok(String::new()) };
        if let Some(reason) = finish_reason(choice) {
            self.completion.finish_reason = Some(reason.into());
        }
        let Some(delta) = choice.get("delta") else { return Ok(String::new()) };
        for part in delta.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            self.tool_call(part);
        }
        self.refusal.push_str(text_at(delta, "/refusal"));
        let text = text_of(delta).unwrap_or_default();
        self.completion.text.push_str(&text);
        Ok(text)
    }

    fn is_done(&self) -> bool {
        self.done
    }

    fn finish(self: Box<Self>) -> Result<Completion, Failure> {
        // Some servers leave `[DONE]` out; none leaves out the finish reason of a whole answer.
        if self.completion.finish_reason.is_none() {
            return Err(cut_off());
        }
        withheld(&self.refusal, self.completion.finish_reason.as_deref())?;
        Ok(self.completion)
    }
}

/// The most tool calls that are kept of one answer.
const MOST: usize = 256;

impl Chunks {
    /// A call's pieces come by `index`: the first names it, the others add to its arguments. Ollama gives each call the
    /// same index and an id of its own; other servers give no index and each call in one piece.
    fn tool_call(&mut self, part: &Value) {
        let piece = tool_call(part);
        let index = part.get("index").and_then(Value::as_u64);
        let calls = &mut self.completion.tool_calls;
        let last = self.indices.iter().rposition(|other| *other == index);
        let another = |call: &ToolCall| match piece.id.as_str() {
            "" => index.is_none() && !piece.name.is_empty() && !call.name.is_empty(),
            id => !call.id.is_empty() && call.id != id,
        };
        if let Some(call) = last.and_then(|at| calls.get_mut(at))
            && !another(call)
        {
            // Once is enough: some servers repeat them in each piece.
            if call.id.is_empty() {
                call.id = piece.id;
            }
            if call.name.is_empty() {
                call.name = piece.name;
            }
            call.arguments.push_str(&piece.arguments);
        } else if calls.len() < MOST {
            calls.push(piece);
            self.indices.push(index);
        }
    }
}
