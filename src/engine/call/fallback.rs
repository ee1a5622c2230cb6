//! Fallbacks: where a worker fails for good, the next one is asked.

use std::rc::Rc;

use crate::engine::request::{Answered, Call};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::json::json;
use crate::model::completion::Completion;
use crate::model::worker::Worker;

impl Run {
    /// Asks the worker, then each fallback, until one answers. `ask` is told which one is the last.
    pub(super) async fn first_that_answers(
        &self,
        task: TaskKey,
        call: &Call,
        ask: impl AsyncFn(&Rc<Worker>, bool) -> Result<(Completion, Rc<Worker>), Failure>,
    ) -> Result<Answered, Failure> {
        let answered = |(completion, worker)| Answered { completion, worker, from_store: false };
        let mut left = self.policy.fallbacks.len();
        let mut failure = match ask(&call.worker, left == 0).await {
            Ok(answer) => return Ok(answered(answer)),
            Err(failure) => failure,
        };
        for worker in &self.policy.fallbacks {
            if failure.code == Code::BudgetExceeded {
                break;
            }
            self.text_discarded(task);
            self.progress.custom(
                "fallback",
                &|| json!({ "taskId": self.task_id(task), "code": failure.code, "model": worker.model }),
            );
            left -= 1;
            match ask(&Rc::new(worker.in_place_of(&call.worker)), left == 0).await {
                Ok(answer) => return Ok(answered(answer)),
                Err(next) => failure = next,
            }
        }
        Err(failure)
    }
}
