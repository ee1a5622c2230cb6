//! What the headers of a server say is left of its limits, less what was sent since.

use crate::model::rate_limit::{Quota, RateLimits};

/// All that was granted so far in a pool.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Sent {
    requests: f64,
    tokens: f64,
}

/// What is left of one limit until the server fills it again.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    left: f64,
    until_ms: f64,
}

impl Allowance {
    fn opens_at(&self, now_ms: f64, amount: f64) -> f64 {
        if self.left >= amount { now_ms } else { self.until_ms.max(now_ms) }
    }
}

/// The limits of a server, as far as it tells them.
#[derive(Debug, Default)]
pub(in crate::engine) struct ServerQuota {
    sent: Sent,
    requests: Option<Allowance>,
    tokens: Option<Allowance>,
}

impl ServerQuota {
    /// When a call that may use `tokens` fits into what is left.
    pub fn opens_at(&self, now_ms: f64, tokens: f64) -> f64 {
        [(self.requests, 1.0), (self.tokens, tokens)]
            .into_iter()
            .filter_map(|(allowance, amount)| allowance.map(|allowance| allowance.opens_at(now_ms, amount)))
            .fold(now_ms, f64::max)
    }

    /// Drops what the server has filled again.
    pub fn expire(&mut self, now_ms: f64) {
        for allowance in [&mut self.requests, &mut self.tokens] {
            *allowance = allowance.filter(|allowance| allowance.until_ms > now_ms);
        }
    }

    /// A call is granted. Gives all that was granted so far, with it.
    pub fn take(&mut self, tokens: f64) -> Sent {
        self.add(1.0, tokens);
        self.sent
    }

    /// A granted call was not sent.
    pub fn take_back(&mut self, tokens: f64) {
        self.add(-1.0, -tokens);
    }

    fn add(&mut self, requests: f64, tokens: f64) {
        self.sent.requests += requests;
        self.sent.tokens += tokens;
        for (allowance, amount) in [(&mut self.requests, requests), (&mut self.tokens, tokens)] {
            if let Some(allowance) = allowance {
                allowance.left -= amount;
            }
        }
    }

    /// The headers of the answer to a call for which [`ServerQuota::take`] gave `sent`. The server
    /// had counted the calls up to that one; what was granted since comes off as well.
    pub fn heard(&mut self, limits: &RateLimits, sent: Sent, now_ms: f64) {
        let allow = |quota: Quota, since: f64| Allowance {
            left: quota.remaining - since,
            until_ms: now_ms + quota.resets_in_ms,
        };
        if let Some(quota) = limits.requests {
            self.requests = Some(allow(quota, self.sent.requests - sent.requests));
        }
        if let Some(quota) = limits.tokens {
            self.tokens = Some(allow(quota, self.sent.tokens - sent.tokens));
        }
    }
}
