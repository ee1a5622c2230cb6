//! Performs a task from its start to its end. Strategies ask models in no other way.

use std::pin::pin;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use crate::engine::join;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::settings::OnError;
use crate::engine::task::{Gate, TaskKey};
use crate::error::{Code, Failure};
use crate::json::Value;
use crate::model::completion::Completion;
use crate::platform::turns::in_several_turns;
use crate::report::Status;

impl Run {
    /// Runs a task to its end and writes it into the table.
    ///
    /// # Errors
    /// What the task failed with for good.
    pub async fn perform(&self, key: TaskKey, call: &Call) -> Result<Completion, Failure> {
        let performed = pin!(async {
            let open = self.open(key);
            match self.traced_task(key, pin!(self.call(key, call))).await {
                Ok(answered) => {
                    self.completed(key, &answered);
                    Ok(answered.completion)
                }
                Err(failure) => Err(open.failed(failure)),
            }
        });
        in_several_turns(|| self.agent.platform.host_is_overdue(), performed).await
    }

    /// Runs tasks at once. Their results are in the table.
    pub async fn perform_all(&self, calls: Vec<(TaskKey, Call)>) {
        let one = |(key, call)| -> LocalBoxFuture<'_, ()> {
            async move { drop(self.perform(key, &call).await) }.boxed_local()
        };
        join::all(usize::MAX, calls.into_iter().map(one).collect()).await;
    }

    /// Runs a task whose worker has a schema, and gives the data of its answer.
    ///
    /// # Errors
    /// What the task failed with for good.
    pub async fn perform_data(&self, key: TaskKey, call: &Call) -> Result<Rc<Value>, Failure> {
        self.perform(key, call).await?;
        Ok(self.of_task(key, |task| task.data.clone()).flatten().unwrap_or_default())
    }

    /// Runs a task whose answer may have to be withheld. It completes, and listeners see it, only
    /// when `passes` says so of its text. `None` is an answer that did not pass. Its tools change
    /// nothing before `may_act` opens.
    ///
    /// # Errors
    /// What the task failed with for good.
    pub async fn perform_withheld<F: Future<Output = bool>>(
        &self,
        key: TaskKey,
        call: &Call,
        may_act: Gate,
        passes: impl FnOnce(Rc<str>) -> F,
    ) -> Result<Option<Completion>, Failure> {
        let open = self.open(key);
        self.with_task(key, |task| {
            task.withheld = Some(String::new());
            task.may_act = Some(may_act);
        });
        let answered = match self.traced_task(key, pin!(self.call(key, call))).await {
            Ok(answered) => answered,
            Err(failure) => return Err(open.failed(failure)),
        };
        let now = self.now_ms();
        self.with_task(key, |task| task.ended_at_ms = Some(now));
        if passes(answered.completion.text.as_str().into()).await {
            self.with_task(key, |task| task.withheld = None);
            self.completed(key, &answered);
            return Ok(Some(answered.completion));
        }
        self.close(key, Status::Cancelled, Failure::new(Code::Aborted, "The answer is withheld."));
        Ok(None)
    }

    /// Notes that nothing but slots and limits holds a task back any more.
    pub fn ready(&self, key: TaskKey) {
        let now = self.now_ms();
        self.with_task(key, |task| {
            task.ready_at_ms.get_or_insert(now);
        });
    }

    /// Shows what was withheld so far. Later pieces are shown as they come.
    pub fn release(&self, key: TaskKey) {
        self.with_task(key, |task| {
            if let Some(text) = task.withheld.take().filter(|text| !text.is_empty()) {
                self.progress.delta(task, &text);
            }
        });
    }

    fn open(&self, key: TaskKey) -> Open<'_> {
        self.ready(key);
        Open { run: self, key }
    }
}

/// A task from its start to its end. If it is dropped before its end, its result is not needed any
/// more, and it is cancelled.
struct Open<'a> {
    run: &'a Run,
    key: TaskKey,
}

impl Open<'_> {
    fn failed(&self, failure: Failure) -> Failure {
        let status = match failure.code {
            Code::DeadlineExceeded => Status::Cancelled,
            // It never began.
            Code::BudgetExceeded if self.run.attempts(self.key) == 0 => Status::Skipped,
            _ => Status::Failed,
        };
        self.run.close(self.key, status, failure.clone());
        if self.run.policy.on_error == OnError::Throw && status != Status::Cancelled {
            self.run.stop(failure.clone());
        }
        failure
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        // When the run itself is stopped, its end says why.
        if !self.run.is_stopped() && !self.run.outcome(self.key).0.is_final() {
            let failure = Failure::new(Code::Aborted, "Its result was not needed any more.");
            self.run.close(self.key, Status::Cancelled, failure);
        }
    }
}
