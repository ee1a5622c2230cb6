//! Tells whoever listens how a run goes, as AG-UI events. Builds nothing while nobody does.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use serde_json::{Value, json};

use super::task::{Status, Task};
use crate::error::Failure;
use crate::event::{Event, Outcome};
use crate::model::message::ToolCall;

/// Where events go.
pub type Sink = Rc<dyn Fn(&Event<'_>)>;

/// The kind of activity that clients know our table by.
const ACTIVITY: &str = "PARALLEL_RUN";

/// The reporting side of one run.
pub struct Progress {
    sink: RefCell<Option<Sink>>,
    run_id: Rc<str>,
    thread_id: Rc<str>,
    strategy: &'static str,
    started_ms: f64,
    status: Cell<&'static str>,
    step: Cell<Option<&'static str>>,
    /// Whether the table was sent; until then there is nothing to patch.
    table_sent: Cell<bool>,
    completed: Cell<usize>,
}

impl fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Progress").field("run_id", &self.run_id).finish_non_exhaustive()
    }
}

impl Progress {
    pub(super) fn new(run_id: Rc<str>, thread_id: Rc<str>, strategy: &'static str, started_ms: f64) -> Self {
        Self {
            sink: RefCell::new(None),
            run_id,
            thread_id,
            strategy,
            started_ms,
            status: Cell::new("starting"),
            step: Cell::new(None),
            table_sent: Cell::new(false),
            completed: Cell::new(0),
        }
    }

    /// Begins to tell `sink`, first of all where the run stands.
    pub(super) fn listen(&self, sink: Sink, tasks: &[Task], now_ms: f64) {
        self.sink.replace(Some(sink));
        self.send(|| Event::RunStarted { thread_id: &self.thread_id, run_id: &self.run_id });
        let Some(step_name) = self.step.get() else { return };
        self.send_table(tasks, now_ms);
        self.send(|| Event::StepStarted { step_name });
        for task in tasks.iter().filter(|task| task.started_at_ms.is_some() && !task.status.is_final()) {
            self.subagent_started(task);
        }
    }

    fn send_table(&self, tasks: &[Task], now_ms: f64) {
        self.table_sent.set(self.sink.borrow().is_some());
        self.send(|| Event::ActivitySnapshot {
            message_id: &self.run_id,
            activity_type: ACTIVITY,
            content: self.table(tasks, now_ms),
            replace: true,
        });
    }

    fn table(&self, tasks: &[Task], now_ms: f64) -> Value {
        let listed = tasks.iter().filter(|task| task.position.is_some());
        let rows: Vec<Value> = listed.map(|task| self.row(task, tasks, now_ms)).collect();
        json!({
            "runId": *self.run_id,
            "strategy": self.strategy,
            "status": self.status.get(),
            "total_tasks": rows.len(),
            "completed_tasks": self.completed.get(),
            "results": rows,
        })
    }

    fn row(&self, task: &Task, tasks: &[Task], now_ms: f64) -> Value {
        let ids = task.dependencies.iter().filter_map(|&index| tasks.get(index)).map(|task| &*task.id);
        json!({
            "id": *task.id,
            "type": *task.kind,
            "status": task.status,
            "dependencies": ids.collect::<Vec<_>>(),
            "attempts": task.account.attempts,
            "tokens": task.account.usage.total(),
            "startedAtMs": self.since_start(task.started_at_ms),
            "durationMs": task.duration_ms(now_ms).round(),
            "error": task.failure.as_ref().map(|failure| failure.code),
        })
    }

    fn since_start(&self, at_ms: Option<f64>) -> Value {
        json!(at_ms.map(|at| (at - self.started_ms).round()))
    }

