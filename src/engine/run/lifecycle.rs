//! What happens to a task. It is written into its row and the accounts, and sent to listeners.

use std::rc::Rc;

use super::Run;
use crate::engine::account::{Account, cost_of};
use crate::engine::limits::budget::Amount;
use crate::engine::request::Answered;
use crate::engine::task::{Task, TaskKey};
use crate::engine::trace::failure_of;
use crate::error::Failure;
use crate::json::{Fields, json};
use crate::model::extras::Extras;
use crate::model::usage::Usage;
use crate::model::worker::Worker;
use crate::report::Status;

impl Run {
    pub(in crate::engine) fn completed(&self, key: TaskKey, answered: &Answered) {
        let now = self.now_ms();
        let Answered { completion, worker, from_store } = answered;
        self.with_task(key, |task| {
            task.text = Some(Rc::from(completion.text.as_str()));
            task.reasoning =
                Some(completion.reasoning.as_str()).filter(|text| !text.is_empty()).map(Rc::from);
            task.extras = (*completion.extras != Extras::default()).then(|| completion.extras.clone());
            task.model = Some(completion.model.as_deref().map_or_else(|| Rc::clone(&worker.model), Rc::from));
            task.provider = Some(worker.provider.name());
            task.finish_reason = completion.finish_reason.as_deref().map(Rc::from);
            task.request_id = completion.request_id.as_deref().map(Rc::from);
            task.from_store = *from_store && task.account.attempts == 0;
            let counts = task.from_store && self.table.is_task(task);
            self.ledger.from_store.set(self.ledger.from_store.get() + usize::from(counts));
            task.ended_at_ms = task.ended_at_ms.or(Some(now));
            if !self.policy.stream && !completion.reasoning.is_empty() {
                self.progress.thought(task, &completion.reasoning);
            }
            // What was shown is the result: a turn that was paused, or an attempt that was
            // repeated, showed less.
            if task.open_text().unwrap_or_default() != completion.text {
                self.progress.message_end(task);
                if !completion.text.is_empty() {
                    self.progress.delta(task, &completion.text);
                }
            }
            self.progress.message_end(task);
            self.progress.subagent_ended(task);
        });
        self.moved(key, Status::Completed);
    }

    fn moved(&self, key: TaskKey, status: Status) {
        let now = self.now_ms();
        self.with_task(key, |task| {
            self.progress.counters.moved(task.status, status, self.table.is_task(task));
            task.status = status;
            self.progress.changed(task, now);
        });
        self.progress.emit_counters(&self.ledger.account());
    }

    pub(in crate::engine) fn close(&self, key: TaskKey, status: Status, failure: Failure) {
        let now = self.now_ms();
        self.with_task(key, |task| {
            if self.table.is_task(task) {
                self.ending.note_lost();
            }
            task.failure = Some(failure);
            task.ended_at_ms = task.ended_at_ms.or(Some(now));
            task.data = None;
            if status == Status::Cancelled {
                task.partial = task.open_text().map(Into::into);
            }
            if task.withheld.is_some() {
                task.steps.clear();
            }
            self.progress.message_end(task);
            if task.started_at_ms.is_some() {
                self.progress.subagent_ended(task);
            }
        });
        self.moved(key, status);
        self.check_quorum();
    }

    /// The first of a task: its request is sent, or its answer was found in the store.
    pub(in crate::engine) fn begin(&self, key: TaskKey) {
        let now = self.now_ms();
        let mut begins = false;
        self.with_task(key, |task| {
            begins = task.started_at_ms.is_none();
            task.started_at_ms.get_or_insert(now);
        });
        if begins {
            self.of_task(key, |task| self.progress.subagent_started(task, &self.table.rows()));
        }
    }

    pub(in crate::engine) fn attempt_started(&self, key: TaskKey) {
        self.ledger.request_began();
        self.count(key, |account| account.attempts += 1);
        self.begin(key);
        self.moved(key, Status::Running);
    }

    pub(in crate::engine) fn attempt_ended(&self, key: TaskKey, worker: &Worker, usage: Usage, took_ms: f64) {
        let cost = cost_of(&self.agent.limits.prices, worker, &usage);
        self.ledger.request_ended(worker, usage);
        self.count(key, |account| account.spend(usage, cost));
        self.agent.budget.spend(Amount { tokens: usage.total() as f64, cost: cost.unwrap_or(0.0) });
        self.with_task(key, |task| task.active_ms += took_ms);
    }

    /// A task made progress: an attempt came to its end, or its tools did.
    pub(in crate::engine) fn worked(&self, key: TaskKey, took_ms: f64) {
        self.with_task(key, |task| task.worked_ms += took_ms);
    }

    pub(in crate::engine) fn count_retry(&self, key: TaskKey) {
        self.count(key, |account| account.retries += 1);
    }

    pub(in crate::engine) fn text_came(&self, key: TaskKey, text: &str) {
        self.with_task(key, |task| match &mut task.withheld {
            Some(withheld) => withheld.push_str(text),
            None => self.progress.delta(task, text),
        });
    }

    /// Thoughts are withheld with the answer that they led to.
    pub(in crate::engine) fn thought_came(&self, key: TaskKey, thought: &str) {
        self.with_task(key, |task| {
            if task.withheld.is_none() {
                self.progress.thought(task, thought);
            }
        });
    }

    /// The text of a task so far is void. The next piece begins another message.
    pub(in crate::engine) fn text_discarded(&self, key: TaskKey) {
        self.with_task(key, |task| self.discard(task));
    }

    fn discard(&self, task: &mut Task) {
        self.progress.message_end(task);
        if let Some(withheld) = &mut task.withheld {
            withheld.clear();
        }
    }

    pub(in crate::engine) fn retrying(&self, key: TaskKey, failure: &Failure, wait_ms: f64) {
        if let Some(tracer) = self.tracer.get() {
            let mut info = failure_of(&**tracer, Some(failure));
            info.set("taskId", self.task_id(key));
            info.put("waitMs", wait_ms.round().into());
            drop(tracer.begin("retry", info.into()));
        }
        let mut discards_text = false;
        self.with_task(key, |task| {
            discards_text = task.open_message.is_some();
            self.discard(task);
        });
        self.moved(key, Status::Retrying);
        self.with_task(key, |task| {
            self.progress.custom("retry", &|| {
                json!({
                    "taskId": task.id,
                    "attempt": task.account.attempts,
                    "code": failure.code,
                    "status": failure.status,
                    "waitMs": wait_ms.round(),
                    "discardsText": discards_text,
                })
            });
        });
    }

    /// The same into the accounts of the task, the run and the agent.
    pub(in crate::engine) fn count(&self, key: TaskKey, change: impl Fn(&mut Account)) {
        self.ledger.count(&change);
        change(&mut self.agent.account.borrow_mut());
        self.with_task(key, |task| change(&mut task.account));
    }
}
