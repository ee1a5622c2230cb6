//! OpenAI's Responses: what is sent. Stateless: nothing is kept at the server, and each request
//! carries the whole conversation, encrypted thoughts included.
//!
//! Source: platform.openai.com/docs/api-reference/responses/create, …/guides/reasoning (encrypted
//! reasoning items).

mod answer;
mod stream;

use self::answer::{decode, usage_in};
use self::stream::Items;
use super::call_settings::{EFFORTS, Tier, ToolChoice};
use super::completion::Completion;
use super::format::{Format, StreamReader, add_extra, endpoint, headers};
use super::media::Kind;
use super::message::{Content, Message, Part, Role, Tool, ToolCall};
use super::openai::FILE_NAME;
use super::openai::dialect::{effort, key_header, thinks};
use super::quirks::taken;
use super::usage::Usage;
use super::worker::Worker;
use crate::error::Failure;
use crate::json::{self, Fields, Map, Value, json, text_at};
use crate::model::capabilities::tools;
use crate::platform::Request;

/// The format; it holds nothing.
#[derive(Debug)]
pub struct OpenAiResponses;

impl Format for OpenAiResponses {
    fn takes_schema(&self, worker: &Worker) -> bool {
        worker.native_schema().is_some()
    }

    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request {
        let (key, prefix) = key_header(worker);
        Request {
            url: endpoint(&worker.base_url, "/responses"),
            headers: headers(worker, &[], key, prefix),
            body: json::print(&body(worker, messages, stream)),
        }
    }

    fn completion(&self, body: &Value) -> Result<Completion, Failure> {
        decode(body)
    }

    fn usage(&self, body: &Value) -> Option<Usage> {
        usage_in(body.get("response").unwrap_or(body))
    }

    fn stream(&self) -> Box<dyn StreamReader> {
        Box::<Items>::default()
    }
}

fn body(worker: &Worker, messages: &[Message], stream: bool) -> Value {
    let mut body = Map::new();
    body.set("model", &worker.model);
    let system = messages.iter().filter(|message| message.role == Role::System);
    let system: Vec<String> = system.map(|message| message.content.texts()).collect();
    if !system.is_empty() {
        body.put("instructions", system.join("\n\n").as_str().into());
    }
    let turns = messages.iter().filter(|message| message.role != Role::System);
    body.put("input", turns.flat_map(items).collect());
    body.set_some("temperature", worker.temperature);
    body.set_some("max_output_tokens", worker.max_tokens);
    if let Some(schema) = worker.native_schema() {
        let closed = schema.closed_for_openai();
        let told = closed.or(schema.json.as_deref());
        let format =
            json!({ "type": "json_schema", "name": "answer", "strict": closed.is_some(), "schema": told });
        body.put("text", json!({ "format": format }));
    }
    body.set_some("top_p", worker.settings.top_p);
    match effort(worker, EFFORTS.len() - 1) {
        None => {}
        Some("none") => body.put("reasoning", json!({ "effort": "none" })),
        Some(effort) => body.put("reasoning", json!({ "effort": effort, "summary": "auto" })),
    }
    body.set_some("service_tier", worker.settings.tier.map(Tier::at_openai));
    body.set_some("tools", tools(worker, tool));
    if let Some(choice) = worker.tool_choice(messages) {
        body.put("tool_choice", tool_choice(&choice, worker));
    }
    body.set("store", false);
    // Models that do not think refuse to be asked for thoughts.
    if thinks(&worker.model) {
        body.put("include", json!(["reasoning.encrypted_content"]));
    }
    if stream {
        body.set("stream", true);
    }
    add_extra(&mut body, worker, messages);
    if worker.quirks.is_responses() {
        rename(&mut body);
    }
    Value::Object(body)
}

/// What a caller has added for chat completions, under the names that it has here.
fn rename(body: &mut Map) {
    for name in ["/max_tokens", "/max_completion_tokens"] {
        if let Some(most) = taken(body, name) {
            body.put("max_output_tokens", most);
        }
    }
    if let Some(effort) = taken(body, "/reasoning_effort") {
        body.put("reasoning", json!({ "effort": effort }));
    }
    let Some(Value::Array(tools)) = body.get_mut("tools") else { return };
    for tool in tools.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(Value::Object(function)) = taken(tool, "/function") {
            tool.extend(function);
        }
    }
}

/// A tool that is none of the worker's own is one of the server's, which go by their type.
fn tool_choice(choice: &ToolChoice, worker: &Worker) -> Value {
    match choice {
        ToolChoice::Named(name) if worker.tools.iter().any(|tool| *tool.name == **name) => {
            json!({ "type": "function", "name": name })
        }
        ToolChoice::Named(name) => json!({ "type": name }),
        other => json!(other.name()),
    }
}

/// A message as items of the conversation.
fn items(message: &Message) -> Vec<Value> {
    match (message.role, &message.tool_call_id, &message.provider_data) {
        (Role::Tool, Some(id), _) => {
            let output = content(&message.content);
            vec![json!({ "type": "function_call_output", "call_id": id, "output": output })]
        }
        (Role::Assistant, _, Some(data)) => {
            as_they_came(data.data.as_array().map_or(&[], Vec::as_slice), &message.tool_calls)
        }
        (Role::Assistant, ..) => {
            let text = message.content.texts();
            let said = (!text.is_empty()).then(|| json!({ "role": "assistant", "content": text }));
            said.into_iter().chain(message.tool_calls.iter().map(call)).collect()
        }
        _ => vec![json!({ "role": "user", "content": content(&message.content) })],
    }
}

/// The items of a turn of the model, with the names and the arguments that its calls go by here.
fn as_they_came(items: &[Value], calls: &[ToolCall]) -> Vec<Value> {
    let mut calls = calls.iter();
    let item = |item: &Value| {
        if text_at(item, "/type") != "function_call" {
            return Some(item.clone());
        }
        let mut item = item.clone();
        let call = calls.next()?;
        item.put("call_id", call.id.as_str().into());
        item.put("arguments", call.written().into());
        Some(item)
    };
    items.iter().filter_map(item).collect()
}

fn call(call: &ToolCall) -> Value {
    json!({ "type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.written() })
}

fn content(content: &Content) -> Value {
    match content {
        Content::Text(text) => text.as_ref().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    }
}

fn part(part: &Part) -> Value {
    let media = match part {
        Part::Text(text) => return json!({ "type": "input_text", "text": text }),
        Part::Media(media) => media,
    };
    match (media.kind, media.data()) {
        (Kind::Image, _) => {
            let detail = media.detail.as_deref().unwrap_or("auto");
            json!({ "type": "input_image", "image_url": media.url, "detail": detail })
        }
        (_, None) => json!({ "type": "input_file", "file_url": media.url }),
        (_, Some(_)) => {
            let name = media.name.as_deref().unwrap_or(FILE_NAME);
            json!({ "type": "input_file", "filename": name, "file_data": media.url })
        }
    }
}

/// Strictness is said: left out, it is on.
fn tool(tool: &Tool) -> Value {
    let strict = tool.strict_parameters();
    json!({
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": strict.unwrap_or(&tool.parameters),
        "strict": strict.is_some(),
    })
}
