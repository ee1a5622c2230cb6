//! One call, through every policy in its order: deadline → journal → (budget → limiter → attempt), again as `retry.rs`
//! says.

pub mod attempt;
pub mod cache_warmup;
pub mod deployments;
pub mod hedge;
pub mod journal;
pub mod perform;
pub mod retry;
pub mod structured;
pub mod tools;

use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use futures::poll;

use self::attempt::{Attempted, Pass};
use self::cache_warmup::Lead;
use self::retry::{Tries, Trouble};
use super::account::cost_of;
use super::limits::budget::{Amount, Reservation, likely_answer};
use super::limits::limiter::{Failed, Patience, Permit, PoolId};
use super::limits::retry_budget::Ticket;
use super::run::Run;
use super::task::TaskKey;
use crate::error::{Code, Failure};
use crate::host::number;
use crate::json::json;
use crate::model::completion::Completion;
use crate::model::message::{Message, Role};
use crate::model::quirks::Quirks;
use crate::model::usage::{Usage, prompt_bytes, tokens_of};
use crate::model::worker::Worker;

/// How often a refusal may pass for queueing: a call that is too large for the limit itself is refused as well while others
/// get through.
pub(super) const MOST_ROUNDS: u32 = 128;

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

impl Call {
    /// The same with the history of its worker behind the instructions; none where it has none.
    pub(super) fn with_history(&self) -> Option<Box<Self>> {
        let history = self.worker.settings.history.as_deref().filter(|history| !history.is_empty())?;
        let own = self.messages.iter().position(|message| message.role != Role::System);
        let (system, own) = self.messages.split_at_checked(own.unwrap_or(0))?;
        let messages = [system, history, own].concat();
        Some(Box::new(Self { messages, ..self.clone() }))
    }
}

/// An answer, and who gave it.
pub(super) struct Answered {
    pub completion: Completion,
    pub worker: Rc<Worker>,
    pub from_store: bool,
}

/// How long one worker is asked.
#[derive(Clone, Copy)]
pub(super) struct Persistence {
    /// Tries after the first.
    pub retries: u32,
    /// The longest pause that is waited for.
    pub wait_ms: f64,
}

/// One call to one worker, and what it may take.
pub(super) struct Order<'a> {
    pub task: TaskKey,
    pub call: &'a Call,
    pub worker: &'a Worker,
    pub pool: PoolId,
    pub amount: Amount,
    /// Tries after the first.
    pub retries: u32,
    pub lead: &'a Lead,
}

/// What a try came to.
enum Tried<'a> {
    Answered(Completion),
    /// There is to be another, after a pause or at once.
    InVain(Option<Pause<'a>>),
}

struct Pause<'a> {
    wait_ms: f64,
    ticket: Option<Ticket<'a>>,
}

impl Run {
    /// Asks until there is an answer, or no hope of one.
    pub(super) async fn call(&self, task: TaskKey, call: &Call) -> Result<Answered, Failure> {
        if let Some(deadline) = self.deadline().filter(|deadline| self.now_ms() >= deadline.at_ms) {
            return Err(deadline.exceeded());
        }
        self.before_deadline(pin!(self.recall_or_ask(task, call))).await?
    }

    /// The worker, then each fallback.
    pub(super) async fn ask_in_turn(&self, task: TaskKey, call: &Call) -> Result<Answered, Failure> {
        let answered = |completion, worker: &Rc<Worker>| Answered {
            completion,
            worker: Rc::clone(worker),
            from_store: false,
        };
        let mut failure = match self.ask_anywhere(task, call, &call.worker).await {
            Ok((completion, worker)) => return Ok(answered(completion, &worker)),
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
            let worker = Rc::new(worker.in_place_of(&call.worker));
            match self.ask_anywhere(task, call, &worker).await {
                Ok((completion, worker)) => return Ok(answered(completion, &worker)),
                Err(next) => failure = next,
            }
        }
        Err(failure)
    }

