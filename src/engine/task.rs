//! A task: one row in the table of a run.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures::future::{LocalBoxFuture, Shared};

use super::account::Account;
use crate::error::Failure;
use crate::json::Value;
use crate::model::extras::Extras;
use crate::model::message::ToolCall;
use crate::report::Status;

/// Names a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskKey(pub(super) usize);

impl TaskKey {
    /// Its index in the table.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// A future that several may wait for.
pub type Gate = Shared<LocalBoxFuture<'static, ()>>;

/// One row. Times are milliseconds on the platform's clock.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// The name that its caller gave it.
    pub id: Rc<str>,
    /// What kind of task it is: picks its worker.
    pub kind: Rc<str>,
    /// Its number among all rows.
    pub row: usize,
    /// Its index in `results`; none for an auxiliary call.
    pub position: Option<usize>,
    /// The rows whose results it needs.
    pub dependencies: Rc<[usize]>,
    /// Its status.
    pub status: Status,
    /// An empty row: the task was evicted, and the table not swept since.
    pub evicted: bool,
    /// The answer.
    pub text: Option<Rc<str>>,
    /// What the model thought before it answered, where its provider shows that.
    pub reasoning: Option<Rc<str>>,
    /// The sources of the answer, and what else the provider sent with it.
    pub extras: Option<Box<Extras>>,
    /// The answer of a task that was cut off, as far as it was shown.
    pub partial: Option<String>,
    /// The answer, parsed and checked against the schema.
    pub data: Option<Rc<Value>>,
    /// What it did with tools: a text and the calls of each step.
    pub steps: Vec<Value>,
    /// Why there is no answer.
    pub failure: Option<Failure>,
    /// The model that answered.
    pub model: Option<Rc<str>>,
    /// Its provider.
    pub provider: Option<&'static str>,
    /// Why the model stopped.
    pub finish_reason: Option<Rc<str>>,
    /// The provider's id of the request that was answered.
    pub request_id: Option<Rc<str>>,
    /// What its attempts used.
    pub account: Account,
    /// When nothing but slots and limits held it back any more.
    pub ready_at_ms: Option<f64>,
    /// When its first attempt was sent.
    pub started_at_ms: Option<f64>,
    /// When it reached its final status.
    pub ended_at_ms: Option<f64>,
    /// The time that its attempts took.
    pub active_ms: f64,
    /// The time of its work: of attempts that came to their end and of tools, and no waits.
    pub worked_ms: f64,
    /// Whether the answer is from the store.
    pub from_store: bool,
    /// How many messages of text were sent: only the last of them counts.
    pub shown: u32,
    /// Text that is withheld from listeners for now.
    pub withheld: Option<String>,
    /// Opens when its tools may change things; none where they may at once.
    pub may_act: Option<Gate>,
    /// The message that is open to readers, as far as it has come.
    pub open_message: Option<Box<OpenMessage>>,
    /// The thoughts that are open to readers, as far as they have come.
    pub open_thought: Option<String>,
    /// How many messages of thoughts were sent.
    pub thoughts: u32,
    /// Tool calls that are under way.
    pub calling: VecDeque<ToolCall>,
}

/// A message of text that is open to readers.
#[derive(Clone, Debug, Default)]
pub struct OpenMessage {
    /// It, as far as it has come.
    pub text: String,
    /// Its id and that of its subagent, once somebody listens: each of its pieces tells both.
    pub ids: OnceCell<(String, String)>,
}

impl Task {
    /// The text that is open to readers.
    #[must_use]
    pub fn open_text(&self) -> Option<&str> {
        self.open_message.as_ref().map(|message| &*message.text)
    }

    /// From the first request to the end.
    #[must_use]
    pub fn duration_ms(&self, now_ms: f64) -> f64 {
        self.started_at_ms.map_or(0.0, |started| (self.ended_at_ms.unwrap_or(now_ms) - started).max(0.0))
    }

    /// What it would take if tasks ran one by one: nothing for a task that would not have been
    /// asked.
    #[must_use]
    pub fn work_ms(&self) -> f64 {
        if self.status == Status::Cancelled { 0.0 } else { self.worked_ms }
    }

    /// From being ready to the end, less the time of its attempts.
    #[must_use]
    pub fn waited_ms(&self, now_ms: f64) -> f64 {
        self.ready_at_ms
            .map_or(0.0, |ready| (self.ended_at_ms.unwrap_or(now_ms) - ready - self.active_ms).max(0.0))
    }
}
