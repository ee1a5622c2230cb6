//! All limits over time that the caller has set for a pool.

use super::window::Window;
use crate::engine::settings::{Pacing, RateLimit, Unit};
use crate::json::{Value, json};

/// The windows of one pool.
#[derive(Debug)]
pub(in crate::engine) struct Windows {
    all: Vec<(RateLimit, Window)>,
    pacing: Pacing,
    /// Whether the server refuses calls although they keep to these limits.
    pub is_refused: bool,
}

impl Windows {
    pub fn new(limits: &[RateLimit], pacing: Pacing) -> Self {
        let window = |limit: &RateLimit| (*limit, Window::new(limit.amount, limit.period.ms()));
        Self { all: limits.iter().map(window).collect(), pacing, is_refused: false }
    }

    /// Whether calls are spread evenly over the periods that are short enough.
    fn is_even(&self) -> bool {
        match self.pacing {
            Pacing::Burst => false,
            Pacing::Smooth => true,
            Pacing::Adaptive => self.is_refused,
        }
    }

    /// When a call that may use `tokens` fits into all of them.
    pub fn opens_at(&mut self, now_ms: f64, tokens: f64) -> f64 {
        let is_even = self.is_even();
        let opens_at = |(limit, window): &mut (RateLimit, Window)| {
            let at_ms = window.opens_at(now_ms, limit.unit.amount(tokens));
            if is_even && limit.period.is_short() { at_ms.max(window.even_at_ms()) } else { at_ms }
        };
        self.all.iter_mut().map(opens_at).fold(now_ms, f64::max)
    }

    pub fn take(&mut self, call: u64, now_ms: f64, tokens: f64) {
        let is_even = self.is_even();
        for (limit, window) in &mut self.all {
            window.take(call, now_ms, limit.unit.amount(tokens), is_even);
        }
    }

    /// A call may have used `estimated` tokens, and did use `used`.
    pub fn settle(&mut self, call: u64, now_ms: f64, estimated: f64, used: f64) {
        for (limit, window) in &mut self.all {
            window.settle(call, now_ms, limit.unit.amount(estimated), limit.unit.amount(used));
        }
    }

    /// The call was never sent.
    pub fn take_back(&mut self, call: u64, estimated: f64) {
        for (limit, window) in &mut self.all {
            window.settle(call, f64::NEG_INFINITY, limit.unit.amount(estimated), 0.0);
        }
    }

    /// Whether nothing counts any more.
    pub fn are_empty(&mut self, now_ms: f64) -> bool {
        self.all.iter_mut().all(|(_, window)| window.opens_at(now_ms, f64::INFINITY) <= now_ms)
    }

    /// The share of the limit of requests, or of tokens, that is used; of the fullest where there
    /// are several.
    pub fn used(&mut self, unit: Unit, now_ms: f64) -> Option<f64> {
        let of_unit = self.all.iter_mut().filter(|(limit, _)| limit.unit == unit);
        of_unit.map(|(_, window)| window.used(now_ms)).reduce(f64::max)
    }

    /// A row for each limit.
    pub fn rows(&mut self, now_ms: f64) -> Value {
        let row = |(limit, window): &mut (RateLimit, Window)| {
            let amount_of = |unit| Some(limit.amount).filter(|_| limit.unit == unit);
            json!({
                "requests": amount_of(Unit::Requests),
                "tokens": amount_of(Unit::Tokens),
                "per": limit.period.name(),
                "used": window.used(now_ms),
            })
        };
        self.all.iter_mut().map(row).collect()
    }
}
