//! The journal: every answer is kept in the caller's store, under a hash of what determines it, and is not asked for
//! again. A store that fails costs a warning and a fresh call, never the run.

use std::fmt;
use std::hash::Hasher as _;
use std::rc::Rc;

use futures::future::{Either, LocalBoxFuture, select};
use serde_json::{Value, json};
use siphasher::sip128::{Hasher128 as _, SipHasher};

use super::call::{Answered, Call};
use super::run::Run;
use super::task::TaskKey;
use crate::error::Failure;
use crate::model::completion::Completion;
use crate::model::message::{Content, Message, Part, ToolCall};
use crate::model::usage::Usage;

/// How long a store may take; beyond that it counts as failed.
const PATIENCE_MS: f64 = 10_000.0;

/// The shape of keys and values. Another one makes all that was stored before unknown.
const VERSION: u32 = 1;

/// Where answers are kept: any map from strings to strings.
pub trait Store {
    /// What was stored under `key`.
    fn get(&self, key: &str) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>>;
    /// Stores `value`, which is JSON, under `key`.
    fn set(&self, key: &str, value: &str) -> LocalBoxFuture<'static, Result<(), StoreError>>;
}

/// Why a store could not be used, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Run {
    /// The answer that is stored, or a fresh one, which then is stored too.
    pub(super) async fn recall_or_ask(&self, task: TaskKey, call: &Call) -> Result<Answered, Failure> {
        let Some(store) = self.agent.store.clone() else { return self.ask_in_turn(task, call).await };
        let key = key(&self.task_id(task), call);
        let stored = self.in_time(store.get(&key)).await.and_then(|value| match value {
            None => Ok(None),
            Some(value) => decode(&value).map(Some),
        });
        match stored {
            Ok(Some(completion)) => {
                self.recalled(task);
                self.note(task, "hit", None);
                return Ok(Answered { completion, worker: Rc::clone(&call.worker), from_store: true });
            }
            Ok(None) => {}
            Err(error) => self.note(task, "unreadable", Some(&error)),
        }
        let answered = self.ask_in_turn(task, call).await?;
        if let Err(error) = self.in_time(store.set(&key, &encode(&answered.completion))).await {
            self.note(task, "unwritable", Some(&error));
        }
        Ok(answered)
    }

    async fn in_time<T>(
        &self,
        answer: LocalBoxFuture<'static, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match select(answer, self.agent.platform.sleep(PATIENCE_MS)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(StoreError(format!("The store did not answer within {PATIENCE_MS} ms."))),
        }
    }

    fn note(&self, task: TaskKey, status: &str, error: Option<&StoreError>) {
        self.progress.custom("journal", || {
            json!({ "taskId": *self.task_id(task), "status": status, "message": error.map(ToString::to_string) })
        });
    }
}

/// Names an answer by all that determines it: neither the key nor the address is in it.
fn key(task: &str, call: &Call) -> String {
    let worker = &call.worker;
    let tools: Vec<Value> =
        worker.tools.iter().map(|tool| json!([tool.name, tool.description, tool.parameters])).collect();
    let determinants = json!([
        VERSION,
        task,
        worker.provider.name(),
        *worker.model,
        worker.temperature,
        worker.max_tokens,
        *worker.stop,
        worker.seed,
        worker.schema.as_ref().map(|schema| &schema.json),
        tools,
        worker.extra_body,
        call.messages.iter().map(message).collect::<Vec<_>>(),
    ]);
    let mut hasher = SipHasher::new();
    hasher.write(determinants.to_string().as_bytes());
    format!("parallelization-agent/{:032x}", hasher.finish128().as_u128())
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
    let calls: Vec<Value> = message
        .tool_calls
        .iter()
        .map(|call| json!([call.id, call.name, call.arguments, call.thought]))
        .collect();
    json!([format!("{:?}", message.role), content, calls, message.tool_call_id])
}

fn encode(completion: &Completion) -> String {
    let calls: Vec<Value> = completion
        .tool_calls
        .iter()
        .map(|call| json!({ "id": call.id, "name": call.name, "arguments": call.arguments, "thought": call.thought }))
        .collect();
    json!({
        "version": VERSION,
        "text": completion.text,
        "toolCalls": calls,
        "finishReason": completion.finish_reason,
        "model": completion.model,
        "usage": completion.usage,
        "requestId": completion.request_id,
    })
    .to_string()
}

fn decode(value: &str) -> Result<Completion, StoreError> {
    let rubbish = || StoreError("The store holds something that is no answer.".into());
    let value: Value = serde_json::from_str(value).map_err(|_| rubbish())?;
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(String::from);
    if value.get("version").and_then(Value::as_u64) != Some(u64::from(VERSION)) {
        return Err(rubbish());
    }
    let call = |call: &Value| {
        let thought = text(call, "thought");
        let (id, name, arguments) = (text(call, "id")?, text(call, "name")?, text(call, "arguments")?);
        Some(ToolCall { id, name, arguments, thought })
    };
    let calls = value.get("toolCalls").and_then(Value::as_array).ok_or_else(rubbish)?;
    Ok(Completion {
        text: text(&value, "text").ok_or_else(rubbish)?,
        tool_calls: calls.iter().map(call).collect::<Option<_>>().ok_or_else(rubbish)?,
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
        reasoning_tokens: count("reasoningTokens")?,
        estimated: value.get("estimated").and_then(Value::as_bool)?,
    })
}
