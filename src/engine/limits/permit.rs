//! The right to send one call, and what becomes of it.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use super::learned::Failed;
use super::limiter::Limiter;
use super::pool::{Grant, Pool};
use super::pools::PoolId;
use super::shared_limiter::Booking;
use crate::model::rate_limit::RateLimits;

/// A call of a pool, from before its first try to after its last.
#[derive(Debug)]
pub(in crate::engine) struct Member {
    limiter: Rc<Limiter>,
    pub pool: PoolId,
}

impl Member {
    pub fn new(limiter: &Rc<Limiter>, pool: PoolId) -> Self {
        let now = limiter.platform.now_ms();
        limiter.with_pool(pool, |pool| pool.join(now));
        Self { limiter: Rc::clone(limiter), pool }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.limiter.with_pool(self.pool, |pool| pool.members = pool.members.saturating_sub(1));
    }
}

/// The right to have one call under way. Dropping it frees the slot for the next call.
pub struct Permit {
    limiter: Rc<Limiter>,
    pool: PoolId,
    grant: Grant,
    /// Whether the shared limiter is still being asked for this call, and for no other of its
    /// queue.
    is_head: Cell<bool>,
    pub(in crate::engine) booking: Option<Booking>,
}

impl Permit {
    pub(in crate::engine) fn new(limiter: Rc<Limiter>, pool: PoolId, grant: Grant) -> Self {
        let is_head = Cell::new(limiter.shared.is_there());
        Self { limiter, pool, grant, is_head, booking: None }
    }

    /// The shared limiter was asked for this call. Now it may be asked for the next one.
    pub(in crate::engine) fn leave_head(&self) {
        if self.is_head.replace(false) {
            self.with_pool(|pool| pool.asking = false);
            self.limiter.schedule_dispatch();
        }
    }

    /// How much longer the pause lasts that a server asked for.
    pub(in crate::engine) fn paused_for(&self) -> f64 {
        let now = self.limiter.platform.now_ms();
        self.limiter.with_pool(self.pool, |pool| pool.paused_until_ms() - now).unwrap_or_default()
    }

    /// The request is sent. From now on it counts, whatever becomes of it.
    pub(in crate::engine) fn sent(&self, tokens: f64) {
        if let Some(booking) = &self.booking {
            booking.tokens.set(Some(tokens));
        }
    }

    /// Counts what the call really used, and takes in what the answer said of the server's limits.
    pub fn settle(&self, tokens: f64, limits: &RateLimits) {
        let now = self.limiter.platform.now_ms();
        self.sent(tokens);
        self.with_pool(|pool| pool.settle(&self.grant, tokens, limits, now));
    }

    /// The call was answered.
    pub fn answered(&self) {
        let now = self.limiter.platform.now_ms();
        self.with_pool(|pool| pool.answered(&self.grant, now));
    }

    /// The call failed in a way that may be gone the next time. Slows down, or holds back, every
    /// call that shares this limit. Returns whether the call may queue again without using up a
    /// retry.
    pub fn failed(&self, failed: Failed) -> bool {
        let now = self.limiter.platform.now_ms();
        let may_queue = self.limiter.with_pool(self.pool, |pool| pool.failed(&self.grant, failed, now));
        if let (Some(booking), Some(wait_ms)) = (&self.booking, failed.named_ms)
            && self.paused_for() > 0.0
        {
            booking.pause(self.limiter.platform.date_ms() + wait_ms);
        }
        may_queue.unwrap_or_default()
    }

    /// Whether another server is to be asked instead, if there is one.
    pub(in crate::engine) fn is_closed(&self) -> bool {
        let now = self.limiter.platform.now_ms();
        self.limiter.with_pool(self.pool, |pool| pool.closed(now).is_some()).unwrap_or_default()
    }

    /// The call came to its first outcome.
    pub(in crate::engine) fn first_outcome(&self, failed: bool) {
        self.with_pool(|pool| pool.first_outcome(failed));
    }

    /// Whether so many failures of the call need no cause of its own.
    pub(in crate::engine) fn explains(&self, failures: u32) -> bool {
        self.limiter.with_pool(self.pool, |pool| pool.explains(failures)).unwrap_or_default()
    }

    /// How long the refused call waits at most, unless the server has named the wait.
    pub(in crate::engine) fn longest_wait_ms(&self) -> f64 {
        self.limiter.with_pool(self.pool, |pool| pool.longest_wait_ms(&self.grant)).unwrap_or(f64::INFINITY)
    }

    /// How long the answer was, in tokens.
    pub(in crate::engine) fn note_length(&self, tokens: u64) {
        self.with_pool(|pool| pool.longest_answer = pool.longest_answer.max(Some(tokens)));
    }

    fn with_pool(&self, change: impl FnOnce(&mut Pool)) {
        self.limiter.with_pool(self.pool, change);
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Permit").field("grant", &self.grant).finish_non_exhaustive()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.limiter.state.borrow_mut();
            state.in_flight = state.in_flight.saturating_sub(1);
            if let Some(pool) = state.pools.get(self.pool) {
                pool.leave();
                pool.asking &= !self.is_head.get();
            }
        }
        self.limiter.schedule_dispatch();
    }
}
