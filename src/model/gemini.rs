//! Gemini's `generateContent`.
//!
//! Sources: ai.google.dev/api/generate-content, …/gemini-api/docs/function-calling, …/structured-output,
//! …/thought-signatures.

use serde_json::{Map, Value, json};

use super::completion::Completion;
use super::format::{
    Format, StreamReader, add_extra, cut_off, endpoint, event_json, headers, inline_data, missing, refused,
    text_at,
};
use super::message::{Content, Message, Part, Role, Tool, ToolCall};
use super::sse::SseEvent;
use super::usage::Usage;
use super::worker::Worker;
use crate::error::{Code, Failure};
use crate::platform::Request;

/// The format; it holds nothing.
#[derive(Debug)]
pub struct Gemini;

/// Begins the ids that calls are given here when the model gave none: those are not sent back.
const UNNAMED: &str = "unnamed-";

impl Format for Gemini {
    /// Older models refuse a schema beside tools.
    fn native_schema(&self, worker: &Worker) -> Option<Value> {
        worker.schema.as_ref()?.json.as_deref().filter(|_| worker.tools.is_empty()).cloned()
    }

    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request {
        Request {
            url: url(worker, stream),
            headers: headers(worker, &[], "x-goog-api-key", ""),
            body: body(worker, messages).to_string(),
        }
    }

    fn completion(&self, body: &Value) -> Result<Completion, Failure> {
        let mut answer = Answer::default();
        answer.take_in(body)?;
        match answer.completion.finish_reason {
            Some(_) => Ok(answer.completion),
            None => Err(missing("`candidates[0].finishReason`")),
        }
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
        body.insert("systemInstruction".into(), json!({ "parts": system }));
    }
    body.insert("contents".into(), turns(messages).into());
    if !worker.tools.is_empty() {
        let tools: Vec<Value> = worker.tools.iter().map(tool).collect();
        body.insert("tools".into(), json!([{ "functionDeclarations": tools }]));
    }
    let config = config(worker);
    if !config.is_empty() {
        body.insert("generationConfig".into(), config.into());
    }
    add_extra(&mut body, worker);
    Value::Object(body)
}

fn config(worker: &Worker) -> Map<String, Value> {
    let mut config = Map::new();
    if let Some(temperature) = worker.temperature {
        config.insert("temperature".into(), temperature.into());
    }
    if let Some(max_tokens) = worker.max_tokens {
        config.insert("maxOutputTokens".into(), max_tokens.into());
    }
    if !worker.stop.is_empty() {
        config.insert("stopSequences".into(), worker.stop.to_vec().into());
    }
    if let Some(seed) = worker.seed {
        config.insert("seed".into(), seed.into());
    }
    if let Some(schema) = Gemini.native_schema(worker) {
        config.insert("responseMimeType".into(), "application/json".into());
        config.insert("responseJsonSchema".into(), schema);
    }
    config
}

