//! The caller's own model function, in place of a provider: what it is asked, and how its answer
//! and its errors are read. Whatever calls it (JavaScript, a test) only carries values.

use super::call_settings::Tier;
use super::completion::{Completion, Delta};
use super::extras::type_of;
use super::failure::{Refusal, from_status};
use super::finish::finish;
use super::function::{FIELDS, ModelFunction, Thrown};
use super::message::{Content, Message, Tool, ToolCall};
use super::openai::part;
use super::redact::Peer;
use super::usage::{Told, Usage};
use super::worker::Worker;
use crate::error::{Code, Failure};
use crate::json::{self, Fields, Map, Value, json, text_at};
use crate::model::answer::Answer;
use crate::model::provider_data::ProviderData;
use crate::platform::{Platform, too_long};

/// After so many pieces the clock gets its turn: those that come without a wait, for ever, would
/// let no time-out pass.
const AT_ONCE: u32 = 1_024;

const NOTHING: &str = "`complete` gave no answer. It must return a string, an object with `text`, or an async iterable of them.";

/// Asks the function. Each piece of text goes to `on_delta` as it comes, where the worker is asked
/// to stream.
pub(super) async fn ask(
    function: &ModelFunction,
    platform: &dyn Platform,
    worker: &Worker,
    messages: &[Message],
    stream: bool,
    on_delta: &mut dyn FnMut(Delta),
    told: &Told,
) -> Answer {
    let mut completion = Completion::default();
    told.asked();
    let asked = async {
        let mut pieces = function.0.complete(request(worker, messages, stream)).await?;
        let (mut known, mut size, mut count) = (false, 0, 0_u32);
        while let Some(piece) = pieces.next().await? {
            size += piece.as_str().map_or_else(|| content_size(&piece), str::len);
            if size > worker.max_answer_bytes {
                return Ok(Err(too_long(worker.max_answer_bytes)));
            }
            count += 1;
            if count % AT_ONCE == 0 {
                platform.sleep(0.0).await;
            }
            known |= piece.is_string() || FIELDS.iter().any(|name| piece.get(name).is_some());
            let delta = absorb(&mut completion, &piece);
            told.tell(completion.usage, completion.finish_reason.is_some());
            if stream {
                on_delta(delta);
            }
        }
        Ok(Ok(known))
    };
    let outcome: Result<Result<bool, Failure>, Thrown> = asked.await;
    match outcome {
        Ok(Ok(true)) => finish(&mut completion, "").map(|()| completion).into(),
        Ok(Ok(false)) => Err(Failure::new(Code::BadResponse, NOTHING)).into(),
        Ok(Err(failure)) => Err(failure).into(),
        Err(thrown) => Err(failure(&thrown, &Peer::of(worker), platform)).into(),
    }
}

/// The request as the function sees it.
fn request(worker: &Worker, messages: &[Message], stream: bool) -> Value {
    let mut request = Map::new();
    request.set("model", &worker.model);
    request.put("messages", messages.iter().map(message).collect());
    request.set("stream", stream);
    request.set_some("temperature", worker.temperature);
    request.set_some("maxTokens", worker.max_tokens);
    request.set_some("seed", worker.seed);
    request.set_some("stop", &worker.stop);
    if !worker.tools.is_empty() {
        request.put("tools", worker.tools.iter().map(tool).collect());
    }
    request.set_some("schema", worker.schema.as_ref().and_then(|schema| schema.json.as_ref()));
    request.set_some("reasoning", worker.effort());
    request.set_some("topP", worker.settings.top_p);
    request.set_some("toolChoice", worker.tool_choice(messages));
    request.set_some("serverTools", &worker.settings.server_tools);
    request.set_some("tier", worker.settings.tier.map(Tier::name));
    request.set_some("body", &worker.settings.body);
    request.set_some("raw", worker.settings.raw.filter(|raw| *raw));
    request.set_some("extraBody", &worker.extra_body);
    Value::Object(request)
}

fn message(message: &Message) -> Value {
    let content: Value = match &message.content {
        Content::Text(text) => text.as_ref().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    };
    let mut object = Map::new();
    object.set("role", message.role.name());
    object.put("content", content);
    if !message.tool_calls.is_empty() {
        let call = |call: &ToolCall| json!({ "id": call.id, "name": call.name, "arguments": call.arguments });
        object.put("toolCalls", message.tool_calls.iter().map(call).collect());
    }
    object.set_some("toolCallId", &message.tool_call_id);
    object.set_some("providerData", message.provider_data.as_ref().map(|data| &data.data));
    object.into()
}

fn tool(tool: &Tool) -> Value {
    json!({ "name": tool.name, "description": tool.description, "parameters": tool.parameters })
}

/// How much of an answer is in a piece.
fn content_size(piece: &Value) -> usize {
    let text = piece.get("text").and_then(Value::as_str).map_or(0, str::len);
    text + ["reasoning", "toolCalls", "providerData", "sources", "files", "raw"]
        .map(|name| piece.get(name).map_or(0, json::size))
        .iter()
        .sum::<usize>()
}