    fn send<'a>(&'a self, event: impl FnOnce() -> Event<'a>) {
        self.send_owned(|sink| sink(&event()));
    }

    /// For events that borrow from something shorter-lived than the run.
    fn send_owned(&self, send: impl FnOnce(&dyn Fn(&Event<'_>))) {
        let sink = self.sink.borrow().clone();
        if let Some(sink) = sink {
            send(&*sink);
        }
    }

    fn patch(&self, patch: impl FnOnce() -> Value) {
        if !self.table_sent.get() {
            return;
        }
        self.send(|| Event::ActivityDelta {
            message_id: &self.run_id,
            activity_type: ACTIVITY,
            patch: patch(),
        });
    }

    /// A strategy's own calls may be named like a task; the number of their row tells them apart.
    fn subagent(&self, task: &Task) -> String {
        match task.position {
            Some(_) => format!("{}/{}", self.run_id, task.id),
            None => format!("{}/{}/{}", self.run_id, task.row, task.id),
        }
    }

    fn message(&self, task: &Task) -> String {
        match task.shown {
            0 | 1 => format!("{}/text", self.subagent(task)),
            again => format!("{}/text/{again}", self.subagent(task)),
        }
    }

    /// The run enters a phase of its strategy; the one before it is over. The first phase shows the table: by then the
    /// strategy has added the tasks that it knows of.
    pub(super) fn step(&self, name: Option<&'static str>, tasks: &[Task], now_ms: f64) {
        if !self.table_sent.get() {
            self.send_table(tasks, now_ms);
        }
        if let Some(step_name) = self.step.replace(name) {
            self.send(|| Event::StepFinished { step_name });
        }
        if let Some(step_name) = name {
            self.send(|| Event::StepStarted { step_name });
        }
    }

    pub(super) fn status(&self, status: &'static str) {
        if self.status.replace(status) != status {
            self.patch(|| json!([{ "op": "replace", "path": "/status", "value": status }]));
        }
    }

    /// A strategy found a task while it ran.
    pub(super) fn added(&self, task: &Task, tasks: &[Task], now_ms: f64) {
        self.patch(|| {
            json!([
                { "op": "add", "path": "/results/-", "value": self.row(task, tasks, now_ms) },
                { "op": "replace", "path": "/total_tasks", "value": task.position.unwrap_or(0) + 1 },
            ])
        });
    }

    /// A row has changed.
    pub(super) fn changed(&self, task: &Task, now_ms: f64) {
        if task.status == Status::Completed && task.position.is_some() {
            self.completed.set(self.completed.get() + 1);
        }
        let Some(position) = task.position else { return };
        self.patch(|| {
            let replace = |field: &str, value: Value| json!({ "op": "replace", "path": format!("/results/{position}/{field}"), "value": value });
            let mut patch = vec![replace("status", json!(task.status)), replace("attempts", task.account.attempts.into())];
            // Without any attempt, what it did came from the store.
            let begun = if task.status.is_final() { 0 } else { 1 };
            if task.account.attempts == begun && task.status != Status::Retrying {
                patch.push(replace("startedAtMs", self.since_start(task.started_at_ms)));
            }
            if task.status.is_final() {
                patch.push(replace("tokens", task.account.usage.total().into()));
                patch.push(replace("durationMs", task.duration_ms(now_ms).round().into()));
                patch.push(replace("error", json!(task.failure.as_ref().map(|failure| failure.code))));
            }
            if task.status == Status::Completed {
                patch.push(json!({ "op": "replace", "path": "/completed_tasks", "value": self.completed.get() }));
            }
            patch.into()
        });
    }

    pub(super) fn subagent_started(&self, task: &Task) {
        self.send_owned(|sink| {
            let subagent_run_id = &self.subagent(task);
            sink(&Event::SubagentStarted { subagent_run_id, name: &task.id, description: &task.kind });
        });
    }

    /// A piece of text came in; opens the message when it is the first.
    pub(super) fn delta(&self, task: &mut Task, delta: &str) {
        self.send_owned(|sink| {
            let opens = !task.message_open;
            if opens {
                task.message_open = true;
                task.shown += 1;
            }
            let (message_id, subagent_run_id) = (&self.message(task), &self.subagent(task));
            if opens {
                sink(&Event::TextMessageStart { message_id, role: "assistant", subagent_run_id });
            }
            sink(&Event::TextMessageContent { message_id, delta, subagent_run_id });
        });
    }

    pub(super) fn message_end(&self, task: &mut Task) {
        if task.message_open {
            task.message_open = false;
            self.send_owned(|sink| {
                let (message_id, subagent_run_id) = (&self.message(task), &self.subagent(task));
                sink(&Event::TextMessageEnd { message_id, subagent_run_id });
            });
        }
    }

    pub(super) fn subagent_ended(&self, task: &Task) {
        self.send_owned(|sink| {
            let subagent_run_id = &self.subagent(task);
            match &task.failure {
                None => sink(&Event::SubagentFinished { subagent_run_id, outcome: Outcome::Success }),
                Some(failure) => sink(&Event::SubagentError {
                    subagent_run_id,
                    message: &failure.message,
                    code: failure.code.name(),
                }),
            }
        });
    }

    /// The model asked for a tool.
    pub(super) fn tool_called(&self, task: &Task, call: &ToolCall) {
        self.send_owned(|sink| {
            let (tool_call_id, subagent_run_id) = (&self.tool_call(task, call), &self.subagent(task));
            sink(&Event::ToolCallStart { tool_call_id, tool_call_name: &call.name, subagent_run_id });
            if !call.arguments.is_empty() {
                sink(&Event::ToolCallArgs { tool_call_id, delta: &call.arguments, subagent_run_id });
            }
            sink(&Event::ToolCallEnd { tool_call_id, subagent_run_id });
        });
    }

    /// A tool gave its result.
    pub(super) fn tool_answered(&self, task: &Task, call: &ToolCall, content: &str) {
        self.send_owned(|sink| {
            let (tool_call_id, subagent_run_id) = (&self.tool_call(task, call), &self.subagent(task));
            let message_id = &format!("{tool_call_id}/result");
            sink(&Event::ToolCallResult { message_id, tool_call_id, content, role: "tool", subagent_run_id });
        });
    }

    /// Models name their calls anew in each message.
    fn tool_call(&self, task: &Task, call: &ToolCall) -> String {
        format!("{}/{}/{}/{}", self.run_id, task.id, task.steps.len(), call.id)
    }

    /// Something that AG-UI has no event for.
    pub(super) fn custom(&self, name: &'static str, value: impl FnOnce() -> Value) {
        self.send(|| Event::Custom { name, value: value() });
    }

    /// The last event of a run. Everything else is closed by now.
    pub(super) fn finished(&self, end: &End<'_>) {
        let (thread_id, run_id) = (&*self.thread_id, &*self.run_id);
        self.send_owned(|sink| match end {
            End::Success(result) => {
                let outcome = Outcome::Success;
                sink(&Event::RunFinished { thread_id, run_id, result: Some(*result), outcome });
            }
            End::Cancelled => {
                let outcome = Outcome::Cancelled;
                sink(&Event::RunFinished { thread_id, run_id, result: None, outcome });
            }
            End::Error(failure, usage) => sink(&Event::RunError {
                message: &failure.message,
                code: failure.code.name(),
                usage: usage(),
            }),
        });
        self.sink.replace(None);
    }
}

/// How a run ends.
pub(super) enum End<'a> {
    /// With a result.
    Success(&'a crate::report::RunResult),
    /// By its caller.
    Cancelled,
    /// With an error.
    Error(&'a Failure, &'a dyn Fn() -> Vec<crate::event::ModelUsage<'a>>),
}