/// Turns of user and model. Those of the same side are put together: results stand in one turn, as their calls did.
fn turns(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let (side, parts) = match message.role {
            Role::System => continue,
            Role::User => ("user", content(&message.content)),
            Role::Tool => {
                let before = messages.get(..index).unwrap_or_default();
                ("user", vec![function_response(message, before)])
            }
            Role::Assistant => {
                let calls = message.tool_calls.iter().map(function_call);
                ("model", content(&message.content).into_iter().chain(calls).collect())
            }
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
    match content {
        Content::Text(words) => text(words).into_iter().collect(),
        Content::Parts(parts) => parts
            .iter()
            .filter_map(|part| match part {
                Part::Text(words) => text(words),
                Part::Image(url) => Some(image(url)),
            })
            .collect(),
    }
}

fn image(url: &str) -> Value {
    match inline_data(url) {
        Some((kind, data)) => json!({ "inlineData": { "mimeType": kind, "data": data } }),
        None => json!({ "fileData": { "mimeType": image_type(url), "fileUri": url } }),
    }
}

/// The API wants to be told; most addresses say.
fn image_type(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match path.rsplit('.').next() {
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("gif") => "image/gif",
        _ => "image/jpeg",
    }
}

fn function_call(call: &ToolCall) -> Value {
    let mut function = Map::new();
    function.insert("name".into(), call.name.as_str().into());
    function.insert("args".into(), call.object());
    add_id(&mut function, &call.id);
    let mut part = json!({ "functionCall": function });
    // The models of the third generation refuse a call without the signature that it came with. A list is another
    // provider's thinking.
    if let (Some(thought), Value::Object(part)) = (&call.thought, &mut part)
        && !thought.starts_with('[')
    {
        part.insert("thoughtSignature".into(), thought.as_str().into());
    }
    part
}

/// A result names its function, which stands in the call before it.
fn function_response(message: &Message, before: &[Message]) -> Value {
    let id = message.tool_call_id.as_deref().unwrap_or_default();
    let call = before.iter().rev().flat_map(|message| &message.tool_calls).find(|call| call.id == id);
    let text = match &message.content {
        Content::Text(text) => text.to_string(),
        Content::Parts(parts) => parts.iter().filter_map(Part::as_text).collect(),
    };
    let response = match serde_json::from_str(&text) {
        Ok(Value::Object(response)) => response,
        _ => Map::from_iter([("result".into(), text.into())]),
    };
    let mut function = Map::new();
    function.insert("name".into(), call.map_or("", |call| &call.name).into());
    function.insert("response".into(), response.into());
    add_id(&mut function, id);
    json!({ "functionResponse": function })
}

fn add_id(function: &mut Map<String, Value>, id: &str) {
    if !id.starts_with(UNNAMED) {
        function.insert("id".into(), id.into());
    }
}

fn tool(tool: &Tool) -> Value {
    json!({ "name": tool.name, "description": tool.description, "parametersJsonSchema": tool.parameters })
}

/// An answer so far: a stream is a sequence of answers, each with more parts.
#[derive(Default)]
struct Answer {
    completion: Completion,
}

impl Answer {
    /// Gives the text that is new.
    fn take_in(&mut self, body: &Value) -> Result<String, Failure> {
        let completion = &mut self.completion;
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(Into::into);
        completion.model = completion.model.take().or_else(|| text("modelVersion"));
        completion.request_id = completion.request_id.take().or_else(|| text("responseId"));
        completion.usage = body.get("usageMetadata").and_then(usage).or(completion.usage);
        if let Some(reason) = body.pointer("/promptFeedback/blockReason").and_then(Value::as_str) {
            return Err(refused(&format!("the prompt was blocked ({reason}).")));
        }
        let mut added = String::new();
        let parts = body.pointer("/candidates/0/content/parts").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            if let Some(call) = part.get("functionCall") {
                let call = tool_call(call, part, completion.tool_calls.len());
                completion.tool_calls.push(call);
            } else if part.get("thought") != Some(&Value::Bool(true)) {
                added.push_str(text_at(part, "/text"));
            }
        }
        completion.text.push_str(&added);
        if let Some(reason) = body.pointer("/candidates/0/finishReason").and_then(Value::as_str) {
            let calls = !completion.tool_calls.is_empty();
            completion.finish_reason =
                Some(finish_reason(reason, calls, text_at(body, "/candidates/0/finishMessage"))?);
        }
        Ok(added)
    }
}

impl StreamReader for Answer {
    fn event(&mut self, event: &SseEvent) -> Result<String, Failure> {
        self.take_in(&event_json(event)?)
    }

    /// There is no mark for the end, and counts may follow the finish reason.
    fn is_done(&self) -> bool {
        false
    }

    fn finish(self: Box<Self>) -> Result<Completion, Failure> {
        if self.completion.finish_reason.is_none() {
            return Err(cut_off());
        }
        Ok(self.completion)
    }
}

fn tool_call(call: &Value, part: &Value, index: usize) -> ToolCall {
    let id = match text_at(call, "/id") {
        "" => format!("{UNNAMED}{index}"),
        id => id.into(),
    };
    ToolCall {
        id,
        name: text_at(call, "/name").into(),
        arguments: call.get("args").map_or_else(|| "{}".into(), Value::to_string),
        thought: part.get("thoughtSignature").and_then(Value::as_str).map(Into::into),
    }
}

/// In OpenAI's words; a failure for those that stand for no answer.
fn finish_reason(reason: &str, calls: bool, words: &str) -> Result<String, Failure> {
    let reason = match reason {
        "STOP" if calls => "tool_calls",
        "STOP" => "stop",
        "MAX_TOKENS" => "length",
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "MALFORMED_RESPONSE" => {
            let message = format!("The model called a tool in a way that cannot be read ({reason}).");
            return Err(Failure::transient(Code::BadResponse, message));
        }
        "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII"
        | "IMAGE_SAFETY" => {
            return Err(refused(&format!("{words} ({reason})")));
        }
        _ => return Ok(reason.to_ascii_lowercase()),
    };
    Ok(reason.into())
}

/// Thinking is counted beside the answer, and billed with it.
fn usage(usage: &Value) -> Option<Usage> {
    let count = |name: &str| usage.get(name).and_then(Value::as_u64);
    let reasoning = count("thoughtsTokenCount").unwrap_or(0);
    Some(Usage {
        prompt_tokens: count("promptTokenCount")? + count("toolUsePromptTokenCount").unwrap_or(0),
        completion_tokens: count("candidatesTokenCount").unwrap_or(0) + reasoning,
        cached_tokens: count("cachedContentTokenCount").unwrap_or(0),
        reasoning_tokens: reasoning,
        estimated: false,
    })
}
