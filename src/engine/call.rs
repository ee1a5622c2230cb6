//! One call, through every policy in its order: deadline → (budget → limiter → attempt), again as `retry.rs` says.

use std::rc::Rc;

use futures::future::{Either, select};
use futures::pin_mut;
use serde_json::json;

use super::account::cost_of;
use super::attempt::Attempted;
use super::budget::{Amount, GUESS};
use super::retry;
use super::run::Run;
use super::task::TaskKey;
use crate::error::{Code, Failure};
use crate::model::completion::Completion;
use crate::model::message::Message;
use crate::model::usage::{Usage, prompt_bytes, tokens_of};
use crate::model::worker::Worker;

/// What to ask, and whom.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who is asked.
    pub worker: Rc<Worker>,
    /// What is said.
    pub messages: Vec<Message>,
    /// How much is still behind it: more goes first.
    pub path: u32,
}

/// An answer, and who gave it.
pub(super) struct Answered {
    pub completion: Completion,
    pub worker: Rc<Worker>,
}

impl Run {
    /// Asks until there is an answer, or no hope of one.
    pub(super) async fn call(&self, task: TaskKey, call: &Call) -> Result<Answered, Failure> {
        let Some(deadline) = self.deadline.clone() else { return self.ask_in_turn(task, call).await };
        if self.now_ms() >= deadline.at_ms {
            return Err(deadline.exceeded());
        }
        let asked = self.ask_in_turn(task, call);
        pin_mut!(asked);
        match select(asked, deadline.over.clone()).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(deadline.exceeded()),
        }
    }

    /// The worker, then each fallback.
    async fn ask_in_turn(&self, task: TaskKey, call: &Call) -> Result<Answered, Failure> {
        let mut failure = match self.ask(task, call, &call.worker).await {
            Ok(completion) => return Ok(Answered { completion, worker: Rc::clone(&call.worker) }),
            Err(failure) => failure,
        };
        for worker in &self.policy.fallbacks {
            if failure.code == Code::BudgetExceeded {
                break;
            }
            self.progress.custom(
                "fallback",
                || json!({ "taskId": *self.task_id(task), "code": failure.code, "model": *worker.model }),
            );
            let worker = Rc::new(worker.in_place_of(&call.worker));
            match self.ask(task, call, &worker).await {
                Ok(completion) => return Ok(Answered { completion, worker }),
                Err(next) => failure = next,
            }
        }
        Err(failure)
    }

    /// One worker, as often as its failures allow.
    async fn ask(&self, task: TaskKey, call: &Call, worker: &Worker) -> Result<Completion, Failure> {
        let agent = &self.agent;
        let pool = agent.limiter.pool(&worker.pool());
        let place = agent.limiter.place(call.path);
        let expected = expected_usage(call, worker);
        let amount = Amount {
            tokens: expected.total() as f64,
            cost: cost_of(&agent.limits.prices, &worker.model, &expected).unwrap_or(0.0),
        };
        let mut retries = 0;
        let mut again = false;
        loop {
            let reservation = agent.budget.reserve(amount).await?;
            let permit = agent.limiter.acquire(pool, place, amount.tokens).await;
            self.unless_stopped().await;
            if again {
                self.retried(task);
            }
            // Boxed: a task that waits for its slot should not carry the room for an attempt with it.
            let Attempted { answer, usage } = Box::pin(self.attempt(task, call, worker)).await;
            permit.settle(usage.total() as f64, &answer.limits);
            drop(reservation);
            let failure = match answer.outcome {
                Ok(completion) => {
                    permit.answered();
                    agent.retry_budget.success();
                    return Ok(completion);
                }
                Err(failure) => failure,
            };
            let wait = retry::wait_ms(&failure, retries, &*agent.platform);
            let limited = failure.code == Code::RateLimited;
            if retry::is_overload(&failure) {
                permit.overloaded();
                if limited || failure.retry_after_ms.is_some() {
                    permit.pause(wait);
                    self.progress.custom("rateLimit", || json!({ "model": *worker.model, "pauseMs": wait }));
                }
            }
            // A refusal for the rate while others get through is queueing, and no reason to give up.
            let queueing = limited && self.policy.max_retries > 0 && permit.others_progressed();
            drop(permit);
            if !failure.transient || (retries >= self.policy.max_retries && !queueing) {
                return Err(failure);
            }
            let wait = if limited { wait } else { wait.max(agent.retry_budget.withdraw(self.now_ms())) };
            if let Some(late) = self.too_late(wait, &failure) {
                return Err(late);
            }
            retries += u32::from(!queueing);
            again = true;
            self.retrying(task, &failure, wait);
            agent.platform.sleep(wait).await;
        }
    }

    /// A wait that ends after the deadline is not begun.
    fn too_late(&self, wait_ms: f64, failure: &Failure) -> Option<Failure> {
        let left = self.deadline.as_ref()?.at_ms - self.now_ms();
        (wait_ms >= left).then(|| {
            let message = format!(
                "{} The next try would be in {} ms, past the deadline of the run in {} ms (`deadlineMs`).",
                failure.message,
                wait_ms.ceil(),
                left.max(0.0).floor(),
            );
            Failure { message, ..failure.clone() }
        })
    }
}

/// What a call may take, in tokens.
#[must_use]
pub fn expected_tokens(call: &Call) -> u64 {
    expected_usage(call, &call.worker).total()
}

fn expected_usage(call: &Call, worker: &Worker) -> Usage {
    Usage {
        prompt_tokens: tokens_of(prompt_bytes(&call.messages)),
        completion_tokens: u64::from(worker.max_tokens.unwrap_or(GUESS)),
        ..Usage::default()
    }
}
