//! Answers that have to fit a schema: one that does not is asked for once more, with what is wrong with it.

use std::pin::pin;
use std::rc::Rc;

use super::{Answered, Call};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::model::completion::Completion;
use crate::model::message::{Message, Role};

impl Run {
    /// Makes the call and, where its worker has a schema, puts the data of the answer into the table.
    pub(in crate::engine) async fn call_checked(
        &self,
        task: TaskKey,
        call: &Call,
    ) -> Result<Answered, Failure> {
        let with_history = call.with_history();
        let call = with_history.as_deref().unwrap_or(call);
        let mut first = None;
        if call.worker.schema.is_none() && call.worker.tools.is_empty() {
            let answered = self.traced_call(task, call).await?;
            if !answered.completion.is_paused() {
                return Ok(answered);
            }
            first = Some(answered);
        }
        // Boxed: most calls have neither, and should not carry the room for it with them.
        Box::pin(self.corrected(task, call.clone(), first)).await
    }

    async fn corrected(
        &self,
        task: TaskKey,
        mut call: Call,
        mut first: Option<Answered>,
    ) -> Result<Answered, Failure> {
        let mut last = false;
        loop {
            let answered = self.converse(task, &mut call, first.take()).await?;
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
            self.retried(task);
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

    /// What is wrong with an answer; nothing if it fits, or if the model only calls tools.
    async fn keep_data(
        &self,
        task: TaskKey,
        call: &Call,
        completion: &Completion,
    ) -> Result<Option<String>, Failure> {
        let Some(schema) = call.worker.schema.as_ref().filter(|_| completion.tool_calls.is_empty()) else {
            return Ok(None);
        };
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
    Failure::new(Code::SchemaMismatch, format!("The answer does not fit: {problems}.{cut}"))
}