/// Adds a piece, and gives what is new.
fn absorb(completion: &mut Completion, piece: &Value) -> Delta {
    let text = piece.as_str().or_else(|| piece.get("text")?.as_str()).unwrap_or_default();
    let reasoning = piece.get("reasoning").map(reasoning).unwrap_or_default();
    completion.text.push_str(text);
    completion.reasoning.push_str(&reasoning);
    if let Some(data) = piece.get("providerData").filter(|data| !data.is_null()) {
        completion.provider_data = Some(ProviderData::new(data.clone()));
    }
    let calls = piece.get("toolCalls").and_then(Value::as_array);
    completion.tool_calls.extend(calls.into_iter().flatten().map(tool_call));
    completion.extras.cite(piece.get("sources"));
    for file in piece.get("files").and_then(Value::as_array).into_iter().flatten() {
        let (kind, url) = (text_at(file, "/mediaType"), text_at(file, "/url"));
        completion.extras.file(type_of(url, kind), url);
        completion.extras.data(kind, text_at(file, "/data"));
    }
    if let Some(raw) = piece.get("raw") {
        completion.extras.raw = Some(raw.clone());
    }
    let word = |name: &str| piece.get(name).and_then(Value::as_str).map(String::from);
    // Vercel's SDK writes `tool-calls` and `content-filter`.
    completion.finish_reason =
        word("finishReason").map(|reason| reason.replace('-', "_")).or(completion.finish_reason.take());
    completion.model = word("model").or(completion.model.take());
    if let Some(usage) = piece.get("usage").and_then(usage) {
        completion.usage.get_or_insert_default().update(&usage);
    }
    Delta {
        text: text.into(),
        reasoning,
        hidden: calls.is_some_and(|calls| !calls.is_empty()),
        ..Delta::default()
    }
}

/// Vercel's SDK gives it in parts.
fn reasoning(reasoning: &Value) -> String {
    match reasoning {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => String::new(),
    }
}

/// A field under the first of its names that is there.
fn any<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| value.get(name)).filter(|value| !value.is_null())
}

/// Our own names, then those of Vercel's SDK.
fn tool_call(call: &Value) -> ToolCall {
    let text = |names: &[&str]| any(call, names).and_then(Value::as_str).unwrap_or_default().to_string();
    ToolCall {
        id: text(&["id", "toolCallId"]),
        name: text(&["name", "toolName"]),
        arguments: match any(call, &["arguments", "input", "args"]) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => json::print(value),
            None => "{}".into(),
        },
    }
}

/// Our own names, then those of Vercel's SDK, then OpenAI's and LangChain's.
fn usage(usage: &Value) -> Option<Usage> {
    let count = |names: &[&str]| any(usage, names).and_then(Value::as_u64);
    let prompt_tokens = count(&["promptTokens", "inputTokens", "prompt_tokens", "input_tokens"]);
    let completion_tokens =
        count(&["completionTokens", "outputTokens", "completion_tokens", "output_tokens"]);
    if prompt_tokens.is_none() && completion_tokens.is_none() {
        return None;
    }
    Some(Usage {
        prompt_tokens: prompt_tokens.unwrap_or(0),
        completion_tokens: completion_tokens.unwrap_or(0),
        cached_tokens: count(&["cachedTokens", "cachedInputTokens"]).unwrap_or(0),
        cache_write_tokens: count(&["cacheWriteTokens"]).unwrap_or(0),
        reasoning_tokens: count(&["reasoningTokens"]).unwrap_or(0),
        provider_cost: usage.get("providerCost").and_then(Value::as_f64),
        tier: usage.get("tier").and_then(Value::as_str).and_then(Tier::read),
        estimated: false,
    })
}

/// A failure that keeps what was thrown.
fn failure(thrown: &Thrown, peer: &Peer<'_>, platform: &dyn Platform) -> Failure {
    let mut failure = judged(thrown, peer, platform);
    failure.cause.clone_from(&thrown.cause);
    failure
}

/// With a status as an HTTP answer would be; else a broken connection may heal, and anything else
/// is a mistake that would come again.
fn judged(thrown: &Thrown, peer: &Peer<'_>, platform: &dyn Platform) -> Failure {
    let code = thrown.code.as_deref().unwrap_or_default();
    if thrown.status.is_some() {
        let body = json!({ "error": { "message": thrown.message, "code": code } });
        let refusal = Refusal { text: thrown.message.to_string(), body: Some(body) };
        return from_status(thrown, &refusal, (peer, ""), platform);
    }
    let lost = ["ECONN", "EAI_", "ENOTFOUND", "EPIPE", "ETIMEDOUT", "UND_ERR"];
    let broken = lost.iter().any(|prefix| code.starts_with(prefix))
        || ["fetch failed", "Failed to fetch", "NetworkError"]
            .iter()
            .any(|words| thrown.message.contains(words));
    let message = format!("`complete` failed: {}", peer.redact(&thrown.message));
    match broken {
        // An adapter says that its model has no way for an option.
        _ if code == Code::InvalidInput.name() => Failure::new(Code::InvalidInput, &*thrown.message),
        true => Failure::transient(Code::Network, message),
        false => Failure::new(Code::ApiError, message),
    }
}
