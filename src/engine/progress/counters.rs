//! The state of a run: a handful of sums, patched by what has changed of them. It stays small
//! however many tasks there are.

use std::cell::{Cell, RefCell};

use super::{Progress, Tell, replace};
use crate::engine::account::Account;
use crate::event::Event;
use crate::json::{Map, Value, json};
use crate::report::Status;

/// How many tasks are in which state.
#[derive(Debug, Default)]
pub struct Counters {
    /// Tasks; the strategy's own calls are none.
    pub total: Cell<usize>,
    /// With a result.
    pub completed: Cell<usize>,
    /// Failed for good.
    pub failed: Cell<usize>,
    /// Without what they depend on.
    pub skipped: Cell<usize>,
    /// Cut off.
    pub cancelled: Cell<usize>,
    /// Calls under way, the strategy's own among them.
    running: Cell<usize>,
    /// The sums that were sent last.
    sent: RefCell<Sums>,
}

const NAMES: [&str; 10] = [
    "totalTasks",
    "completedTasks",
    "failedTasks",
    "skippedTasks",
    "cancelledTasks",
    "runningTasks",
    "totalTokens",
    "totalCost",
    "attempts",
    "retries",
];

type Sums = [Value; NAMES.len()];

impl Counters {
    /// Counts a row that goes from one state to another.
    pub fn moved(&self, from: Status, to: Status, is_task: bool) {
        let counter = |status| match status {
            Status::Running => Some(&self.running),
            _ if !is_task => None,
            Status::Completed => Some(&self.completed),
            Status::Failed => Some(&self.failed),
            Status::Skipped => Some(&self.skipped),
            Status::Cancelled => Some(&self.cancelled),
            Status::Waiting | Status::Retrying => None,
        };
        if let Some(left) = counter(from) {
            left.set(left.get() - 1);
        }
        if let Some(entered) = counter(to) {
            entered.set(entered.get() + 1);
        }
    }

    fn sums(&self, account: &Account, has_prices: bool) -> Sums {
        [
            self.total.get().into(),
            self.completed.get().into(),
            self.failed.get().into(),
            self.skipped.get().into(),
            self.cancelled.get().into(),
            self.running.get().into(),
            account.usage.total().into(),
            json!(account.total_cost(has_prices)),
            account.attempts.into(),
            account.retries.into(),
        ]
    }
}

impl Progress {
    /// Sends the state as a whole.
    pub(super) fn tell_state(&self, tell: Tell<'_>, account: &Account) {
        let sums = self.counters.sums(account, self.has_prices);
        self.counters.sent.replace(sums.clone());
        let named = NAMES.map(String::from).into_iter().zip(sums);
        let run = [("runId", &*self.run_id), ("strategy", self.strategy), ("status", self.status.get())];
        let run = run.map(|(name, value)| (String::from(name), value.into()));
        tell(&Event::StateSnapshot { snapshot: run.into_iter().chain(named).collect::<Map>().into() });
    }

    /// Sends the sums that have changed since.
    pub(in crate::engine) fn emit_counters(&self, account: &Account) {
        if !self.shown.get() {
            return;
        }
        self.send(&|tell| {
            let sums = self.counters.sums(account, self.has_prices);
            let sent = self.counters.sent.replace(sums.clone());
            let changes = NAMES.into_iter().zip(sums).zip(sent).filter(|((_, sum), sent)| sum != sent);
            let delta: Vec<Value> =
                changes.map(|((name, sum), _)| replace(format!("/{name}"), sum)).collect();
            if !delta.is_empty() {
                tell(&Event::StateDelta { delta: delta.into() });
            }
        });
    }
}
