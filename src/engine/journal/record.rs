//! What the journal keeps, as text: its keys, and answers and results of tools.

use std::hash::Hasher as _;
use std::rc::Rc;

use siphasher::sip128::{Hasher128 as _, SipHasher};

use super::StoreError;
use crate::engine::call::Call;
use crate::json::{Value, json};
use crate::model::completion::{Completion, ProviderData};
use crate::model::message::{Content, Message, Part, ToolCall};
use crate::model::usage::Usage;

/// The shape of keys and values. Another one makes all that was stored before unknown.
const VERSION: u32 = 2;

/// Names an answer by all that determines it: neither the key nor the address is in it.
pub(super) fn key_of_answer(task: &str, call: &Call) -> String {
    hash(&determinants(task, call))
}

/// Names the result of a tool by the conversation, its place in it, and what it was called with.
pub(super) fn key_of_result(task: &str, call: &Call, index: usize, tool: &ToolCall) -> String {
    hash(&json!([determinants(task, call), index, tool.name, tool.arguments]))
}

fn hash(determinants: &Value) -> String {
    let mut hasher = SipHasher::new();
    hasher.write(determinants.to_string().as_bytes());
    let hash = hasher.finish128();
    format!("parallelization-agent/{:016x}{:016x}", hash.h2, hash.h1)
}

fn determinants(task: &str, call: &Call) -> Value {
    let worker = &call.worker;
    let tools: Vec<Value> =
        worker.tools.iter().map(|tool| json!([tool.name, tool.description, tool.parameters])).collect();
    json!([
        VERSION,
        task,
        worker.provider.name(),
        worker.model,
        worker.temperature,
        worker.max_tokens,
        worker.stop,
        worker.seed,
        worker.schema.as_ref().map(|schema| &schema.json),
        tools,
        worker.extra_body,
        call.messages.iter().map(message).collect::<Vec<_>>(),
    ])
}

fn message(message: &Message) -> Value {
    let content = match &message.content {
        Content::Text(text) => json!(**text),
        Content::Parts(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => json!(["text", text]),
                Part::Image(address) => json!(["image", address]),
            })
            .collect(),
    };
    let calls: Vec<Value> =
        message.tool_calls.iter().map(|call| json!([call.id, call.name, call.arguments])).collect();
    json!([message.role.name(), content, calls, message.tool_call_id, message.provider_data.as_deref()])
}

pub(super) fn of_completion(completion: &Completion) -> String {
    let calls: Vec<Value> = completion
        .tool_calls
        .iter()
        .map(|call| json!({ "id": call.id, "name": call.name, "arguments": call.arguments }))
        .collect();
    json!({
        "version": VERSION,
        "text": completion.text,
        "reasoning": completion.reasoning,
        "toolCalls": calls,
        "providerData": completion.provider_data,
        "finishReason": completion.finish_reason,
        "model": completion.model,
        "usage": completion.usage,
        "requestId": completion.request_id,
    })
    .to_string()
}

pub(super) fn of_result(result: &Value) -> String {
    json!({ "version": VERSION, "result": result }).to_string()
}

pub(super) fn result(value: &str) -> Result<Value, StoreError> {
    read(value)?.get_mut("result").map(Value::take).ok_or_else(rubbish)
}

fn rubbish() -> StoreError {
    StoreError("The store holds something else than what was kept there.".into())
}

fn read(value: &str) -> Result<Value, StoreError> {
    let value: Value = json::parse(value).map_err(|_| rubbish())?;
    let known = value.get("version").and_then(Value::as_u64) == Some(u64::from(VERSION));
    known.then_some(value).ok_or_else(rubbish)
}

pub(super) fn completion(value: &str) -> Result<Completion, StoreError> {
    let value = read(value)?;
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(String::from);
    let call = |call: &Value| {
        let (id, name, arguments) = (text(call, "id")?, text(call, "name")?, text(call, "arguments")?);
        Some(ToolCall { id, name, arguments })
    };
    let calls = value.get("toolCalls").and_then(Value::as_array).ok_or_else(rubbish)?;
    Ok(Completion {
        text: text(&value, "text").ok_or_else(rubbish)?,
        reasoning: text(&value, "reasoning").ok_or_else(rubbish)?,
        tool_calls: calls.iter().map(call).collect::<Option<_>>().ok_or_else(rubbish)?,
        provider_data: value.get("providerData").filter(|data| !data.is_null()).map(|data| {
            Rc::new(ProviderData {
                server: text(data, "server").unwrap_or_default(),
                text: text(data, "text"),
                data: data.get("data").cloned().unwrap_or_default(),
            })
        }),
        finish_reason: text(&value, "finishReason"),
        model: text(&value, "model"),
        usage: value.get("usage").and_then(usage),
        request_id: text(&value, "requestId"),
    })
}

fn usage(value: &Value) -> Option<Usage> {
    let count = |name: &str| value.get(name).and_then(Value::as_u64);
    Some(Usage {
        prompt_tokens: count("promptTokens")?,
        completion_tokens: count("completionTokens")?,
        cached_tokens: count("cachedTokens")?,
        cache_write_tokens: count("cacheWriteTokens")?,
        reasoning_tokens: count("reasoningTokens")?,
        provider_cost: value.get("providerCost").and_then(Value::as_f64),
        estimated: value.get("estimated").and_then(Value::as_bool)?,
    })
}
