//! Booking: a call that has its permit is also booked in the limit that other processes share.

use std::cell::Cell;
use std::rc::Rc;

use crate::engine::limits::limiter::Permit;
use crate::engine::limits::shared_limiter::{Booked, Booking};
use crate::engine::run::Run;
use crate::json::json;
use crate::model::worker::Worker;

/// How long a shared limiter is left alone after it could not be reached.
const LEFT_ALONE_MS: f64 = 5_000.0;

impl Run {
    /// Waits until the limit that other processes share lets the call go as well. Then the next
    /// call of its queue may ask.
    pub(super) async fn book(&self, permit: &mut Permit, worker: &Worker, tokens: f64) {
        let Some(limiter) = self.agent.limiter.shared.to_ask(self.now_ms()) else {
            return permit.leave_head();
        };
        let pool = worker.pool().shared_name();
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
                self.agent.limiter.shared.leave_alone(self.now_ms() + LEFT_ALONE_MS);
                let details =
                    || json!({ "status": "unreachable", "model": worker.model, "message": message });
                self.progress.custom("limiter", &details);
            }
        }
        permit.leave_head();
    }
}