    /// One worker, as often as its failures allow.
    pub(super) async fn ask(
        &self,
        task: TaskKey,
        call: &Call,
        worker: &Worker,
        Persistence { retries, wait_ms }: Persistence,
    ) -> Result<Completion, Failure> {
        let agent = &self.agent;
        let place = agent.limiter.place(call.path, self.ahead.get());
        let lead = self.follow_prefix(call, worker).await;
        let member = agent.limiter.join(&worker.pool());
        let pool = member.pool;
        let prompt_tokens = tokens_of(prompt_bytes(worker, &call.messages));
        let until_ms = self.deadline().map_or(f64::INFINITY, |deadline| deadline.at_ms);
        let patience = Patience { until_ms, wait_ms };
        let amount_now = || self.amount_of(worker, pool, prompt_tokens);
        let mut tries = Tries::default();
        loop {
            let mut reservation = self.within_budget(task, &amount_now).await?;
            let tokens = reservation.amount.tokens;
            let mut permit = match agent.limiter.acquire(pool, place, tokens, patience).await {
                Ok(permit) => permit,
                Err(opens_at_ms) => return Err(self.shut(opens_at_ms)),
            };
            // Meanwhile there may have been an answer that was longer than expected.
            let amount = amount_now();
            if !reservation.change(amount) {
                continue;
            }
            if agent.limiter.shared.is_there() {
                // Boxed: hardly anybody has one.
                Box::pin(self.book(&mut permit, worker, amount.tokens)).await;
            }
            self.unless_over().await;
            // Thousands that may all go at once begin over several turns.
            if let Some(breath) = agent.platform.breath() {
                breath.await;
                self.unless_over().await;
            }
            let order = Order { task, call, worker, pool, amount, retries, lead: &lead };
            // Boxed: a task that waits, for its slot or for its next try, should not carry the room for a try with it.
            let tried = Box::pin(self.one_try(&order, &mut tries, Pass { permit, reservation })).await;
            let pause = match tried? {
                Tried::Answered(completion) => return Ok(completion),
                Tried::InVain(pause) => pause,
            };
            let Some(Pause { wait_ms, ticket }) = pause else { continue };
            agent.platform.sleep(wait_ms).await;
            if let Some(ticket) = ticket {
                ticket.spend();
            }
        }
    }

