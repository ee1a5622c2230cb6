//! Anthropic's messages.
//!
//! Sources: platform.claude.com/docs/en/api/messages/create, …/build-with-claude/streaming,
//! …/handling-stop-reasons, …/structured-outputs.

mod answer;
mod cache;
mod stream;
mod thinking;

use self::answer::{decode, usage_of};
use self::cache::mark;
use self::stream::Blocks;
use self::thinking::think;
use super::call_settings::{Tier, ToolChoice};
use super::completion::Completion;
use super::format::{Format, StreamReader, add_extra, endpoint, headers, missing};
use super::media::{Kind, Media};
use super::message::{Content, Message, Role, Tool, ToolCall};
use super::schema::closed::has_references;
use super::usage::Usage;
use super::worker::Worker;
use crate::error::Failure;
use crate::json::{self, Fields, Map, Value, json, text_at};
use crate::model::capabilities::tools;
use crate::model::provider::ANTHROPIC_MAX_TOKENS;
use crate::platform::Request;

/// The format; it holds nothing.
#[derive(Debug)]
pub struct Anthropic;

impl Format for Anthropic {
    /// The API refuses what it cannot keep to, and its older models refuse any.
    fn takes_schema(&self, worker: &Worker) -> bool {
        schema(worker).is_some()
    }

    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request {
        let own = [("anthropic-version", "2023-06-01")];
        Request {
            url: url(&worker.base_url),
            headers: headers(worker, &own, "x-api-key", ""),
            body: json::print(&body(worker, messages, stream)),
        }
    }

    fn completion(&self, body: &Value) -> Result<Completion, Failure> {
        let blocks = body.get("content").and_then(Value::as_array).ok_or_else(|| missing("`content`"))?;
        decode(blocks.clone(), body, self.usage(body))
    }

    fn usage(&self, body: &Value) -> Option<Usage> {
        usage_of(body.get("usage")?.as_object()?)
    }

    fn stream(&self) -> Box<dyn StreamReader> {
        Box::<Blocks>::default()
    }
}

/// Anthropic's own SDK takes the address without `/v1`, others take it with.
fn url(base_url: &str) -> String {
    let path = base_url.split('?').next().unwrap_or_default();
    endpoint(base_url, if path.ends_with("/v1") { "/messages" } else { "/v1/messages" })
}

/// The schema as the API takes it: word by word, without references, and not for its older models.
fn schema(worker: &Worker) -> Option<&Value> {
    const OLDER: &[&str] = &["claude-2", "claude-3", "claude-sonnet-4-0", "claude-opus-4-0", "-4-2025"];
    let schema = worker.native_schema().filter(|_| !OLDER.iter().any(|part| worker.model.contains(part)));
    schema?.closed().filter(|closed| !has_references(closed))
}

fn body(worker: &Worker, messages: &[Message], stream: bool) -> Value {
    let mut body = Map::new();
    body.set("model", &worker.model);
    body.set("max_tokens", worker.max_tokens.unwrap_or(ANTHROPIC_MAX_TOKENS));
    let system: Vec<Value> =
        messages.iter().filter(|message| message.role == Role::System).flat_map(blocks).collect();
    if !system.is_empty() {
        body.put("system", Value::Array(system));
    }
    body.put("messages", Value::Array(turns(messages)));
    body.set_some("temperature", worker.temperature);
    body.set_some("stop_sequences", &worker.stop);
    body.set_some("top_p", worker.settings.top_p);
    // Priority is bought ahead, and used where it may be.
    let tier = |tier| if tier == Tier::Standard { "standard_only" } else { "auto" };
    body.set_some("service_tier", worker.settings.tier.map(tier));
    body.set_some("tools", tools(worker, tool));
    if let Some(choice) = worker.tool_choice(messages) {
        body.put("tool_choice", tool_choice(&choice));
    }
    if let Some(schema) = schema(worker) {
        body.put("output_config", json!({ "format": { "type": "json_schema", "schema": schema } }));
    }
    think(&mut body, worker);
    if worker.warm_prefix == Some(true) {
        mark(&mut body, messages);
    }
    if stream {
        body.set("stream", true);
    }
    add_extra(&mut body, worker, messages);
    Value::Object(body)
}

/// Turns of user and assistant. Those of the same side are put together: all results of one
/// message's tools must stand in one turn.
fn turns(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages.iter().filter(|message| message.role != Role::System) {
        let side = if message.role == Role::Assistant { "assistant" } else { "user" };
        match turns.last_mut() {
            Some((last, content)) if *last == side => content.extend(blocks(message)),
            _ => turns.push((side, blocks(message))),
        }
    }
    // A turn of no words would be refused.
    turns.retain(|(_, content)| !content.is_empty());
    turns.into_iter().map(|(role, content)| json!({ "role": role, "content": content })).collect()
}

fn blocks(message: &Message) -> Vec<Value> {
    if let (Role::Tool, Some(id)) = (message.role, &message.tool_call_id) {
        let content = content(&message.content);
        return vec![json!({ "type": "tool_result", "tool_use_id": id, "content": content })];
    }
    if let Some(Value::Array(blocks)) = message.provider_data.as_ref().map(|data| &data.data) {
        return as_they_came(blocks, &message.tool_calls);
    }
    content(&message.content).into_iter().chain(message.tool_calls.iter().map(tool_use)).collect()
}

/// The blocks of a turn of the model, with the names and the arguments that its calls go by here.
fn as_they_came(blocks: &[Value], calls: &[ToolCall]) -> Vec<Value> {
    let mut calls = calls.iter();
    let block = |block: &Value| match text_at(block, "/type") {
        "text" if text_at(block, "/text").is_empty() => None,
        "tool_use" => {
            let mut block = block.clone();
            let call = calls.next()?;
            block.put("id", call.id.as_str().into());
            block.put("input", call.object());
            Some(block)
        }
        _ => Some(block.clone()),
    };
    blocks.iter().filter_map(block).collect()
}

/// Blocks of text, images and documents; empty ones would be refused.
fn content(content: &Content) -> Vec<Value> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| json!({ "type": "text", "text": text }));
    content.encoded(text, shown)
}

fn shown(media: &Media) -> Value {
    let source = match media.data() {
        Some((kind, data)) => json!({ "type": "base64", "media_type": kind, "data": data }),
        None => json!({ "type": "url", "url": media.url }),
    };
    let mut block = Map::new();
    block.set("type", if media.kind == Kind::Image { "image" } else { "document" });
    block.put("source", source);
    block.set_some("title", &media.name);
    block.into()
}

fn tool_choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Named(name) => json!({ "type": "tool", "name": name }),
        ToolChoice::Required => json!({ "type": "any" }),
        other => json!({ "type": other.name() }),
    }
}

fn tool_use(call: &ToolCall) -> Value {
    json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": call.object() })
}

fn tool(tool: &Tool) -> Value {
    json!({ "name": tool.name, "description": tool.description, "input_schema": tool.parameters })
}
