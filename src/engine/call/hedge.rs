//! Hedging: a call that is slow gets one twin. The first answer wins; the other is dropped, and in the account all the
//! same (Dean and Barroso, "The tail at scale", 2013).

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, Waker};

use futures::future::{Either, select};
use futures::pin_mut;

use super::Order;
use super::attempt::{Attempted, Pass, Voice};
use super::retry;
use super::retry::Tries;
use crate::engine::run::Run;
use crate::engine::settings::Hedge;
use crate::json::json;

/// Twins may be this share of all that a run sends; one is always allowed.
const SHARE: f64 = 0.1;
/// Answers that a percentile needs, and those that it looks at.
const FEWEST: usize = 10;
const MOST: usize = 1000;

/// How long the last answers took: in the order in which they came, and from the shortest to the longest.
#[derive(Debug, Default)]
pub(in crate::engine) struct Latencies {
    recent: RefCell<VecDeque<f64>>,
    sorted: RefCell<Vec<f64>>,
    waiting: RefCell<Vec<Waker>>,
}

impl Latencies {
    /// Notes one answer.
    pub fn add(&self, took_ms: f64) {
        let (mut recent, mut sorted) = (self.recent.borrow_mut(), self.sorted.borrow_mut());
        if recent.len() == MOST
            && let Some(oldest) = recent.pop_front()
        {
            let place = sorted.partition_point(|ms| *ms < oldest);
            if place < sorted.len() {
                sorted.remove(place);
            }
        }
        recent.push_back(took_ms);
        let place = sorted.partition_point(|ms| *ms < took_ms);
        sorted.insert(place, took_ms);
        if recent.len() == FEWEST {
            self.waiting.take().into_iter().for_each(Waker::wake);
        }
    }

    /// What so many in a hundred answers took at the most, once there are enough of them.
    async fn percentile(&self, percent: f64) -> f64 {
        poll_fn(|context| {
            let sorted = self.sorted.borrow();
            if sorted.len() < FEWEST {
                let mut waiting = self.waiting.borrow_mut();
                if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                    waiting.push(context.waker().clone());
                }
                return Poll::Pending;
            }
            let rank = ((sorted.len() as f64 * percent / 100.0).ceil() as usize).max(1) - 1;
            sorted.get(rank).or(sorted.last()).map_or(Poll::Pending, |latency| Poll::Ready(*latency))
        })
        .await
    }
}

impl Run {
    /// Sends the call, and once more when the answer is slow.
    pub(in crate::engine) async fn attempt_with_twin(&self, order: &Order<'_>, pass: Pass) -> Attempted {
        let first = self.attempt(order, pass, Voice::Heard);
        // A tool that acts must not act twice.
        let Some(hedge) = self.policy.hedge.filter(|_| order.worker.tools.is_empty()) else {
            return first.await;
        };
        let pass = self.second_pass(order, hedge);
        pin_mut!(first, pass);
        let (first, pass) = match select(first, pass).await {
            Either::Left((attempted, _)) => return attempted,
            Either::Right((None, first)) => return first.await,
            Either::Right((Some(pass), first)) => (first, pass),
        };
        let second = self.attempt(order, pass, Voice::Silent);
        pin_mut!(second);
        let (mut attempted, other) = select(first, second).await.factor_first();
        // What is refused for good is refused to both.
        if let Err(failure) = &attempted.answer.outcome
            && failure.transient
        {
            let wait = retry::wait_ms(failure, &Tries::default(), &*self.agent.platform);
            self.heed(order, &attempted.permit, failure, wait);
            let asked_until = failure.retry_after_ms.map(|wait| self.now_ms() + wait);
            attempted = other.await;
            // What the server asked of one of them holds for both.
            if let (Some(until), Err(failure)) = (asked_until, &mut attempted.answer.outcome) {
                let left = until - self.now_ms();
                failure.retry_after_ms = failure.retry_after_ms.into_iter().chain([left]).reduce(f64::max);
                failure.retry_after_ms = failure.retry_after_ms.filter(|wait| *wait > 0.0);
            }
        }
        if attempted.voice == Voice::Silent && attempted.answer.outcome.is_ok() {
            self.text_discarded(order.task);
        }
        attempted
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

    /// Waits until the call is slow, and then for what its twin needs. The twin goes ahead of calls that have not been sent
    /// at all: the slot that it takes for a moment is that of a call which would have held its own for long. It gives way
    /// where the rate is what holds calls back, and where the budget is.
    async fn second_pass(&self, order: &Order<'_>, hedge: Hedge) -> Option<Pass> {
        self.slow(hedge).await;
        self.may_hedge().then_some(())?;
        let reservation = self.agent.budget.try_reserve(order.amount)?;
        let mut permit = self.agent.limiter.acquire_next(order.pool, order.amount.tokens)?.await.ok()?;
        if self.agent.limiter.shared.is_there() {
            Box::pin(self.book(&mut permit, order.worker, order.amount.tokens)).await;
        }
        // Others may have had theirs meanwhile.
        self.may_hedge().then_some(())?;
        self.count(order.task, |account| account.hedges += 1);
        self.progress
            .custom("hedge", &|| json!({ "taskId": self.task_id(order.task), "model": order.worker.model }));
        Some(Pass { permit, reservation })
    }

    fn may_hedge(&self) -> bool {
        let account = *self.account.borrow();
        !self.is_over() && f64::from(account.hedges) <= f64::from(account.attempts) * SHARE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn a_percentile_waits_for_ten_answers_and_looks_at_the_last_thousand() {
        let latencies = Latencies::default();
        (1..10).for_each(|ms| latencies.add(f64::from(ms)));
        assert_eq!(latencies.percentile(90.0).now_or_never(), None);
        latencies.add(10.0);
        assert_eq!(latencies.percentile(90.0).now_or_never(), Some(9.0));
        assert_eq!(latencies.percentile(100.0).now_or_never(), Some(10.0));
        (0..1000).for_each(|_| latencies.add(7.0));
        assert_eq!(latencies.percentile(100.0).now_or_never(), Some(7.0));
    }
}
