//! Retries: a call that failed for the moment is sent again after a pause, as often as `maxRetries`
//! says. Queueing is not counted: a refusal for the rate uses up no retry while the server lets
//! other calls through.

use super::parts::{Admission, AttemptOutcome, Persistence};
use crate::engine::limits::backoff::{self, Tries};
use crate::engine::limits::limiter::Permit;
use crate::engine::limits::retry_budget::Ticket;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::model::completion::Completion;
use crate::model::worker::Worker;

/// Upper bound on refusals that count as queueing. Without it, a call that exceeds the limit on its
/// own would be tried for ever as long as others succeed.
pub(super) const MOST_ROUNDS: u32 = 128;

/// The outcome of a try.
enum Try<'a> {
    Answered(Completion),
    /// The call is tried again, after a pause or at once.
    Again(Option<Pause<'a>>),
}

struct Pause<'a> {
    wait_ms: f64,
    ticket: Option<Ticket<'a>>,
}

impl Run {
    /// Asks one worker, as often as its failures allow.
    pub(super) async fn retried(
        &self,
        task: TaskKey,
        worker: &Worker,
        persistence: Persistence<'_>,
        admit: impl AsyncFn() -> Result<Admission, Failure>,
        send: impl AsyncFn(Admission) -> AttemptOutcome,
    ) -> Result<Completion, Failure> {
        let mut tries = Tries::default();
        loop {
            let admission = admit().await?;
            if tries.retries + tries.rounds > 0 {
                self.count_retry(task);
            }
            // Boxed: a task that waits, for its slot or for its next try, should not carry the room
            // for a request with it.
            let outcome = Box::pin(send(admission)).await;
            let pause = match self.next_try(task, worker, persistence, &mut tries, outcome)? {
                Try::Answered(completion) => return Ok(completion),
                Try::Again(pause) => pause,
            };
            let Some(Pause { wait_ms, ticket }) = pause else { continue };
            self.agent.platform.sleep(wait_ms).await;
            if let Some(ticket) = ticket {
                ticket.wait(&*self.agent.platform).await;
                ticket.spend();
            }
        }
    }

    /// What the outcome of a request means for the call.
    fn next_try(
        &self,
        task: TaskKey,
        worker: &Worker,
        Persistence { retries, place, .. }: Persistence<'_>,
        tries: &mut Tries,
        outcome: AttemptOutcome,
    ) -> Result<Try<'_>, Failure> {
        let is_last = place.is_last;
        let AttemptOutcome { answer, permit, took_ms, is_adapted, .. } = outcome;
        let limited = matches!(&answer.outcome, Err(failure) if failure.code == Code::RateLimited);
        if !limited {
            self.worked(task, took_ms);
        }
        let failure = match answer.outcome {
            Ok(completion) => {
                if tries.failures == 0 {
                    permit.first_outcome(false);
                }
                return Ok(Try::Answered(completion));
            }
            Err(failure) => failure,
        };
        if is_adapted {
            tries.rounds += 1;
            self.retrying(task, &failure, 0.0);
            return Ok(Try::Again(None));
        }
        let most_ms = if limited { permit.longest_wait_ms() } else { f64::INFINITY };
        let wait_ms = backoff::wait_ms(&failure, tries, most_ms, &*self.agent.platform);
        let may_queue = self.apply_backpressure(&worker.model, &permit, &failure, wait_ms);
        if !failure.transient {
            return Err(failure);
        }
        // A number that the caller names holds in an outage, too. Another model may not be down.
        let may_queue = may_queue && (limited || self.policy.max_retries.is_none() && is_last);
        let queues = may_queue && retries > 0 && tries.rounds < MOST_ROUNDS;
        if !queues {
            tries.failures += 1;
            tries.took_ms += took_ms;
            if tries.failures == 1 {
                permit.first_outcome(true);
            }
        }
        let has_retry = tries.retries < retries;
        let is_common = !has_retry && retries > 0 && !limited && is_last && self.is_common(&permit, tries);
        let is_free = queues || is_common;
        if !is_free && !has_retry {
            return Err(failure);
        }
        let is_closed = permit.is_closed();
        drop(permit);
        let ticket = (!limited && !queues).then(|| self.agent.retry_budget.withdraw(self.now_ms()));
        let longest_ms = ticket.as_ref().map_or(wait_ms, |ticket| wait_ms.max(ticket.wait_ms(self.now_ms())));
        // Where no call gets through, or so many fail that this one would have to wait for its
        // turn, another model may answer by then.
        if (is_closed || longest_ms > wait_ms) && !is_last {
            return Err(failure);
        }
        if let Some(late) = self.too_late(wait_ms, &failure) {
            return Err(late);
        }
        tries.retries += u32::from(!is_free);
        tries.rounds += u32::from(is_free);
        self.retrying(task, &failure, longest_ms);
        Ok(Try::Again(Some(Pause { wait_ms, ticket })))
    }

    /// Whether a call that has used up its retries is tried once more: others fail as well, and
    /// get through. Not where the caller has said how often.
    fn is_common(&self, permit: &Permit, tries: &Tries) -> bool {
        let policy = &self.policy;
        policy.max_retries.is_none() && tries.took_ms < policy.max_wait_ms && permit.explains(tries.failures)
    }
}
