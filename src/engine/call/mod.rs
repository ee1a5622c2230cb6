//! One call of a task, through every policy. [`Run::call`] states their order, and nothing else
//! does: a policy is one file, takes what comes after it as a function, and knows no other.

mod adaptation;
mod admission;
mod attempt;
mod backpressure;
mod booking;
mod cache_warmup;
mod deployments;
mod fallback;
mod hedge;
mod journal;
mod parts;
mod perform;
mod retry;
mod structured;
mod tools;
mod traced;

use std::pin::pin;
use std::rc::Rc;

use self::parts::{Admission, AttemptRequest, Leg, Persistence, Place};
use super::request::{Answered, Call};
use super::run::Run;
use super::task::TaskKey;
use crate::error::Failure;
use crate::json::Value;
use crate::model::message::{Tool, ToolCall};
use crate::model::worker::Worker;

impl Run {
    /// Asks until there is an answer that can be used, or until no further try can help.
    async fn call(&self, task: TaskKey, call: &Call) -> Result<Answered, Failure> {
        let with_history = call.with_history();
        let call = with_history.as_deref().unwrap_or(call);
        let mut first = None;
        if call.worker.schema.is_none() && call.worker.tools.is_empty() {
            let answered = self.turn(task, call).await?;
            if !answered.completion.is_paused() {
                return Ok(answered);
            }
            first = Some(answered);
        }
        // Boxed: most calls have neither schema nor tools, and should not carry the room for them
        // with them.
        Box::pin(self.structured(task, call.clone(), async |call: &mut Call| {
            let ask = async |call: &Call| self.turn(task, call).await;
            let run_tool = async |call: &Call, indexed: (usize, &ToolCall), tool: &Tool, arguments: Value| {
                self.tool(task, call, indexed, tool, arguments).await
            };
            self.with_tools(task, call, first.take(), ask, run_tool).await
        }))
        .await
    }

    /// One turn of a conversation: the order of all policies, the outermost first.
    async fn turn(&self, task: TaskKey, call: &Call) -> Result<Answered, Failure> {
        let turn = self.before_its_deadline(async || {
            self.journaled(task, call, async || {
                self.first_that_answers(task, call, async |worker: &Rc<Worker>, place: &Place| {
                    self.where_there_is_room(
                        task,
                        worker,
                        place,
                        async |worker: &Rc<Worker>, persistence: Persistence<'_>| {
                            self.after_warm_up(call, worker, async |warm_up| {
                                let queued = self.queue(task, call, worker, persistence);
                                let admit = async || queued.admitted().await;
                                let send = async |admission: Admission| {
                                    self.adapted(task, worker, async |worker: &Worker| {
                                        let prompt_bytes = queued.prompt_bytes;
                                        let request =
                                            AttemptRequest { task, call, worker, warm_up, prompt_bytes };
                                        let attempt = async |admission: Admission, leg: Leg| {
                                            self.attempt(&request, admission, leg).await
                                        };
                                        let admit_next = async || queued.admitted_next().await;
                                        self.hedged(task, worker, admission, admit_next, attempt).await
                                    })
                                    .await
                                };
                                self.retried(task, worker, persistence, admit, send).await
                            })
                            .await
                        },
                    )
                    .await
                })
                .await
            })
            .await
        });
        self.traced_call(task, call, pin!(turn)).await
    }

    /// One tool: its result is taken from the journal, or it is run.
    async fn tool(
        &self,
        task: TaskKey,
        call: &Call,
        indexed: (usize, &ToolCall),
        tool: &Tool,
        arguments: Value,
    ) -> Result<Value, String> {
        let executed = pin!(self.execute(task, tool, arguments));
        let executed = self.traced_tool(task, indexed.1, executed);
        self.journaled_tool(task, call, indexed, executed).await
    }
}
