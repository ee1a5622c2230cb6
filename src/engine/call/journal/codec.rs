//! What the journal keeps, as text: its keys, and answers and results of tools.

use std::hash::Hasher as _;
use std::rc::Rc;

use siphasher::sip128::{Hash128, Hasher128 as _, SipHasher};

use crate::engine::request::Call;
use crate::engine::store::StoreError;
use crate::json::{self, Value, json, to_value};
use crate::model::call_settings::Tier;
use crate::model::completion::Completion;
use crate::model::extras::Extras;
use crate::model::media::Media;
use crate::model::message::{Content, Message, Part, ToolCall};
use crate::model::provider_data::ProviderData;
use crate::model::usage::Usage;
use crate::model::worker::{Secret, Worker, identifies};

/// The shape of keys and values. Another one makes all that was stored before unknown.
const VERSION: u32 = 2;

/// Who asks whom. Keys of the store are hashed with it.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub namespace: Option<&'a str>,
    pub worker: &'a Worker,
}

impl Asker<'_> {
    /// Names an answer by all that determines it, and by who asks whom.
    pub fn key_of_answer(self, task: &str, call: &Call) -> String {
        self.hash(&determinants(task, call, self.worker))
    }

    /// Names the result of a tool by the conversation, its place in it, and what it was called
    /// with.
    pub fn key_of_result(self, task: &str, call: &Call, index: usize, tool: &ToolCall) -> String {
        self.hash(&json!([determinants(task, call, self.worker), index, tool.name, tool.arguments]))
    }

    /// The hash is keyed, and its key is made of the address, the credentials and the namespace. So
    /// none of these can be read from the name of an answer. Without them, a name can neither be
    /// made nor guessed.
    fn hash(self, determinants: &Value) -> String {
        let Worker { base_url, api_key, headers, .. } = self.worker;
        let mut headers: Vec<&(String, String)> =
            headers.iter().filter(|(name, _)| identifies(name)).collect();
        headers.sort();
        let headers: Vec<Value> = headers.into_iter().map(|(name, value)| json!([name, value])).collect();
        let key = api_key.as_ref().map(Secret::expose);
        let asker = hash128(SipHasher::new(), &json!([self.namespace, base_url, key, headers]));
        let hash = hash128(SipHasher::new_with_keys(asker.h1, asker.h2), determinants);
        format!("parallelization-agent/{:016x}{:016x}", hash.h2, hash.h1)
    }
}

fn hash128(mut hasher: SipHasher, value: &Value) -> Hash128 {
    hasher.write(json::print(value).as_bytes());
    hasher.finish128()
}

fn determinants(task: &str, call: &Call, worker: &Worker) -> Value {
    let tools: Vec<Value> =
        worker.tools.iter().map(|tool| json!([tool.name, tool.description, tool.parameters])).collect();
    let mut determinants = json!([
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
    ]);
    if let (Value::Array(list), settings @ Value::Array(_)) =
        (&mut determinants, worker.settings.determinants())
    {
        list.push(settings);
    }
    determinants
}

fn message(message: &Message) -> Value {
    let content = match &message.content {
        Content::Text(text) => json!(**text),
        Content::Parts(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => json!(["text", text]),
                Part::Media(Media { kind, url, name: None, detail: None }) => json!([kind.name(), url]),
                Part::Media(Media { kind, url, name, detail }) => json!([kind.name(), url, name, detail]),
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
    let mut kept = json!({
        "version": VERSION,
        "text": completion.text,
        "reasoning": completion.reasoning,
        "toolCalls": calls,
        "providerData": completion.provider_data,
        "finishReason": completion.finish_reason,
        "model": completion.model,
        "usage": completion.usage,
        "requestId": completion.request_id,
    });
    if let (Value::Object(fields), Value::Object(extras)) = (&mut kept, to_value(&*completion.extras)) {
        fields.extend(extras);
    }
    json::print(&kept)
}

pub(super) fn of_result(result: &Value) -> String {
    json::print(&json!({ "version": VERSION, "result": result }))
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
        extras: Box::new(Extras::read(&value)),
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
        tier: value.get("tier").and_then(Value::as_str).and_then(Tier::read),
        estimated: value.get("estimated").and_then(Value::as_bool)?,
    })
}
