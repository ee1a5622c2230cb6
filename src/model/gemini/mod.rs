//! Gemini's `generateContent`.
//!
//! Sources: ai.google.dev/api/generate-content, …/gemini-api/docs/function-calling,
//! …/structured-output, …/thought-signatures.

mod answer;
mod partial_args;
mod settings;

use self::answer::{Answer, UNNAMED, usage_in};
use self::settings::{is_third, thinking, tool_config};
use super::call_settings::Tier;
use super::completion::Completion;
use super::format::{Format, StreamReader, add_extra, endpoint, headers};
use super::media::Media;
use super::message::{Content, Message, Part, Role, Tool, ToolCall};
use super::usage::Usage;
use super::worker::Worker;
use crate::error::Failure;
use crate::json::{self, Fields, Map, Value, json};
use crate::platform::Request;

/// The format; it holds nothing.
#[derive(Debug)]
pub struct Gemini;

impl Format for Gemini {
    /// Older models refuse a schema beside tools.
    fn takes_schema(&self, worker: &Worker) -> bool {
        worker.native_schema().is_some() && worker.tools.is_empty()
    }

    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request {
        Request {
            url: url(worker, stream),
            headers: headers(worker, &[], "x-goog-api-key", ""),
            body: json::print(&body(worker, messages)),
        }
    }

    fn completion(&self, body: &Value) -> Result<Completion, Failure> {
        Answer::whole(body)
    }

    fn usage(&self, body: &Value) -> Option<Usage> {
        usage_in(body)
    }

    fn stream(&self) -> Box<dyn StreamReader> {
        Box::<Answer>::default()
    }
}

/// Google's own SDK takes the address without a version, others take it with.
fn url(worker: &Worker, stream: bool) -> String {
    let base = worker.base_url.split('?').next().unwrap_or_default();
    let versioned = base.rsplit('/').next().is_some_and(|last| last.starts_with("v1"));
    let version = if versioned { "" } else { "/v1beta" };
    let folder = if worker.model.contains('/') { "" } else { "models/" };
    let method = if stream { "streamGenerateContent" } else { "generateContent" };
    let url = endpoint(&worker.base_url, &format!("{version}/{folder}{}:{method}", worker.model));
    match (stream, url.contains('?')) {
        (false, _) => url,
        (true, false) => format!("{url}?alt=sse"),
        (true, true) => format!("{url}&alt=sse"),
    }
}

fn body(worker: &Worker, messages: &[Message]) -> Value {
    let mut body = Map::new();
    let system: Vec<Value> = messages
        .iter()
        .filter(|message| message.role == Role::System)
        .flat_map(|message| content(&message.content))
        .collect();
    if !system.is_empty() {
        body.put("systemInstruction", json!({ "parts": system }));
    }
    body.put("contents", Value::Array(turns(worker, messages)));
    let mut tools = worker.server_tools().to_vec();
    let is_mixed = !tools.is_empty() && !worker.tools.is_empty();
    if !worker.tools.is_empty() {
        let own: Vec<Value> = worker.tools.iter().map(tool).collect();
        tools.push(json!({ "functionDeclarations": own }));
    }
    body.set_some("tools", &tools);
    body.set_some("toolConfig", tool_config(worker, messages, is_mixed && is_third(worker)));
    body.set_some("serviceTier", worker.settings.tier.map(Tier::name));
    let config = config(worker);
    if !config.is_empty() {
        body.put("generationConfig", config.into());
    }
    add_extra(&mut body, worker, messages);
    Value::Object(body)
}

fn config(worker: &Worker) -> Map {
    let mut config = Map::new();
    config.set_some("temperature", worker.temperature);
    config.set_some("maxOutputTokens", worker.max_tokens);
    config.set_some("stopSequences", &worker.stop);
    config.set_some("seed", worker.seed);
    config.set_some("topP", worker.settings.top_p);
    config.set_some("thinkingConfig", thinking(worker));
    if let Some(schema) = worker.native_schema().filter(|_| worker.tools.is_empty()) {
        config.set("responseMimeType", "application/json");
        config.set("responseJsonSchema", &schema.json);
    }
    config
}

/// Turns of user and model. Those of the same side are put together: results stand in one turn, as
/// their calls did.
fn turns(worker: &Worker, messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let (side, parts) = match message.role {
            Role::System => continue,
            Role::User => ("user", content(&message.content)),
            Role::Tool => {
                let before = messages.get(..index).unwrap_or_default();
                ("user", tool_result(message, before, is_third(worker)))
            }
            Role::Assistant => ("model", model_turn(message)),
        };
        match turns.last_mut() {
            Some((last, content)) if *last == side => content.extend(parts),
            _ => turns.push((side, parts)),
        }
    }
    turns.into_iter().map(|(role, parts)| json!({ "role": role, "parts": parts })).collect()
}

fn content(content: &Content) -> Vec<Value> {
    let text = |text: &str| (!text.is_empty()).then(|| json!({ "text": text }));
    content.encoded(text, shown)
}

fn shown(media: &Media) -> Value {
    match media.data() {
        Some((kind, data)) => json!({ "inlineData": { "mimeType": kind, "data": data } }),
        None => json!({ "fileData": { "mimeType": media.media_type(), "fileUri": media.url } }),
    }
}

/// The parts of a turn as they came, with the names and the arguments that its calls go by here:
/// the models of the third generation refuse a call without the signature that it came with.
fn model_turn(message: &Message) -> Vec<Value> {
    let Some(Value::Array(parts)) = message.provider_data.as_ref().map(|data| &data.data) else {
        let calls = message.tool_calls.iter().map(|call| json!({ "functionCall": function_call(call) }));
        return content(&message.content).into_iter().chain(calls).collect();
    };
    let mut calls = message.tool_calls.iter();
    let as_it_came = |part: &Value| {
        let mut part = part.clone();
        if part.get("functionCall").is_some() {
            part.put("functionCall", function_call(calls.next()?));
        }
        Some(part)
    };
    parts.iter().filter_map(as_it_came).collect()
}

fn function_call(call: &ToolCall) -> Value {
    let mut function = Map::new();
    function.put("name", call.name.as_str().into());
    function.put("args", call.object());
    add_id(&mut function, &call.id);
    function.into()
}

/// A result names its function, which stands in the call before it. Beside its text it may have
/// something to look at; models before the third generation are shown that behind it.
fn tool_result(message: &Message, before: &[Message], is_third: bool) -> Vec<Value> {
    let id = message.tool_call_id.as_deref().unwrap_or_default();
    let call = before.iter().rev().flat_map(|message| &message.tool_calls).find(|call| call.id == id);
    let text = message.content.texts();
    let response = match json::parse(&text) {
        Ok(Value::Object(response)) => response,
        _ => Map::from_iter([("result".into(), text.into())]),
    };
    let mut function = Map::new();
    function.put("name", call.map_or("", |call| &call.name).into());
    function.put("response", response.into());
    add_id(&mut function, id);
    let given: Vec<Value> = message.content.parts().iter().filter_map(Part::as_media).map(shown).collect();
    if is_third {
        function.set_some("parts", &given);
        return vec![json!({ "functionResponse": function })];
    }
    [json!({ "functionResponse": function })].into_iter().chain(given).collect()
}

fn add_id(function: &mut Map, id: &str) {
    if !id.starts_with(UNNAMED) {
        function.put("id", id.into());
    }
}

fn tool(tool: &Tool) -> Value {
    json!({ "name": tool.name, "description": tool.description, "parametersJsonSchema": tool.parameters })
}
