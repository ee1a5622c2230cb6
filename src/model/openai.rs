//! OpenAI's chat completions, which most other servers speak too: what is sent.
//!
//! Source: platform.openai.com/docs/api-reference/chat/create.

use super::closed_schema::closed_for_openai;
use super::completion::Completion;
use super::format::{Format, StreamReader, add_extra, endpoint, headers};
use super::message::{Content, Message, Part, Tool, ToolCall};
use super::openai_answer::{Chunks, whole};
use super::openai_dialect::{key_header, length_field, seed_field, takes_stream_options};
use super::worker::Worker;
use crate::error::Failure;
use crate::json::{Map, Value, json};
use crate::platform::Request;

/// The format; it holds nothing.
#[derive(Debug)]
pub struct OpenAi;

impl Format for OpenAi {
    /// Always: what a server does not keep to word by word it takes as a hint.
    fn native_schema(&self, worker: &Worker) -> Option<Value> {
        let schema = worker.native_schema()?;
        let described = match closed_for_openai(schema) {
            Some(closed) => json!({ "name": "answer", "strict": true, "schema": closed }),
            None => json!({ "name": "answer", "schema": schema }),
        };
        Some(json!({ "type": "json_schema", "json_schema": described }))
    }

    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request {
        let (key, lead) = key_header(worker);
        Request {
            url: endpoint(&worker.base_url, "/chat/completions"),
            headers: headers(worker, &[], key, lead),
            body: body(worker, messages, stream).print(),
        }
    }

    fn completion(&self, body: &Value) -> Result<Completion, Failure> {
        whole(body)
    }

    fn stream(&self) -> Box<dyn StreamReader> {
        Box::<Chunks>::default()
    }
}

fn body(worker: &Worker, messages: &[Message], stream: bool) -> Value {
    let mut body = Map::new();
    body.add("model", &worker.model);
    body.push("messages", messages.iter().map(message).collect());
    body.add_some("temperature", &worker.temperature);
    if let Some(max_tokens) = worker.max_tokens {
        body.add(length_field(worker), &max_tokens);
    }
    body.add_some("stop", &worker.stop);
    body.add_some(seed_field(worker), &worker.seed);
    if let Some(schema) = OpenAi.native_schema(worker) {
        body.push("response_format", schema);
    }
    if !worker.tools.is_empty() {
        body.push("tools", worker.tools.iter().map(tool).collect());
    }
    if stream {
        body.add("stream", &true);
        if takes_stream_options(worker) {
            body.push("stream_options", json!({ "include_usage": true }));
        }
    }
    add_extra(&mut body, worker, messages);
    Value::Object(body)
}

fn message(message: &Message) -> Value {
    let content = match &message.content {
        Content::Text(text) => text.as_ref().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    };
    let mut object = Map::new();
    object.add("role", &message.role.name());
    object.push("content", content);
    let data = message.provider_data.as_ref().map(|data| &data.data);
    if let Some(Value::Object(fields)) = data.and_then(|data| data.get("message")) {
        object.extend(fields.clone());
    }
    if !message.tool_calls.is_empty() {
        let fields = data.and_then(|data| data.get("calls")).and_then(Value::as_array);
        let call = |(index, call): (usize, &ToolCall)| {
            let mut object = Map::new();
            object.add("id", &call.id);
            object.add("type", &"function");
            object.push("function", json!({ "name": call.name, "arguments": call.written() }));
            if let Some(Value::Object(fields)) = fields.and_then(|fields| fields.get(index)) {
                object.extend(fields.clone());
            }
            Value::Object(object)
        };
        object.push("tool_calls", message.tool_calls.iter().enumerate().map(call).collect());
    }
    object.add_some("tool_call_id", &message.tool_call_id);
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
