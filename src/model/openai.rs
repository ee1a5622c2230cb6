//! OpenAI's chat completions, which most other servers speak too.
//!
//! Source: platform.openai.com/docs/api-reference/chat (create, and the chunk object).

use serde_json::{Map, Value, json};

use super::closed_schema::closed;
use super::completion::Completion;
use super::format::{
    Format, StreamReader, add_extra, cut_off, endpoint, event_json, headers, missing, refused, text_at,
};
use super::message::{Content, Message, Part, Role, Tool, ToolCall};
use super::sse::SseEvent;
use super::usage::Usage;
use super::worker::Worker;
use crate::error::Failure;
use crate::platform::Request;

/// The format; it holds nothing.
#[derive(Debug)]
pub struct OpenAi;

impl Format for OpenAi {
    /// Always: what a server does not keep to word by word it takes as a hint.
    fn native_schema(&self, worker: &Worker) -> Option<Value> {
        let schema = worker.native_schema()?;
        let described = match closed(schema) {
            Some(closed) => json!({ "name": "answer", "strict": true, "schema": closed }),
            None => json!({ "name": "answer", "schema": schema }),
        };
        Some(json!({ "type": "json_schema", "json_schema": described }))
    }

    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request {
        let (key, lead) = if is_azure(worker) { ("api-key", "") } else { ("authorization", "Bearer ") };
        Request {
            url: endpoint(&worker.base_url, "/chat/completions"),
            headers: headers(worker, &[], key, lead),
            body: body(worker, messages, stream).to_string(),
        }
    }

    fn completion(&self, body: &Value) -> Result<Completion, Failure> {
        let choice = body.pointer("/choices/0").ok_or_else(|| missing("`choices[0]`"))?;
        let message = choice.get("message").ok_or_else(|| missing("`choices[0].message`"))?;
        let text = message.get("content").and_then(Value::as_str);
        let finish_reason = choice.get("finish_reason").and_then(Value::as_str);
        let tool_calls: Vec<ToolCall> = message
            .get("tool_calls")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(tool_call)
            .collect();
        withheld(text_at(message, "/refusal"), finish_reason)?;
        // A model that thinks may spend all of its tokens on that.
        if text.is_none() && tool_calls.is_empty() && finish_reason != Some("length") {
            return Err(missing("`choices[0].message.content`"));
        }
        Ok(Completion {
            text: text.unwrap_or_default().into(),
            tool_calls,
            finish_reason: finish_reason.map(Into::into),
            model: body.get("model").and_then(Value::as_str).map(Into::into),
            usage: body.get("usage").and_then(usage),
            request_id: None,
        })
    }

    fn stream(&self) -> Box<dyn StreamReader> {
        Box::<Chunks>::default()
    }
}

/// Azure's deployments want `api-key` and carry their `api-version` in the address.
fn is_azure(worker: &Worker) -> bool {
    worker.base_url.contains(".openai.azure.com")
}

fn body(worker: &Worker, messages: &[Message], stream: bool) -> Value {
    let mut body = Map::new();
    body.insert("model".into(), worker.model.as_ref().into());
    body.insert("messages".into(), messages.iter().map(message).collect());
    if let Some(temperature) = worker.temperature {
        body.insert("temperature".into(), temperature.into());
    }
    if let Some(max_tokens) = worker.max_tokens {
        // OpenAI's newer models refuse `max_tokens`; most other servers know nothing else.
        let openai = worker.base_url.contains("api.openai.com") || is_azure(worker);
        let field = if openai { "max_completion_tokens" } else { "max_tokens" };
        body.insert(field.into(), max_tokens.into());
    }
    if !worker.stop.is_empty() {
        body.insert("stop".into(), worker.stop.to_vec().into());
    }
    if let Some(seed) = worker.seed {
        body.insert("seed".into(), seed.into());
    }
    if let Some(schema) = OpenAi.native_schema(worker) {
        body.insert("response_format".into(), schema);
    }
    if !worker.tools.is_empty() {
        body.insert("tools".into(), worker.tools.iter().map(tool).collect());
    }
    if stream {
        body.insert("stream".into(), true.into());
        body.insert("stream_options".into(), json!({ "include_usage": true }));
    }
    add_extra(&mut body, worker);
    Value::Object(body)
}

fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    let content = match &message.content {
        Content::Text(text) => text.as_ref().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    };
    let mut object = Map::new();
    object.insert("role".into(), role.into());
    object.insert("content".into(), content);
    if !message.tool_calls.is_empty() {
        let call = |call: &ToolCall| json!({ "id": call.id, "type": "function", "function": { "name": call.name, "arguments": call.arguments } });
        object.insert("tool_calls".into(), message.tool_calls.iter().map(call).collect());
    }
    if let Some(id) = &message.tool_call_id {
        object.insert("tool_call_id".into(), id.as_str().into());
    }
    Value::Object(object)
}

fn part(part: &Part) -> Value {
    match part {
        Part::Text(text) => json!({ "type": "text", "text": text }),
        Part::Image(url) => json!({ "type": "image_url", "image_url": { "url": url } }),
    }
}

fn tool(tool: &Tool) -> Value {
    let function =
        json!({ "name": tool.name, "description": tool.description, "parameters": tool.parameters });
    json!({ "type": "function", "function": function })
}

fn tool_call(call: &Value) -> ToolCall {
    let text = |path: &str| text_at(call, path).to_string();
    ToolCall {
        id: text("/id"),
        name: text("/function/name"),
        arguments: text("/function/arguments"),
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
struct Chunks {
    completion: Completion,
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
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
            self.completion.finish_reason = Some(reason.into());
        }
        for part in choice.pointer("/delta/tool_calls").and_then(Value::as_array).into_iter().flatten() {
            self.tool_call(part);
        }
        if let Some(words) = choice.pointer("/delta/refusal").and_then(Value::as_str) {
            self.refusal.push_str(words);
        }
        let delta = choice.pointer("/delta/content").and_then(Value::as_str).unwrap_or_default();
        self.completion.text.push_str(delta);
        Ok(delta.into())
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

impl Chunks {
    /// A call's pieces come by `index`: the first names it, the others add to its arguments.
    fn tool_call(&mut self, part: &Value) {
        const MOST: usize = 256;
        let calls = &mut self.completion.tool_calls;
        let index = part.get("index").and_then(Value::as_u64).map_or(calls.len(), |index| index as usize);
        if index >= MOST {
            return;
        }
        while calls.len() <= index {
            calls.push(ToolCall::default());
        }
        let piece = tool_call(part);
        if let Some(call) = calls.get_mut(index) {
            call.id.push_str(&piece.id);
            call.name.push_str(&piece.name);
            call.arguments.push_str(&piece.arguments);
        }
    }
}
