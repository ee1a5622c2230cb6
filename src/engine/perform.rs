//! A task from its start to its end: the one way in which strategies ask.

use std::rc::Rc;

use super::call::Call;
use super::run::Run;
use super::settings::OnError;
use super::task::{Status, TaskKey};
use crate::error::{Code, Failure};
use crate::json::{self, Value};
use crate::model::completion::Completion;
use crate::model::message::{Message, Role};

impl Run {
    /// Runs a task to its end and writes it into the table.
    ///
    /// # Errors
    /// What the task failed with for good.
    pub async fn perform(&self, key: TaskKey, call: &Call) -> Result<Completion, Failure> {
        let open = self.open(key);
        match self.call_checked(key, call).await {
            Ok(answered) => {
                self.completed(key, &answered);
                Ok(answered.completion)
            }
            Err(failure) => Err(open.failed(failure)),
        }
    }

    /// Runs a task whose answer is JSON. An answer that is none, or of which `check` says what is wrong with it, is asked
    /// for once more with the reason.
    ///
    /// # Errors
    /// What the task failed with for good; the second bad answer, too.
    pub async fn perform_json(
        &self,
        key: TaskKey,
        mut call: Call,
        check: &dyn Fn(&Value) -> Result<(), String>,
    ) -> Result<Value, Failure> {
        let open = self.open(key);
        let mut last = false;
        loop {
            let answered = match self.converse(key, &mut call).await {
                Ok(answered) => answered,
                Err(failure) => return Err(open.failed(failure)),
            };
            let text = &answered.completion.text;
            let complaint = match json::find(text) {
                Some(value) => match check(&value) {
                    Ok(()) => {
                        self.with_task(key, |task| task.data = Some(Rc::new(value.clone())));
                        self.completed(key, &answered);
                        return Ok(value);
                    }
                    Err(complaint) => complaint,
                },
                None => "There is no JSON in it.".into(),
            };
            if last {
                let message = format!("The answer cannot be used, after being asked for again: {complaint}");
                return Err(open.failed(Failure::new(Code::BadResponse, message)));
            }
            last = true;
            self.with_task(key, |task| self.progress.message_end(task));
            call.messages.push(Message::text(Role::Assistant, text.as_str()));
            let again =
                format!("This answer cannot be used: {complaint} Reply with the corrected JSON alone.");
            call.messages.push(Message::text(Role::User, again));
        }
    }

    /// Shows nobody the text of a task while it runs: it may have to be withheld.
    pub fn mute(&self, key: TaskKey) {
        self.with_task(key, |task| task.muted = true);
    }

    /// Takes an answer back that must not be seen.
    pub fn withhold(&self, key: TaskKey) {
        self.with_task(key, |task| task.text = None);
        self.close(key, Status::Cancelled, Failure::new(Code::Aborted, "The answer is withheld."));
    }

    fn open(&self, key: TaskKey) -> Open<'_> {
        let now = self.now_ms();
        self.with_task(key, |task| task.ready_at_ms = Some(now));
        Open { run: self, key }
    }
}

/// A task from its start to its end. Dropped before that, since nobody needs its result any more, it is cancelled.
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
