//! Admission: before a request is sent, the budget sets aside what it may take, and the limiter
//! gives a slot and room in the limits.

use std::pin::pin;
use std::task::Poll;

use futures::future::{Either, select};
use futures::poll;

use super::parts::{Admission, Persistence, Place};
use crate::engine::account::cost_of;
use crate::engine::limits::budget::{Amount, Reservation};
use crate::engine::limits::limiter::{Closed, Member, Patience, Permit, PoolId, QueueKey};
use crate::engine::request::{Call, expected_usage};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::host::number;
use crate::json::json;
use crate::model::estimate::prompt_bytes;
use crate::model::usage::tokens_of;
use crate::model::worker::Worker;

/// A call among those of its pool, from its first try to its last.
pub(super) struct Queued<'a> {
    run: &'a Run,
    task: TaskKey,
    worker: &'a Worker,
    member: Member,
    key: QueueKey,
    patience: Patience,
    place: &'a Place,
    /// Of all that the model is shown. It is counted once for all tries.
    pub prompt_bytes: usize,
}

impl Run {
    /// Puts a call into the queue of its pool.
    pub(super) fn queue<'a>(
        &'a self,
        task: TaskKey,
        call: &Call,
        worker: &'a Worker,
        persistence: Persistence<'a>,
    ) -> Queued<'a> {
        let Persistence { wait_ms, place, .. } = persistence;
        let until_ms = self.deadline().map_or(f64::INFINITY, |deadline| deadline.at_ms);
        let limiter = &self.agent.limiter;
        Queued {
            run: self,
            task,
            worker,
            member: limiter.join(&worker.pool()),
            key: limiter.queue_key(call.path, self.ahead.get()),
            patience: Patience { until_ms, wait_ms, is_last: place.is_last },
            place,
            prompt_bytes: prompt_bytes(worker, &call.messages),
        }
    }
}

impl Queued<'_> {
    /// The pool that it queues in.
    pub fn pool(&self) -> PoolId {
        self.member.pool
    }

    /// Waits until the next request may be sent.
    ///
    /// # Errors
    /// When the budget is used up, or a pause takes longer than is waited for.
    pub async fn admitted(&self) -> Result<Admission, Failure> {
        let (run, agent) = (self.run, &self.run.agent);
        loop {
            let mut reservation = self.within_budget().await?;
            let tokens = reservation.amount.tokens;
            let mut permit = self.permitted(tokens).await?;
            // Meanwhile there may have been an answer that was longer than expected.
            let amount = self.amount();
            if !reservation.begin(amount) {
                continue;
            }
            if agent.limiter.shared.is_there() {
                // Boxed: hardly anybody has one.
                Box::pin(run.book(&mut permit, self.worker, amount.tokens)).await;
            }
            run.unless_over().await;
            self.place.is_sent.set(true);
            return Ok(Admission { permit, reservation });
        }
    }

    /// Waits for a permit, and for one of the first worker as well if the call goes back there.
    async fn permitted(&self, tokens: f64) -> Result<Permit, Failure> {
        let (run, place) = (self.run, self.place);
        let limiter = &run.agent.limiter;
        if let Some(permit) = place.way_back.take() {
            return Ok(permit);
        }
        let permit = limiter.acquire(self.pool(), self.key, tokens, self.patience);
        let Some(first) = place.first else {
            return permit.await.map_err(|closed| run.closed(closed));
        };
        let at_first = limiter.acquire(first, self.key, tokens, Patience::default());
        match select(permit, at_first).await {
            Either::Left((permit, _)) => permit.map_err(|closed| run.closed(closed)),
            Either::Right((permit, _)) => {
                place.way_back.replace(permit.ok());
                let message = "The first model lets calls through again, so this one goes back to it.";
                Err(Failure::transient(Code::ApiError, message))
            }
        }
    }

    /// Admits a hedge, which overtakes queued calls: it frees a slot that a slow call would have
    /// blocked. None where the rate or the budget is what holds calls back.
    pub async fn admitted_next(&self) -> Option<Admission> {
        let (run, agent) = (self.run, &self.run.agent);
        let mut reservation = agent.budget.try_reserve(self.amount())?;
        let tokens = reservation.amount.tokens;
        let mut permit = agent.limiter.acquire_next(self.pool(), tokens)?.await.ok()?;
        if !reservation.begin(reservation.amount) {
            return None;
        }
        if agent.limiter.shared.is_there() {
            Box::pin(run.book(&mut permit, self.worker, tokens)).await;
        }
        Some(Admission { permit, reservation })
    }

    fn amount(&self) -> Amount {
        let longest =
            self.worker.longest_answer().or_else(|| self.run.agent.limiter.longest_answer(self.pool()));
        let expected = expected_usage(tokens_of(self.prompt_bytes), longest);
        let cost = cost_of(&self.run.agent.limits.prices, self.worker, &expected);
        Amount { tokens: expected.total() as f64, cost: cost.unwrap_or(0.0) }
    }

    /// Sets aside what the call may take, once the calls under way leave room for it.
    async fn within_budget(&self) -> Result<Reservation, Failure> {
        let run = self.run;
        let note = |status: &str| {
            run.progress.custom(
                "budget",
                &|| json!({ "taskId": run.task_id(self.task), "status": status, "tokens": self.amount().tokens }),
            );
        };
        let amount = || self.amount();
        let mut reserved = pin!(run.agent.budget.reserve(&amount, run.ahead.get()));
        let outcome = match poll!(&mut reserved) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => {
                note("held");
                // What it waits for may itself wait for the slot.
                drop(self.place.way_back.take());
                reserved.await
            }
        };
        outcome.inspect_err(|_| note("refused"))
    }
}

impl Run {
    /// The failure of a call whose pool is paused beyond the deadline or beyond `maxWaitMs`, or
    /// whose server is out while another may be asked.
    fn closed(&self, closed: Closed) -> Failure {
        let not_sent = |code, what| {
            let message = format!("The server {what} all calls for the moment, so this one was not sent.");
            Failure::transient(code, message)
        };
        let opens_at_ms = match closed {
            Closed::Paused { opens_at_ms } => opens_at_ms,
            Closed::Out => return not_sent(Code::ApiError, "fails"),
            Closed::UsedUp => return not_sent(Code::RateLimited, "refuses"),
        };
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

    /// A wait that ends after the deadline, or takes longer than the caller allows, is not begun.
    pub(super) fn too_late(&self, wait_ms: f64, failure: &Failure) -> Option<Failure> {
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