    /// Sets aside what the call may take, once the calls under way leave room for it.
    async fn within_budget(
        &self,
        task: TaskKey,
        amount: &dyn Fn() -> Amount,
    ) -> Result<Reservation, Failure> {
        let note = |status: &str| {
            self.progress.custom(
                "budget",
                &|| json!({ "taskId": self.task_id(task), "status": status, "tokens": amount().tokens }),
            );
        };
        let mut reserved = pin!(self.agent.budget.reserve(amount, self.ahead.get()));
        let outcome = match poll!(&mut reserved) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => {
                note("held");
                reserved.await
            }
        };
        outcome.inspect_err(|_| note("refused"))
    }

    /// One try, and what its failure means for the next.
    async fn one_try(&self, order: &Order<'_>, tries: &mut Tries, pass: Pass) -> Result<Tried<'_>, Failure> {
        let (agent, task) = (&self.agent, order.task);
        if tries.retries + tries.rounds > 0 {
            self.retried(task);
        }
        let fitted = agent.quirks.worker_for(order.worker);
        let order = &Order { worker: fitted.as_deref().unwrap_or(order.worker), ..*order };
        let Attempted { answer, permit, took_ms, .. } = self.attempt_with_twin(order, pass).await;
        drop(order.lead.take());
        let limited = matches!(&answer.outcome, Err(failure) if failure.code == Code::RateLimited);
        if !limited {
            self.worked(task, took_ms);
        }
        let failure = match answer.outcome {
            Ok(completion) => {
                agent.quirks.answered(order.worker);
                return Ok(Tried::Answered(completion));
            }
            Err(failure) => failure,
        };
        let refused = agent.quirks.refused(order.worker, &answer.refused);
        if !refused.is_empty() {
            tries.rounds += 1;
            self.tell_refused(task, order.worker, refused);
            self.retrying(task, &failure, 0.0);
            return Ok(Tried::InVain(None));
        }
        let wait_ms = retry::wait_ms(&failure, tries, &*agent.platform);
        let in_line = self.heed(order, &permit, &failure, wait_ms);
        drop(permit);
        if !failure.transient {
            return Err(failure);
        }
        // Standing in line, while others get through or nobody does for a while, is no reason to give up.
        let queueing = in_line && order.retries > 0 && tries.rounds < MOST_ROUNDS;
        if tries.retries >= order.retries && !queueing {
            return Err(failure);
        }
        let ticket = (!limited && !queueing).then(|| agent.retry_budget.withdraw(self.now_ms()));
        let wait_ms = ticket.as_ref().map_or(wait_ms, |ticket| wait_ms.max(ticket.wait_ms));
        if let Some(late) = self.too_late(wait_ms, &failure) {
            return Err(late);
        }
        tries.retries += u32::from(!queueing);
        tries.rounds += u32::from(queueing);
        self.retrying(task, &failure, wait_ms);
        Ok(Tried::InVain(Some(Pause { wait_ms, ticket })))
    }

    /// Tells which fields the server is not sent any more.
    fn tell_refused(&self, task: TaskKey, worker: &Worker, refused: Quirks) {
        for quirk in refused.fields() {
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

    fn amount_of(&self, worker: &Worker, pool: PoolId, prompt_tokens: u64) -> Amount {
        let longest = worker.longest_answer().or_else(|| self.agent.limiter.longest_answer(pool));
        let expected = expected_usage(prompt_tokens, longest);
        let cost = cost_of(&self.agent.limits.prices, worker, &expected);
        Amount { tokens: expected.total() as f64, cost: cost.unwrap_or(0.0) }
    }

    /// Slows down, or holds everything back, as far as a failure says something of all calls. Whether this one may stand in
    /// line again.
    pub(super) fn heed(&self, order: &Order<'_>, permit: &Permit, failure: &Failure, wait_ms: f64) -> bool {
        if !failure.transient {
            return false;
        }
        let trouble = retry::trouble(failure);
        let named_ms = failure.retry_after_ms;
        if trouble == Trouble::Limited || named_ms.is_some() && trouble != Trouble::Passing {
            let until_ms = self.agent.platform.date_ms() + wait_ms;
            self.progress.custom("rateLimit", &|| {
                json!({
                    "model": order.worker.model,
                    "pauseMs": wait_ms.round(),
                    "untilMs": until_ms.round(),
                })
            });
        }
        permit.failed(Failed {
            trouble,
            named_ms,
            is_last: self.policy.fallbacks.is_empty(),
            max_wait_ms: self.policy.max_wait_ms,
            random: self.agent.platform.random(),
        })
    }

    /// A wait that ends after the deadline, or takes longer than the caller allows, is not begun.
    fn too_late(&self, wait_ms: f64, failure: &Failure) -> Option<Failure> {
        let (left, most) = (self.left_ms(), self.policy.max_wait_ms);
        let reason = match () {
            () if wait_ms >= left => format!("The next try would be {}", past_deadline(wait_ms, left)),
            () if wait_ms > most => past_patience(wait_ms, most),
            () => return None,
        };
        let mut late = failure.clone();
        late.message = format!("{} {reason}", failure.message);
        Some(late)
    }

    /// The server asked for a pause that outlasts the run, or the caller's patience.
    fn shut(&self, opens_at_ms: f64) -> Failure {
        let (wait_ms, left) = (opens_at_ms - self.now_ms(), self.left_ms());
        if wait_ms >= left {
            let message =
                format!("The server asked for a pause. The call could go {}", past_deadline(wait_ms, left));
            return Failure::new(Code::DeadlineExceeded, message);
        }
        let reason = past_patience(wait_ms, self.policy.max_wait_ms);
        let mut failure = Failure::new(Code::RateLimited, format!("The server asked for a pause. {reason}"));
        failure.retry_after_ms = Some(wait_ms);
        failure
    }

    fn left_ms(&self) -> f64 {
        self.deadline().map_or(f64::INFINITY, |deadline| deadline.at_ms - self.now_ms())
    }
}

fn past_patience(wait_ms: f64, most_ms: f64) -> String {
    format!(
        "It opens in {} ms, and `maxWaitMs` allows {} ms: try again then, raise `maxWaitMs`, or name `fallbacks`.",
        number::text(wait_ms.ceil()),
        number::text(most_ms),
    )
}

fn past_deadline(wait_ms: f64, left_ms: f64) -> String {
    format!(
        "in {} ms, past the deadline of the run in {} ms (`deadlineMs`).",
        number::text(wait_ms.ceil()),
        number::text(left_ms.max(0.0).floor())
    )
}

/// What a call may take, in tokens.
#[must_use]
pub fn expected_tokens(call: &Call) -> u64 {
    let prompt_tokens = tokens_of(prompt_bytes(&call.worker, &call.messages));
    expected_usage(prompt_tokens, call.worker.max_tokens.map(u64::from)).total()
}

fn expected_usage(prompt_tokens: u64, longest: Option<u64>) -> Usage {
    let completion_tokens = longest.unwrap_or_else(|| likely_answer(prompt_tokens));
    Usage { prompt_tokens, completion_tokens, ..Usage::default() }
}
