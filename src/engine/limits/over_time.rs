//! A limit over time. Where the server was closed for long, its rate is what got through from one
//! opening to the next.
//!
//! To find such a limit anew costs refusals: those of the calls under way, and those of the single
//! calls that find out when it is open again. So the rate grows to twice the limit at the most
//! before a further period is over; and where the limit was found twice to be the same, it grows
//! the slower the more was refused. A server that names the wait needs no such calls: its limit can
//! be used up early in each period. Only where that is a few calls, one refusal in each period is
//! many. Where next to nothing got through, there is no limit that is known: others may have used
//! it up, or the server may have been closed for anything.
//!
//! In a window that slides, calls that went together are let through again together, a period
//! later. Such a burst gets shorter each time. Once no pause is long any more, the rate stays near
//! the limit: else it would go far beyond it, again and again.

use super::cubic::{Cubic, KEPT, KEPT_OF_KNOWN};
use super::throughput::Period;

/// The rate after a long pause is at least this share of the one after the pause before.
const FLOOR: f64 = 0.5;
/// The number of answers that bring the rate back to where it was cut, after a long pause; and
/// where the limit is known, for each refused call.
const ANSWERS_ANEW: f64 = 12.0;
const ANSWERS_A_REFUSAL: f64 = 12.0;
/// Of fewer answers nothing is known.
const FEW: f64 = 3.0;
/// Two rates are the same limit if one is no more than so many times the other.
const ALIKE: f64 = 1.25;
/// Where the rate keeps to a known limit, it grows within so many answers to the limit.
const ANSWERS_KEPT: f64 = 60.0;
/// Of so few calls a period, one refusal is many.
const FEW_A_PERIOD: f64 = 30.0;
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
    /// Whether two periods came to the same rate.
    is_known: bool,
    period_ms: f64,
    /// The time between two calls of a known limit for which the server names its waits. Where
    /// calls have to find out, the rate may be far too low.
    pub named_gap_ms: f64,
}

impl OverTime {
    /// The server is open again after a wait that it named. Gives the rate to go on with, if
    /// something is known of a limit.
    pub fn reopened(&mut self, period: &Period) -> Option<Cubic> {
        let anew = self.measure(period, AHEAD_NAMED);
        self.named_gap_ms = if self.is_known { 1.0 / self.rate } else { 0.0 };
        if !self.is_known || period.calls >= FEW_A_PERIOD {
            return anew;
        }
        self.most = self.rate * ALIKE;
        Some(Cubic::known(self.rate, ANSWERS_KEPT))
    }

    /// The server is open again, as calls found out.
    pub fn found_open(&mut self, period: &Period) -> Option<Cubic> {
        self.named_gap_ms = 0.0;
        let anew = self.measure(period, AHEAD_FOUND);
        if !self.is_known {
            return anew;
        }
        Some(Cubic::known(self.rate, (period.refusals * ANSWERS_A_REFUSAL).max(ANSWERS_ANEW)))
    }

    fn measure(&mut self, period: &Period, ahead: f64) -> Option<Cubic> {
        let Period { calls, answers, ms, ended_at_ms, .. } = *period;
        let is_new = !self.is_found();
        if is_new && answers < FEW {
            return None;
        }
        let rate = calls / ms;
        self.is_known = (self.rate / ALIKE..self.rate * ALIKE).contains(&rate);
        // Where next to nothing got through, the rate of before says more.
        self.rate = rate.max(self.rate * FLOOR);
        let are_few = is_new && answers < ANSWERS_ANEW;
        self.most = if are_few { f64::INFINITY } else { self.rate * ahead };
        self.until_ms = ended_at_ms + ms;
        self.period_ms = ms;
        Some(Cubic::new(self.rate / KEPT, if are_few { answers } else { ANSWERS_ANEW }))
    }

    /// Whether something is known of a limit.
    pub fn is_found(&self) -> bool {
        self.rate > 0.0
    }

    /// A refusal has cut the rate.
    pub fn refused(&mut self, now_ms: f64) {
        let near = self.rate * ALIKE;
        if now_ms >= self.until_ms || self.most == near {
            self.most = near;
            self.until_ms = now_ms + self.period_ms;
        }
    }

    /// A rate that keeps to a known limit, if there is one, after `cut`: that one, if it does. Few
    /// calls a period may be none, unless the wait was named: such a rate may grow.
    pub fn kept(&self, cut: Cubic) -> Option<Cubic> {
        if !self.is_known {
            return None;
        }
        let is_low = cut.rate() < self.rate * KEPT_OF_KNOWN;
        let is_sure = self.named_gap_ms > 0.0 || self.rate * self.period_ms >= FEW_A_PERIOD;
        let is_high = is_sure && cut.rate() > self.rate;
        let keeps = !is_low && !is_high;
        Some(if keeps { cut } else { Cubic::known(self.rate, ANSWERS_KEPT) })
    }

