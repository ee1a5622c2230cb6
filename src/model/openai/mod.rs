//! OpenAI's chat completions, which most other servers speak too: what is sent.
//!
//! Source: platform.openai.com/docs/api-reference/chat/create.

mod answer;
mod calls;
pub mod dialect;
mod reasoning;
mod usage;

use self::answer::{Chunks, first_choice, whole};
use self::dialect::{effort, key_header, length_field, seed_field, takes_stream_options};
use self::usage::usage_in;
use super::call_settings::{EFFORTS, Tier, ToolChoice};
use super::completion::Completion;
use super::format::{Format, StreamReader, add_extra, endpoint, headers};
use super::media::Kind;
use super::message::{Content, Message, Part, Role, Tool, ToolCall};
use super::usage::Usage;
use super::worker::Worker;
use crate::error::Failure;
use crate::json::{self, Fields, Map, Value, json};
use crate::model::capabilities::tools;
use crate::platform::Request;

/// The format; it holds nothing.
#[derive(Debug)]
pub struct OpenAi;

impl Format for OpenAi {
    /// Always: what a server does not keep to word by word it takes as a hint.
    fn takes_schema(&self, worker: &Worker) -> bool {
        worker.native_schema().is_some()
    }

    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request {
        let (key, prefix) = key_header(worker);
        Request {
            url: endpoint(&worker.base_url, "/chat/completions"),
            headers: headers(worker, &[], key, prefix),
            body: json::print(&body(worker, messages, stream)),
        }
    }

    fn completion(&self, body: &Value) -> Result<Completion, Failure> {
        whole(body)
    }

    fn usage(&self, body: &Value) -> Option<Usage> {
        usage_in(body, first_choice(body))
    }

    fn stream(&self) -> Box<dyn StreamReader> {
        Box::<Chunks>::default()
    }
}

fn body(worker: &Worker, messages: &[Message], stream: bool) -> Value {
    let mut body = Map::new();
    body.set("model", &worker.model);
    body.put("messages", shown(messages));
    body.set_some("temperature", worker.temperature);
    if let Some(max_tokens) = worker.max_tokens {
        body.set(length_field(worker), max_tokens);
    }
    body.set_some("stop", &worker.stop);
    body.set_some(seed_field(worker), worker.seed);
    if let Some(schema) = worker.native_schema() {
        let described = match schema.closed_for_openai() {
            Some(closed) => json!({ "name": "answer", "strict": true, "schema": closed }),
            None => json!({ "name": "answer", "schema": schema.json }),
        };
        body.put("response_format", json!({ "type": "json_schema", "json_schema": described }));
    }
    body.set_some("top_p", worker.settings.top_p);
    // Its last level, `max`, is for Responses.
    body.set_some("reasoning_effort", effort(worker, EFFORTS.len() - 2));
    body.set_some("service_tier", worker.settings.tier.map(Tier::at_openai));
    body.set_some("tools", tools(worker, tool));
    if let Some(choice) = worker.tool_choice(messages) {
        body.put("tool_choice", tool_choice(&choice));
    }
    if stream {
        body.set("stream", true);
        if takes_stream_options(worker) {
            body.put("stream_options", json!({ "include_usage": true }));
        }
    }
    add_extra(&mut body, worker, messages);
    Value::Object(body)
}

/// The messages. A tool's message takes text alone: what else tools gave is shown behind the last
/// of them.
fn shown(messages: &[Message]) -> Value {
    let (mut list, mut given) = (Vec::new(), Vec::new());
    for (index, one) in messages.iter().enumerate() {
        list.push(message(one));
        if one.role == Role::Tool {
            let media = one.content.parts().iter().filter(|part| part.as_media().is_some());
            given.extend(media.map(part));
        }
        let next = messages.get(index + 1);
        if !given.is_empty() && next.is_none_or(|next| next.role != Role::Tool) {
            given.insert(0, json!({ "type": "text", "text": "This is what the tools gave:" }));
            list.push(json!({ "role": "user", "content": std::mem::take(&mut given) }));
        }
    }
    list.into()
}

fn tool_choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Named(name) => json!({ "type": "function", "function": { "name": name } }),
        other => json!(other.name()),
    }
}

fn message(message: &Message) -> Value {
    let content = match &message.content {
        Content::Text(text) => text.as_ref().into(),
        parts if message.role == Role::Tool => parts.texts().as_str().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    };
    let mut object = Map::new();
    object.set("role", message.role.name());
    object.put("content", content);
    let data = message.provider_data.as_ref().map(|data| &data.data);
    if let Some(Value::Object(fields)) = data.and_then(|data| data.get("message")) {
        object.extend(fields.clone());
    }
    if !message.tool_calls.is_empty() {
        let fields = data.and_then(|data| data.get("calls")).and_then(Value::as_array);
        let call = |(index, call): (usize, &ToolCall)| {
            let mut object = Map::new();
            object.set("id", &call.id);
            object.set("type", "function");
            object.put("function", json!({ "name": call.name, "arguments": call.written() }));
            if let Some(Value::Object(fields)) = fields.and_then(|fields| fields.get(index)) {
                object.extend(fields.clone());
            }
            Value::Object(object)
        };
        object.put("tool_calls", message.tool_calls.iter().enumerate().map(call).collect());
    }
    object.set_some("tool_call_id", &message.tool_call_id);
    Value::Object(object)
}

/// A part as OpenAI writes it; a caller's own function is given the same.
pub(super) fn part(part: &Part) -> Value {
    let media = match part {
        Part::Text(text) => return json!({ "type": "text", "text": text }),
        Part::Media(media) => media,
    };
    match (media.kind, media.data()) {
        (Kind::Image, _) => {
            let mut image = Map::new();
            image.set("url", &media.url);
            image.set_some("detail", &media.detail);
            json!({ "type": "image_url", "image_url": image })
        }
        (Kind::Audio, Some((_, data))) => {
            let audio = json!({ "data": data, "format": media.audio_format() });
            json!({ "type": "input_audio", "input_audio": audio })
        }
        _ => {
            let name = media.name.as_deref().unwrap_or(FILE_NAME);
            json!({ "type": "file", "file": { "filename": name, "file_data": media.url } })
        }
    }
}

/// Of a file that has no name: OpenAI refuses data without one.
pub(super) const FILE_NAME: &str = "file.pdf";

fn tool(tool: &Tool) -> Value {
    let function =
        json!({ "name": tool.name, "description": tool.description, "parameters": tool.parameters });
    json!({ "type": "function", "function": function })
}
