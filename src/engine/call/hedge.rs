//! Hedging: a slow request gets a second one beside it. The first answer wins; the other is
//! dropped, and in the account all the same (Dean and Barroso, "The tail at scale", 2013).

use std::pin::pin;

use futures::future::{Either, select};

use super::parts::{Admission, AttemptOutcome, Leg};
use crate::engine::limits::backoff::{self, Tries};
use crate::engine::run::Run;
use crate::engine::settings::Hedge;
use crate::engine::task::TaskKey;
use crate::json::json;
use crate::model::worker::Worker;

/// Hedges may be this share of all that a run sends; one is always allowed.
const SHARE: f64 = 0.1;

impl Run {
    /// Sends a request, and a hedge when the answer is slow.
    pub(super) async fn hedged(
        &self,
        task: TaskKey,
        worker: &Worker,
        admission: Admission,
        admit_next: impl AsyncFnOnce() -> Option<Admission>,
        attempt: impl AsyncFn(Admission, Leg) -> AttemptOutcome,
    ) -> AttemptOutcome {
        let primary = pin!(attempt(admission, Leg::Primary));
        // A tool that acts must not act twice.
        let Some(hedge) = self.policy.hedge.filter(|_| worker.tools.is_empty()) else {
            return primary.await;
        };
        let admission = pin!(self.admit_hedge(task, worker, hedge, admit_next));
        let (primary, admission) = match select(primary, admission).await {
            Either::Left((outcome, _)) => return outcome,
            Either::Right((None, primary)) => return primary.await,
            Either::Right((Some(admission), primary)) => (primary, admission),
        };
        let second = pin!(attempt(admission, Leg::Hedge));
        let (mut outcome, other) = select(primary, second).await.factor_first();
        // What is refused for good is refused to both.
        if let Err(failure) = &outcome.answer.outcome
            && failure.transient
        {
            let wait = backoff::wait_ms(failure, &Tries::default(), f64::INFINITY, &*self.agent.platform);
            self.apply_backpressure(&worker.model, &outcome.permit, failure, wait);
            let asked_until = failure.retry_after_ms.map(|wait| self.now_ms() + wait);
            outcome = other.await;
            // What the server asked of one of them holds for both.
            if let (Some(until), Err(failure)) = (asked_until, &mut outcome.answer.outcome) {
                let left = until - self.now_ms();
                failure.retry_after_ms = failure.retry_after_ms.into_iter().chain([left]).reduce(f64::max);
                failure.retry_after_ms = failure.retry_after_ms.filter(|wait| *wait > 0.0);
            }
        }
        if outcome.leg == Leg::Hedge && outcome.answer.outcome.is_ok() {
            self.text_discarded(task);
        }
        outcome
    }

    /// Waits until the request is slow, and then for what its hedge needs.
    async fn admit_hedge(
        &self,
        task: TaskKey,
        worker: &Worker,
        hedge: Hedge,
        admit_next: impl AsyncFnOnce() -> Option<Admission>,
    ) -> Option<Admission> {
        self.slow(hedge).await;
        self.may_hedge().then_some(())?;
        let admission = admit_next().await?;
        // Others may have had theirs meanwhile.
        self.may_hedge().then_some(())?;
        self.count(task, |account| account.hedges += 1);
        self.progress.custom("hedge", &|| json!({ "taskId": self.task_id(task), "model": worker.model }));
        Some(admission)
    }

    async fn slow(&self, hedge: Hedge) {
        let sent_at_ms = self.now_ms();
        loop {
            let after_ms = match hedge {
                Hedge::AfterMs(after_ms) => after_ms,
                Hedge::Percentile(percent) => self.latencies.percentile(percent).await,
            };
            let left = sent_at_ms + after_ms - self.now_ms();
            if left <= 0.0 {
                return;
            }
            self.agent.platform.sleep(left).await;
        }
    }

    fn may_hedge(&self) -> bool {
        let account = self.account();
        !self.is_over() && f64::from(account.hedges) <= f64::from(account.attempts) * SHARE
    }
}
