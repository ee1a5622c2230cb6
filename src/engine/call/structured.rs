//! Structured output: an answer that does not fit the schema is asked for once more, and the model
//! is told what is wrong with it.

use std::pin::pin;
use std::rc::Rc;

use crate::engine::request::{Answered, Call};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::model::completion::Completion;
use crate::model::message::{Message, Role};

impl Run {
    /// Makes the call and, where its worker has a schema, puts the data of the answer into the
    /// table.
    pub(super) async fn structured(
        &self,
        task: TaskKey,
        mut call: Call,
        mut ask: impl AsyncFnMut(&mut Call) -> Result<Answered, Failure>,
    ) -> Result<Answered, Failure> {
        let mut last = false;
        loop {
            let answered = ask(&mut call).await?;
            let Some(problems) = self.keep_data(task, &call, &answered.completion).await? else {
                return Ok(answered);
            };
            let failure = mismatch(&problems, &answered.completion);
            if last {
                return Err(failure);
            }
            last = true;
            // Not one that was cut off: it may have been on its way to fit.
            if answered.completion.finish_reason.as_deref() != Some("length") {
                self.agent.quirks.ignored_schema(&answered.worker);
            }
            self.count_retry(task);
            self.retrying(task, &failure, 0.0);
            let request =
                format!("That answer cannot be used: {problems}. Give the whole answer again, corrected.");
            // No server takes a turn of no words.
            if !answered.completion.text.trim().is_empty() {
                call.messages.push(Message::text(Role::Assistant, &*answered.completion.text));
            }
            call.messages.push(Message::text(Role::User, request));
        }
    }

    /// What is wrong with an answer; nothing if it fits. A model that was still calling tools is
    /// not asked once more.
    async fn keep_data(
        &self,
        task: TaskKey,
        call: &Call,
        completion: &Completion,
    ) -> Result<Option<String>, Failure> {
        let Some(schema) = &call.worker.schema else { return Ok(None) };
        if !completion.tool_calls.is_empty() {
            let steps = call.worker.max_steps;
            return Err(Failure::new(
                Code::SchemaMismatch,
                format!(
                    "There is no answer: the model was still calling tools after {steps} steps. Raise `maxSteps`."
                ),
            ));
        }
        // A library's check may take its time.
        match self.before_deadline(pin!(schema.read(&completion.text))).await? {
            Ok(data) => {
                self.with_task(task, |task| task.data = Some(Rc::new(data)));
                Ok(None)
            }
            Err(problems) => Ok(Some(problems)),
        }
    }
}

fn mismatch(problems: &str, completion: &Completion) -> Failure {
    let cut = match completion.finish_reason.as_deref() {
        Some("length") => " It was cut off: raise `maxTokens`.",
        _ => "",
    };
    Failure::new(Code::SchemaMismatch, format!("The answer does not fit the `schema`: {problems}.{cut}"))
}
