//! A limit that other processes share. It is asked for one call of each queue at a time, the head,
//! so that the longest path still goes first. While it cannot be reached, the agent's own limits
//! hold.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use futures::future::LocalBoxFuture;

/// A limit that lives elsewhere.
pub trait SharedLimiter {
    /// Books one request that may use so many tokens. Whoever drops the future has not booked.
    fn book(&self, pool: &str, tokens: f64) -> LocalBoxFuture<'static, Result<Booked, String>>;
    /// What a booking used; nothing where the request was never sent.
    fn settle(&self, pool: &str, id: &str, tokens: Option<f64>);
    /// A server asked for a pause, until a date in milliseconds.
    fn pause(&self, pool: &str, until_ms: f64);
}

/// A booking in the shared limit.
#[derive(Debug)]
pub struct Booked {
    /// How long to wait before the request is sent.
    pub wait_ms: f64,
    /// Names the booking.
    pub id: String,
}

/// The shared limiter of an agent, if it has one.
#[derive(Default)]
pub(in crate::engine) struct Shared {
    limiter: OnceCell<Rc<dyn SharedLimiter>>,
    left_alone_until_ms: Cell<f64>,
}

impl Shared {
    pub fn set(&self, limiter: Rc<dyn SharedLimiter>) {
        // An agent has one, given before its first run.
        let _ = self.limiter.set(limiter);
    }

    pub fn is_there(&self) -> bool {
        self.limiter.get().is_some()
    }

    /// Leaves it alone until then, since it could not be reached.
    pub fn leave_alone(&self, until_ms: f64) {
        self.left_alone_until_ms.set(until_ms);
    }

    pub fn to_ask(&self, now_ms: f64) -> Option<&Rc<dyn SharedLimiter>> {
        self.limiter.get().filter(|_| self.left_alone_until_ms.get() <= now_ms)
    }
}

/// What was booked for a request. Settled when it is dropped.
pub(in crate::engine) struct Booking {
    pub limiter: Rc<dyn SharedLimiter>,
    pub pool: String,
    pub id: String,
    /// Nothing before the request is sent.
    pub tokens: Cell<Option<f64>>,
}

impl Booking {
    pub fn pause(&self, until_ms: f64) {
        self.limiter.pause(&self.pool, until_ms);
    }
}

impl Drop for Booking {
    fn drop(&mut self) {
        self.limiter.settle(&self.pool, &self.id, self.tokens.get());
    }
}
