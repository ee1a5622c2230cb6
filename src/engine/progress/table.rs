//! The table of a run: one row for each task, patched row by row, so that a change costs the same
//! however many there are.

use super::{Progress, Tell, replace};
use crate::engine::task::Task;
use crate::event::Event;
use crate::json::{Value, json};
use crate::report::Status;

/// The kind of activity that clients know our table by.
const ACTIVITY: &str = "PARALLEL_RUN";

impl Progress {
    /// Sends the table as a whole.
    pub(super) fn tell_table(&self, tell: Tell<'_>, tasks: &[Task], now_ms: f64) {
        let listed = tasks.iter().filter(|task| task.position.is_some());
        let rows: Vec<Value> = listed.map(|task| self.row(task, tasks, now_ms)).collect();
        tell(&Event::ActivitySnapshot {
            message_id: &self.run_id,
            activity_type: ACTIVITY,
            content: json!({
                "runId": self.run_id,
                "strategy": self.strategy,
                "status": self.status.get(),
                "total_tasks": rows.len(),
                "completed_tasks": self.counters.completed.get(),
                "results": rows,
            }),
            replace: true,
        });
    }

    fn row(&self, task: &Task, tasks: &[Task], now_ms: f64) -> Value {
        json!({
            "id": task.id,
            "type": task.kind,
            "status": task.status,
            "dependencies": names(&task.dependencies, tasks),
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

    fn patch(&self, patch: &dyn Fn() -> Vec<Value>) {
        if !self.shown.get() {
            return;
        }
        self.send(&|tell| {
            tell(&Event::ActivityDelta {
                message_id: &self.run_id,
                activity_type: ACTIVITY,
                patch: patch().into(),
            });
        });
    }

    pub(in crate::engine) fn status(&self, status: &'static str) {
        if self.status.replace(status) == status || !self.shown.get() {
            return;
        }
        let change = || vec![replace("/status".into(), status.into())];
        self.send(&|tell| tell(&Event::StateDelta { delta: change().into() }));
        self.patch(&change);
    }

    /// A strategy adds a task, perhaps while it runs.
    pub(in crate::engine) fn added(&self, task: &Task, tasks: &[Task], now_ms: f64) {
        self.patch(&|| {
            let row = self.row(task, tasks, now_ms);
            vec![
                json!({ "op": "add", "path": "/results/-", "value": row }),
                replace("/total_tasks".into(), self.counters.total.get().into()),
            ]
        });
    }

    /// A row has changed.
    pub(in crate::engine) fn changed(&self, task: &Task, now_ms: f64) {
        let (Some(position), status) = (task.position, task.status) else { return };
        self.patch(&|| {
            let set = |field: &str, value: Value| replace(format!("/results/{position}/{field}"), value);
            let mut patch = vec![set("status", json!(status)), set("attempts", task.account.attempts.into())];
            // Without any attempt, what it did came from the store.
            let begun = if status.is_final() { 0 } else { 1 };
            if task.account.attempts == begun && status != Status::Retrying {
                patch.push(set("startedAtMs", self.since_start(task.started_at_ms)));
            }
            if status.is_final() {
                patch.push(set("tokens", task.account.usage.total().into()));
                patch.push(set("durationMs", task.duration_ms(now_ms).round().into()));
                patch.push(set("error", json!(task.failure.as_ref().map(|failure| failure.code))));
            }
            if status == Status::Completed {
                patch.push(replace("/completed_tasks".into(), self.counters.completed.get().into()));
            }
            patch
        });
    }
}

/// The ids of the rows that a row needs.
pub(super) fn names(rows: &[usize], tasks: &[Task]) -> Value {
    rows.iter().filter_map(|&index| tasks.get(index)).map(|task| &*task.id).collect()
}
