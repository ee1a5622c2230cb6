//! What an agent's limits hold back at this moment: for dashboards and gauges. Changes nothing.

use serde::{Serialize, Serializer};

use super::pool::PoolStatus;
use crate::engine::agent::Agent;
use crate::json::{Value, json};
use crate::model::pool_key::PoolKey;

/// What waits and what is under way in an agent.
#[derive(Debug)]
pub struct Status {
    /// Calls under way.
    in_flight: usize,
    pools: Vec<(PoolKey, PoolStatus)>,
    /// The difference between the calendar and the platform's clock.
    date_offset_ms: f64,
}

impl Agent {
    /// What waits and what is under way.
    #[must_use]
    pub fn status(&self) -> Status {
        let platform = &self.platform;
        self.limiter.look(|in_flight, pools, now_ms| Status {
            in_flight,
            pools: pools.keyed().map(|(key, pool)| (key.clone(), pool.status(now_ms))).collect(),
            date_offset_ms: platform.date_ms() - now_ms,
        })
    }
}

impl Status {
    /// A row for each pool.
    #[must_use]
    pub fn pools(&self) -> Value {
        self.pools.iter().map(|(key, pool)| self.row(key, pool)).collect()
    }

    fn row(&self, key: &PoolKey, pool: &PoolStatus) -> Value {
        let paused_until_ms = pool.paused_until_ms.map(|at_ms| (at_ms + self.date_offset_ms).round());
        json!({
            "model": key.model,
            "host": key.host(),
            "queued": pool.queued,
            "inFlight": pool.in_flight,
            "pausedUntilMs": paused_until_ms,
            "level": pool.level,
            "requestsUsed": pool.requests_used,
            "tokensUsed": pool.tokens_used,
            "limits": pool.limits,
        })
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let queued: usize = self.pools.iter().map(|(_, pool)| pool.queued).sum();
        json!({ "queued": queued, "inFlight": self.in_flight, "pools": self.pools() }).serialize(serializer)
    }
}
