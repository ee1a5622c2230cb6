//! A limit over time. Where the server was closed for long, its rate is what got through from one
//! opening to the next.
//!
//! To find such a limit anew costs refusals: those of the calls under way, and those of the single
//! calls that find out when it is open again. So the rate grows to twice the limit at the most
//! before a further period is over; and where the limit was found twice to be the same, it grows
//! the slower the more was refused. A server that names the wait needs no such calls: its limit can
//! be used up early in each period.

use super::cubic::{Cubic, KEPT};

/// The rate after a long pause is at least this share of the one after the pause before.
const FLOOR: f64 = 0.5;
/// The number of answers that bring the rate back to where it was cut, after a long pause; and
/// where the limit is known, for each refused call.
const ANSWERS_ANEW: f64 = 12.0;
const ANSWERS_A_REFUSAL: f64 = 12.0;
/// Two rates are the same limit if one is no more than so many times the other.
const ALIKE: f64 = 1.25;
/// Where less than this share of the limit gets through, it is not what refuses calls.
const USED: f64 = 0.75;
/// The rate grows to so many times the limit before a period is over: where the wait was named, and
/// where calls found out.
const AHEAD_NAMED: f64 = 8.0;
const AHEAD_FOUND: f64 = 2.0;

#[derive(Debug, Default)]
pub(in crate::engine) struct OverTime {
    /// In calls a millisecond.
    rate: f64,
    /// The rate up to which it grows before a further period is over, and when that is.
    most: f64,
    until_ms: f64,
}

impl OverTime {
    /// The server is open again at `now_ms`, after a wait that it named. `rate` got through in the
    /// last `period_ms`.
    pub fn reopened(&mut self, rate: f64, period_ms: f64, now_ms: f64) -> Cubic {
        // Where next to nothing got through, the rate of before says more.
        self.rate = rate.max(self.rate * FLOOR);
        self.most = self.rate * AHEAD_NAMED;
        self.until_ms = now_ms + period_ms;
        Cubic::new(self.rate / KEPT, ANSWERS_ANEW)
    }

    /// The server is open again, as calls found out, of which so many were refused.
    pub fn found_open(&mut self, rate: f64, refusals: f64, period_ms: f64, now_ms: f64) -> Cubic {
        let is_known = (self.rate / ALIKE..self.rate * ALIKE).contains(&rate);
        let anew = self.reopened(rate, period_ms, now_ms);
        self.most = self.rate * AHEAD_FOUND;
        if !is_known {
            return anew;
        }
        Cubic::known(self.rate, (refusals * ANSWERS_A_REFUSAL).max(ANSWERS_ANEW))
    }

    /// Whether it may be what refuses calls, where `rate` gets through.
    pub fn may_refuse(&self, rate: f64, now_ms: f64) -> bool {
        self.is_in_period(now_ms) || self.rate > 0.0 && rate >= self.rate * USED
    }

    /// Whether the period after a long pause is not over yet.
    fn is_in_period(&self, now_ms: f64) -> bool {
        now_ms < self.until_ms
    }

    /// The rate up to which it grows, if there is such a limit.
    pub fn most(&self, now_ms: f64) -> Option<f64> {
        let most = if self.is_in_period(now_ms) { self.most } else { f64::INFINITY };
        (self.rate > 0.0).then_some(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: f64 = 60_000.0;

    #[test]
    fn where_hardly_any_got_through_the_rate_is_not_given_up_at_once() {
        let mut limit = OverTime::default();
        assert_eq!(limit.reopened(0.01, MINUTE_MS, 0.0).rate(), 0.01);
        assert_eq!(limit.reopened(0.0, MINUTE_MS, 0.0).rate(), 0.005);
    }

    #[test]
    fn a_limit_that_calls_found_twice_is_kept_and_asked_for_more_after_many_answers() {
        let mut limit = OverTime::default();
        let found = |limit: &mut OverTime, rate| limit.found_open(rate, 20.0, MINUTE_MS, 0.0);
        let answers = |mut cubic: Cubic, rate: f64| {
            (0..)
                .take_while(|_| {
                    cubic.answered();
                    cubic.rate() < rate
                })
                .count()
        };
        assert!(answers(found(&mut limit, 0.01), 0.0115) < 12, "others may have used a part of it");
        assert!(answers(found(&mut limit, 0.0105), 0.0105) > 200);
        assert!(answers(found(&mut limit, 0.02), 0.023) < 12, "it has changed");
    }

    #[test]
    fn the_rate_grows_to_twice_the_limit_until_a_period_without_a_pause_is_over() {
        let mut limit = OverTime::default();
        assert_eq!(limit.most(0.0), None);
        limit.found_open(0.01, 0.0, MINUTE_MS, 5_000.0);
        assert_eq!(limit.most(64_999.0), Some(0.02));
        assert_eq!(limit.most(65_000.0), Some(f64::INFINITY));
    }

    #[test]
    fn it_refuses_calls_while_most_of_it_is_used() {
        let mut limit = OverTime::default();
        assert!(!limit.may_refuse(1.0, 0.0));
        limit.found_open(0.01, 0.0, MINUTE_MS, 0.0);
        assert!(limit.may_refuse(0.001, 1.0), "calls may have come together");
        assert!(limit.may_refuse(0.008, MINUTE_MS) && !limit.may_refuse(0.007, MINUTE_MS));
    }
}
