//! What the failure of one call means for the others of its pool.

use crate::engine::limits::backoff::{Trouble, trouble};
use crate::engine::limits::limiter::{Failed, Permit};
use crate::engine::run::Run;
use crate::error::Failure;
use crate::json::json;

impl Run {
    /// Slows down, or holds back, all calls of the pool, as far as the failure of one says
    /// something of all. Whether that call may queue again without using up a retry.
    pub(super) fn apply_backpressure(
        &self,
        model: &str,
        permit: &Permit,
        failure: &Failure,
        wait_ms: f64,
    ) -> bool {
        if !failure.transient {
            return false;
        }
        let trouble = trouble(failure);
        let named_ms = failure.retry_after_ms;
        if trouble == Trouble::Limited || named_ms.is_some() && trouble != Trouble::Passing {
            let until_ms = self.agent.platform.date_ms() + wait_ms;
            self.progress.custom("rateLimit", &|| {
                json!({
                    "model": model,
                    "pauseMs": wait_ms.round(),
                    "untilMs": until_ms.round(),
                })
            });
        }
        permit.failed(Failed {
            trouble,
            named_ms,
            max_wait_ms: self.policy.max_wait_ms,
            random: self.agent.platform.random(),
        })
    }
}
