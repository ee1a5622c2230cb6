//! One who stands in the queue of the limiter: waits for its turn and for the clock, and gives back what it was let through
//! with when it cannot go.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::future::LocalBoxFuture;

use super::limiter::{Limiter, Patience, Permit, PoolId};
use super::pool::{Grant, Place, Waiter};

/// Waits for a [`Permit`].
pub struct Acquire {
    limiter: Rc<Limiter>,
    pool: PoolId,
    place: Place,
    waiter: Rc<Waiter>,
    patience: Patience,
    timer: Option<Timer>,
    stood_back: bool,
}

struct Timer {
    at_ms: f64,
    sleep: LocalBoxFuture<'static, ()>,
}

impl Acquire {
    pub(in crate::engine) fn new(
        limiter: Rc<Limiter>,
        (pool, place): (PoolId, Place),
        waiter: Rc<Waiter>,
        patience: Patience,
    ) -> Self {
        Self { limiter, pool, place, waiter, patience, timer: None, stood_back: false }
    }

    /// Until when the head of the queue has to wait, if the clock is all that it waits for.
    fn opens_at(&self, now_ms: f64) -> Option<f64> {
        let mut state = self.limiter.state.borrow_mut();
        if !state.has_room(self.limiter.most(), self.place) {
            return None;
        }
        let pool = state.pools.get(self.pool)?;
        let next = pool.next(now_ms).filter(|&(head, _)| head == self.place)?;
        pool.told = Some(next);
        Some(next.1)
    }

    /// Without a timer, the head has to be told again.
    fn forget(&self) {
        if let Some(pool) = self.limiter.state.borrow_mut().pools.get(self.pool) {
            pool.told = pool.told.filter(|&(head, _)| head != self.place);
        }
    }

    /// Queues up again, at the same place, when the server asked for a pause in the moment between being let through
    /// and going.
    fn stand_back_in(&mut self, grant: &Grant) -> bool {
        let now = self.limiter.platform.now_ms();
        let mut state = self.limiter.state.borrow_mut();
        let Some(pool) = state.pools.get(self.pool).filter(|pool| pool.paused_until_ms() > now) else {
            return false;
        };
        pool.take_back(grant);
        state.in_flight = state.in_flight.saturating_sub(1);
        state.enqueue((self.pool, self.place), &self.waiter);
        true
    }

    /// When the pool opens, if that is too late.
    fn opens_too_late(&self) -> Option<f64> {
        let now = self.limiter.platform.now_ms();
        let mut state = self.limiter.state.borrow_mut();
        let opens_at_ms = state.pools.get(self.pool)?.unwelcome_until_ms(self.waiter.tokens, now);
        let Patience { until_ms, wait_ms } = self.patience;
        (opens_at_ms >= until_ms || opens_at_ms - now > wait_ms).then_some(opens_at_ms)
    }

    fn is_steward(&self) -> bool {
        self.limiter.state.borrow().steward == Some((self.pool, self.place))
    }

    /// Waits for the clock if that is all that holds the head back; when it can go already, it sees to it that somebody
    /// lets it.
    fn set_timer(&mut self) {
        let now = self.limiter.platform.now_ms();
        match self.opens_at(now) {
            None => {
                self.timer = None;
                self.forget();
            }
            // A real timer fires late: by then the pool is open, and has been for a moment.
            Some(at_ms) if at_ms <= now => {
                self.timer = None;
                self.limiter.state.borrow_mut().steward.get_or_insert((self.pool, self.place));
            }
            Some(at_ms) if self.timer.as_ref().is_some_and(|timer| timer.at_ms == at_ms) => {}
            Some(at_ms) => {
                let sleep = self.limiter.platform.sleep(at_ms - now);
                self.timer = Some(Timer { at_ms, sleep });
            }
        }
    }
}

impl Future for Acquire {
    type Output = Result<Permit, f64>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            if let Some(grant) = self.waiter.grant.take()
                && !self.stand_back_in(&grant)
            {
                return Poll::Ready(Ok(Permit::new(Rc::clone(&self.limiter), self.pool, grant)));
            }
            if let Some(at_ms) = self.opens_too_late() {
                return Poll::Ready(Err(at_ms));
            }
            if self.is_steward() {
                if !std::mem::replace(&mut self.stood_back, true) {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                self.stood_back = false;
                self.limiter.dispatch();
                continue;
            }
            self.waiter.waker.replace(Some(context.waker().clone()));
            self.set_timer();
            if self.is_steward() {
                continue;
            }
            let Some(timer) = &mut self.timer else { return Poll::Pending };
            if timer.sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.timer = None;
            self.limiter.dispatch();
        }
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        let changed = {
            let mut state = self.limiter.state.borrow_mut();
            if state.steward == Some((self.pool, self.place)) {
                state.steward = None;
            }
            let granted = self.waiter.grant.take();
            if let (Some(grant), Some(pool)) = (&granted, state.pools.get(self.pool)) {
                // Let through, but nobody was there any more to go.
                pool.take_back(grant);
                state.in_flight = state.in_flight.saturating_sub(1);
            }
            let left = state.pools.dequeue(self.pool, self.place);
            granted.is_some() || left.is_some()
        };
        if changed {
            self.limiter.dispatch_soon();
        }
    }
}
