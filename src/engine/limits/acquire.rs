//! The future of a permit: waits for its turn and for the limits over time. On drop it leaves the
//! queue and returns a grant that was not used.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::future::LocalBoxFuture;

use super::limiter::{Limiter, Patience, Permit, PoolId};
use super::pool::{Closed, Grant};
use super::queue::{QueueKey, Waiter};

/// Waits for a [`Permit`].
pub struct Acquire {
    limiter: Rc<Limiter>,
    pool: PoolId,
    key: QueueKey,
    waiter: Rc<Waiter>,
    patience: Patience,
    timer: Option<Timer>,
    /// Whether it has waited for one poll before it runs the dispatch.
    yielded: bool,
}

struct Timer {
    at_ms: f64,
    sleep: LocalBoxFuture<'static, ()>,
}

impl Acquire {
    pub(in crate::engine) fn new(
        limiter: Rc<Limiter>,
        (pool, key): (PoolId, QueueKey),
        waiter: Rc<Waiter>,
        patience: Patience,
    ) -> Self {
        Self { limiter, pool, key, waiter, patience, timer: None, yielded: false }
    }

    /// When this call may go, if it is the head of its queue and only a time holds it back.
    fn opens_at(&self, now_ms: f64) -> Option<f64> {
        let mut state = self.limiter.state.borrow_mut();
        if !state.has_room(self.limiter.most(), self.key) {
            return None;
        }
        let pool = state.pools.get(self.pool)?;
        let next = pool.next(now_ms).filter(|&(head, _)| head == self.key)?;
        pool.timer_armed_for = Some(next);
        Some(next.1)
    }

    /// Notes that this call has no timer.
    fn disarm(&self) {
        if let Some(pool) = self.limiter.state.borrow_mut().pools.get(self.pool) {
            pool.timer_armed_for = pool.timer_armed_for.filter(|&(head, _)| head != self.key);
        }
    }

    /// Queues again with the same key if the server asked for a pause between the grant and now.
    fn requeue(&mut self, grant: &Grant) -> bool {
        let now = self.limiter.platform.now_ms();
        let mut state = self.limiter.state.borrow_mut();
        let Some(pool) = state.pools.get(self.pool).filter(|pool| pool.paused_until_ms() > now) else {
            return false;
        };
        pool.take_back(grant);
        state.in_flight = state.in_flight.saturating_sub(1);
        state.enqueue((self.pool, self.key), &self.waiter);
        true
    }

    /// Why this call does not wait any longer, if it does not.
    fn is_closed(&self) -> Option<Closed> {
        let now = self.limiter.platform.now_ms();
        let mut state = self.limiter.state.borrow_mut();
        let pool = state.pools.get(self.pool)?;
        let Patience { until_ms, wait_ms, is_last } = self.patience;
        if !is_last && let Some(closed) = pool.closed(now) {
            return Some(closed);
        }
        let opens_at_ms = pool.unwelcome_until_ms(self.waiter.tokens, now)?;
        let is_too_late = opens_at_ms >= until_ms || opens_at_ms - now > wait_ms;
        is_too_late.then_some(Closed::Paused { opens_at_ms })
    }

    fn is_dispatcher(&self) -> bool {
        self.limiter.state.borrow().dispatcher == Some((self.pool, self.key))
    }

    /// Sets a timer if only a time holds this call back. If it can go already, it runs the next
    /// dispatch.
    fn set_timer(&mut self) {
        let now = self.limiter.platform.now_ms();
        match self.opens_at(now) {
            None => {
                self.timer = None;
                self.disarm();
            }
            // A real timer fires late. By then the pool is open.
            Some(at_ms) if at_ms <= now => {
                self.timer = None;
                self.limiter.state.borrow_mut().dispatcher.get_or_insert((self.pool, self.key));
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
    type Output = Result<Permit, Closed>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            if let Some(grant) = self.waiter.grant.take()
                && !self.requeue(&grant)
            {
                return Poll::Ready(Ok(Permit::new(Rc::clone(&self.limiter), self.pool, grant)));
            }
            if let Some(closed) = self.is_closed() {
                return Poll::Ready(Err(closed));
            }
            if self.is_dispatcher() {
                if !std::mem::replace(&mut self.yielded, true) {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                self.yielded = false;
                self.limiter.dispatch();
                continue;
            }
            self.waiter.waker.replace(Some(context.waker().clone()));
            self.set_timer();
            if self.is_dispatcher() {
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
            if state.dispatcher == Some((self.pool, self.key)) {
                state.dispatcher = None;
            }
            let granted = self.waiter.grant.take();
            if let (Some(grant), Some(pool)) = (&granted, state.pools.get(self.pool)) {
                // The grant came, and the call that it was for is gone.
                pool.take_back(grant);
                state.in_flight = state.in_flight.saturating_sub(1);
            }
            let left = state.pools.dequeue(self.pool, self.key);
            granted.is_some() || left.is_some()
        };
        if changed {
            self.limiter.schedule_dispatch();
        }
    }
}