    /// The rate up to which it grows, if there is such a limit.
    pub fn most(&self, now_ms: f64) -> Option<f64> {
        let most = if now_ms < self.until_ms { self.most } else { f64::INFINITY };
        self.is_found().then_some(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: f64 = 60_000.0;

    /// A minute in which so many got through.
    fn minute(calls: f64, refusals: f64) -> Period {
        Period { calls, answers: calls, refusals, ms: MINUTE_MS, ended_at_ms: MINUTE_MS }
    }

    /// How many answers bring a rate to so many calls a minute.
    fn answers_to(cubic: Option<Cubic>, calls: f64) -> usize {
        let mut cubic = cubic.unwrap();
        let is_below = |_: &i32| {
            cubic.answered();
            cubic.rate() < calls / MINUTE_MS
        };
        (0..).take_while(is_below).count()
    }

    #[test]
    fn where_hardly_any_got_through_the_rate_is_not_given_up_at_once() {
        let mut limit = OverTime::default();
        assert_eq!(limit.reopened(&minute(600.0, 0.0)).unwrap().rate(), 0.01);
        assert_eq!(limit.reopened(&minute(0.0, 0.0)).unwrap().rate(), 0.005);
    }

    #[test]
    fn a_server_that_was_closed_from_the_start_has_no_limit_that_is_known() {
        let mut limit = OverTime::default();
        assert!(limit.found_open(&minute(1.0, 20.0)).is_none());
        assert!(limit.reopened(&minute(2.0, 0.0)).is_none());
        assert_eq!(limit.most(0.0), None);
        // Of few calls, little is known: the rate grows soon, and as far as it may.
        let cubic = limit.found_open(&minute(3.0, 20.0));
        assert!(answers_to(cubic, 60.0) < 20);
        assert_eq!(limit.most(MINUTE_MS), Some(f64::INFINITY));
    }

    #[test]
    fn a_limit_that_calls_found_twice_is_kept_and_asked_for_more_after_many_answers() {
        let mut limit = OverTime::default();
        let mut found = |calls| limit.found_open(&minute(calls, 20.0));
        assert!(answers_to(found(600.0), 690.0) < 12, "others may have used a part of it");
        assert!(answers_to(found(630.0), 630.0) > 200);
        assert!(answers_to(found(1_200.0), 1_380.0) < 12, "it has changed");
    }

    #[test]
    fn the_rate_grows_to_twice_the_limit_until_a_period_without_a_pause_is_over() {
        let mut limit = OverTime::default();
        assert_eq!(limit.most(0.0), None);
        limit.found_open(&minute(600.0, 0.0));
        assert_eq!(limit.most(2.0 * MINUTE_MS - 1.0), Some(0.02));
        assert_eq!(limit.most(2.0 * MINUTE_MS), Some(f64::INFINITY));
    }

    #[test]
    fn a_limit_of_a_few_calls_a_period_is_kept_to_once_named_waits_have_shown_it_twice() {
        let mut limit = OverTime::default();
        assert!(answers_to(limit.reopened(&minute(5.0, 0.0)), 5.0) < 12);
        assert_eq!(limit.named_gap_ms, 0.0, "a single pause may have had another reason");
        assert!(answers_to(limit.reopened(&minute(5.0, 0.0)), 5.0) > 50);
        assert_eq!(limit.named_gap_ms, 12_000.0);
        assert_eq!(limit.most(MINUTE_MS), Some(5.0 / MINUTE_MS * ALIKE));
        limit.found_open(&minute(5.0, 0.0));
        assert_eq!(limit.named_gap_ms, 0.0);
    }

    #[test]
    fn the_rate_stays_near_the_limit_while_calls_are_refused_and_no_pause_is_long() {
        let mut limit = OverTime::default();
        let most = |limit: &OverTime, minutes: f64| limit.most(minutes * MINUTE_MS).unwrap();
        limit.reopened(&minute(600.0, 0.0));
        limit.refused(1.5 * MINUTE_MS);
        assert_eq!(most(&limit, 1.5), 0.08, "the period is not over");
        limit.refused(2.0 * MINUTE_MS);
        limit.refused(2.5 * MINUTE_MS);
        assert_eq!(most(&limit, 3.4), 0.0125);
        assert_eq!(most(&limit, 3.5), f64::INFINITY, "none was refused for a minute");
        limit.reopened(&minute(600.0, 0.0));
        assert_eq!(most(&limit, 1.5), 0.08, "there was a long pause");
    }

    #[test]
    fn a_rate_that_other_refusals_cut_is_brought_back_to_a_known_limit() {
        let mut limit = OverTime::default();
        let cut = |calls: f64| Cubic::known(calls / MINUTE_MS, 1.0);
        limit.found_open(&minute(600.0, 0.0));
        assert!(limit.kept(cut(120.0)).is_none(), "a single pause may have had another reason");
        limit.found_open(&minute(600.0, 0.0));
        for calls in [120.0, 1_200.0] {
            assert_eq!(limit.kept(cut(calls)).unwrap().rate(), 0.0095);
        }
        assert_eq!(limit.kept(cut(612.0)).unwrap().rate(), 0.0102 * 0.95, "it keeps to it");
    }
}
