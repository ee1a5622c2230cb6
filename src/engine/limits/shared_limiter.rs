//! A limit that other processes share. It is asked for one call of each queue at a time, the first of it, so that the longest
//! path still goes first. While it cannot be reached, the agent's own limits go on.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::limiter::Permit;
use crate::engine::run::Run;
use crate::json::json;
use crate::model::worker::Worker;
use crate::platform::address::host_of;

/// How long it is left alone after it could not be reached.
const LEFT_ALONE_MS: f64 = 5_000.0;

/// A limit that lives elsewhere.
pub trait SharedLimiter {
    /// Books one request that may use so many tokens. Whoever drops the future has not booked.
    fn book(&self, pool: &str, tokens: f64) -> LocalBoxFuture<'static, Result<Booked, String>>;
    /// What a booking used; nothing where the request was never sent.
    fn settle(&self, pool: &str, id: &str, tokens: Option<f64>);
    /// A server asked for a pause, until a date in milliseconds.
    fn pause(&self, pool: &str, until_ms: f64);
}

/// A place in the shared limit.
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

    fn to_ask(&self, now_ms: f64) -> Option<&Rc<dyn SharedLimiter>> {
        self.limiter.get().filter(|_| self.left_alone_until_ms.get() <= now_ms)
    }
}

/// What was booked for a request. Settled when it is dropped.
pub(in crate::engine) struct Booking {
    limiter: Rc<dyn SharedLimiter>,
    pool: String,
    id: String,
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

impl Run {
    /// Waits until the limit that other processes share lets the call go, too. Then it is for the next in its queue to ask.
    pub(in crate::engine) async fn book(&self, permit: &mut Permit, worker: &Worker, tokens: f64) {
        let Some(limiter) = self.agent.limiter.shared.to_ask(self.now_ms()) else {
            return permit.leave_head();
        };
        let pool = format!("{} {}", host_of(&worker.base_url), worker.model);
        match limiter.book(&pool, tokens).await {
            Ok(Booked { wait_ms, id }) => {
                let limiter = Rc::clone(limiter);
                permit.booking = Some(Booking { limiter, pool, id, tokens: Cell::new(None) });
                let mut wait_ms = wait_ms;
                while wait_ms > 0.0 {
                    self.agent.platform.sleep(wait_ms).await;
                    // Meanwhile a server may have asked for a pause.
                    wait_ms = permit.paused_for();
                }
            }
            Err(message) => {
                self.agent.limiter.shared.left_alone_until_ms.set(self.now_ms() + LEFT_ALONE_MS);
                let told = || json!({ "status": "unreachable", "model": worker.model, "message": message });
                self.progress.custom("limiter", &told);
            }
        }
        permit.leave_head();
    }
}
