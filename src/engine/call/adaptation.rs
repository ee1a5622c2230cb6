//! Adaptation: fields that a server refused once are left out of the next requests to it.

use super::parts::AttemptOutcome;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::json::json;
use crate::model::quirks::Quirks;
use crate::model::worker::Worker;

impl Run {
    /// Sends what the server of the worker takes, and learns from what it says.
    pub(super) async fn adapted(
        &self,
        task: TaskKey,
        worker: &Worker,
        send: impl AsyncFnOnce(&Worker) -> AttemptOutcome,
    ) -> AttemptOutcome {
        let quirks = &self.agent.quirks;
        let adapted = quirks.worker_for(worker);
        let worker = adapted.as_deref().unwrap_or(worker);
        self.tell_left_out(task, worker, quirks.lost(worker));
        let mut outcome = send(worker).await;
        if outcome.answer.outcome.is_ok() {
            quirks.answered(worker);
        } else {
            let refused = quirks.refused(worker, &outcome.answer.refused);
            outcome.is_adapted = !refused.is_empty();
            self.tell_left_out(task, worker, refused);
        }
        outcome
    }

    /// Reports which fields the server is not sent any more.
    fn tell_left_out(&self, task: TaskKey, worker: &Worker, fields: Quirks) {
        for quirk in fields.fields() {
            self.progress.custom("unsupported", &|| {
                json!({
                    "taskId": self.task_id(task),
                    "model": worker.model,
                    "field": quirk.field,
                    "instead": quirk.instead.name(),
                })
            });
        }
    }
}
