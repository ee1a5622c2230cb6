//! Tells the tracer of a run of tasks, calls, attempts and tools, each within the one that made it.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;

use super::parts::{AttemptOutcome, AttemptRequest};
use crate::engine::account::cost_of;
use crate::engine::request::{Answered, Call};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::engine::trace::{Span, Tracer, failure_of};
use crate::error::{Code, Failure};
use crate::json::{Fields, Map, Value, json};
use crate::model::message::{Content, Message, Part, ToolCall};
use crate::model::usage::Usage;
use crate::model::worker::Worker;
use crate::platform::address::host_of;

/// Ends its span in any case. If it is dropped first, the work was aborted.
struct Open {
    span: Box<dyn Span>,
    ended: Cell<bool>,
}

impl Open {
    fn end(&self, outcome: Value) {
        if !self.ended.replace(true) {
            self.span.end(outcome);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.end(json!({ "code": Code::Aborted }));
    }
}

impl Run {
    async fn traced<T>(
        &self,
        kind: &'static str,
        info: &dyn Fn(&dyn Tracer) -> Map,
        mut work: Pin<&mut impl Future<Output = T>>,
        outcome: &dyn Fn(&dyn Tracer, &T) -> Map,
    ) -> T {
        let Some(tracer) = self.tracer.get() else { return work.await };
        let Some(span) = tracer.begin(kind, info(&**tracer).into()) else { return work.await };
        let open = Open { span, ended: Cell::new(false) };
        let done = poll_fn(|task| {
            let mut polled = None;
            open.span.enter(&mut || polled = Some(work.as_mut().poll(task)));
            polled.unwrap_or_else(|| work.as_mut().poll(task))
        })
        .await;
        open.end(outcome(&**tracer, &done).into());
        done
    }

    /// A task, from its start to its end.
    pub(super) async fn traced_task<T>(
        &self,
        key: TaskKey,
        work: Pin<&mut impl Future<Output = Result<T, Failure>>>,
    ) -> Result<T, Failure> {
        let info = |_: &dyn Tracer| {
            let mut info = self.within_task(key);
            self.with_task(key, |task| info.set("type", &task.kind));
            info
        };
        self.traced("task", &info, work, &|tracer, done| failure_of(tracer, done.as_ref().err())).await
    }

    /// A call with all its tries.
    pub(super) async fn traced_call(
        &self,
        key: TaskKey,
        call: &Call,
        work: Pin<&mut impl Future<Output = Result<Answered, Failure>>>,
    ) -> Result<Answered, Failure> {
        let info = |tracer: &dyn Tracer| {
            let mut info = self.asked(key, &call.worker);
            info.set_some("maxTokens", &call.worker.max_tokens);
            info.set_some("temperature", &call.worker.temperature);
            info.set_some("seed", &call.worker.seed);
            info.set("stop", &call.worker.stop);
            info.put("stream", self.policy.stream.into());
            info.put("hasSchema", call.worker.schema.is_some().into());
            if tracer.wants_content() {
                info.put("messages", call.messages.iter().map(message).collect());
            }
            info
        };
        let outcome = |tracer: &dyn Tracer, answered: &Result<Answered, Failure>| {
            let Answered { completion, worker, from_store } = match answered {
                Ok(answered) => answered,
                Err(failure) => return failure_of(tracer, Some(failure)),
            };
            let mut outcome = self.used(worker, completion.usage.as_ref());
            outcome.set_some("model", &completion.model);
            outcome.set_some("finishReason", &completion.finish_reason);
            outcome.set_some("requestId", &completion.request_id);
            outcome.put("fromStore", (*from_store).into());
            if tracer.wants_content() {
                outcome.set("text", &completion.text);
                outcome.put("toolCalls", completion.tool_calls.iter().map(tool_call).collect());
            }
            outcome
        };
        self.traced("call", &info, work, &outcome).await
    }

    /// One request.
    pub(super) async fn traced_attempt(
        &self,
        request: &AttemptRequest<'_>,
        is_hedge: bool,
        work: Pin<&mut impl Future<Output = AttemptOutcome>>,
    ) -> AttemptOutcome {
        let info = |_: &dyn Tracer| {
            let mut info = self.asked(request.task, request.worker);
            let waited_ms = self.of_task(request.task, |task| task.waited_ms(self.now_ms()));
            info.put("attempt", (self.attempts(request.task) + 1).into());
            info.put("waitedMs", waited_ms.unwrap_or_default().round().into());
            info.put("isHedge", is_hedge.into());
            info
        };
        let outcome = |tracer: &dyn Tracer, attempted: &AttemptOutcome| match &attempted.answer.outcome {
            Ok(completion) => self.used(request.worker, completion.usage.as_ref()),
            Err(failure) => failure_of(tracer, Some(failure)),
        };
        self.traced("attempt", &info, work, &outcome).await
    }

    /// One tool.
    pub(super) async fn traced_tool<T>(
        &self,
        key: TaskKey,
        tool: &ToolCall,
        work: Pin<&mut impl Future<Output = Result<T, String>>>,
    ) -> Result<T, String> {
        let info = |tracer: &dyn Tracer| {
            let mut info = self.within_task(key);
            info.set("toolCallId", &tool.id);
            info.set("name", &tool.name);
            if tracer.wants_content() {
                info.set("arguments", &tool.arguments);
            }
            info
        };
        let outcome = |_: &dyn Tracer, done: &Result<T, String>| {
            let mut outcome = Map::new();
            if done.is_err() {
                outcome.put("code", "TOOL_FAILED".into());
            }
            outcome
        };
        self.traced("tool", &info, work, &outcome).await
    }

    fn within_task(&self, key: TaskKey) -> Map {
        let mut info = Map::new();
        info.set("runId", &self.id);
        info.put("strategy", self.strategy.into());
        info.set("taskId", self.task_id(key));
        info
    }

    fn asked(&self, key: TaskKey, worker: &Worker) -> Map {
        let mut info = self.within_task(key);
        info.put("provider", worker.provider.name().into());
        info.put("host", host_of(&worker.base_url).into());
        info.set("model", &worker.model);
        info
    }

    fn used(&self, worker: &Worker, usage: Option<&Usage>) -> Map {
        let mut outcome = Map::new();
        if let Some(usage) = usage {
            outcome.set("usage", usage);
            outcome.set_some("cost", cost_of(&self.agent.limits.prices, worker, usage));
        }
        outcome
    }
}

fn message(message: &Message) -> Value {
    let text = match &message.content {
        Content::Text(text) => text.to_string(),
        Content::Parts(parts) => parts.iter().filter_map(Part::as_text).collect::<Vec<_>>().join("\n"),
    };
    json!({
        "role": message.role.name(),
        "text": text,
        "toolCalls": message.tool_calls.iter().map(tool_call).collect::<Value>(),
        "toolCallId": message.tool_call_id,
    })
}

fn tool_call(call: &ToolCall) -> Value {
    json!({ "id": call.id, "name": call.name, "arguments": call.arguments })
}
