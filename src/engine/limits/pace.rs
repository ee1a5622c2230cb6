//! The rate that a server lets through, learned from its refusals. A refusal cuts the rate, and
//! answers let it grow again (`cubic.rs`). Before the first refusal there is no rate. Right
//! before a refusal about as many calls get through as the limit allows: a cut goes by what got
//! through lately (`throughput.rs`). Once the rate is twice that of its cut, the cut may have had
//! another cause. Then a refusal that costs little cuts it only when there are several.
//!
//! A limit that is used up is asked by single calls (`probes.rs`).

use super::cubic::{Cubic, FEW_ANSWERS};
use super::over_time::OverTime;
use super::probes::{LONGEST_GAPS, LONGEST_MS, Probes};
use super::refused_share::RefusedShare;
use super::spacing::{Spaced, Spacing};
use super::throughput::Throughput;

/// The rate grows up to so many times what gets through.
const AHEAD: f64 = 2.0;
/// The rate stays above this share of the most that got through for long.
const FLOOR: f64 = 0.7;
/// After a pause this long the rate is measured anew.
const LONG_PAUSE_MS: f64 = 5_000.0;

#[derive(Debug, Default)]
pub(in crate::engine) struct Pace {
    throughput: Throughput,
    spacing: Spacing,
    over_time: OverTime,
    cut: Option<Cubic>,
    /// Where the rate had last been cut when refusals by chance set calls free.
    freed_at: f64,
    share: RefusedShare,
    probes: Probes,
}

impl Pace {
    /// Counts anew what gets through: nothing was asked for in between.
    pub fn start(&mut self, now_ms: f64) {
        self.throughput.start(now_ms);
    }

    /// There may be more or fewer calls at once from now on.
    pub fn level_changed(&mut self, now_ms: f64) {
        self.throughput.changed(now_ms);
    }

    /// When the next call may go.
    pub fn opens_at(&self) -> f64 {
        if self.cut.is_some() { self.spacing.next_at_ms } else { f64::NEG_INFINITY }
    }

    /// A call is sent. Where the limit is open, so many go `together`: a rate that chance has cut
    /// would never recover. `others_wait` where nothing but the rate holds others back.
    pub fn sent(&mut self, now_ms: f64, together: usize, others_wait: bool) -> Spaced {
        self.throughput.sent();
        self.share.sent();
        let Some(cut) = &self.cut else { return Spaced::default() };
        let interval_ms = self.interval_ms(cut.rate());
        let spaced = self.spacing.sent(now_ms, interval_ms, self.room(together), others_wait);
        if let Some(wait_ms) = self.probes.outcome_wait_ms() {
            self.spacing.not_before(now_ms + wait_ms);
        }
        spaced
    }

    /// How many calls may be under way even where the adaptive limit is lower, so that a few can go
    /// together.
    pub fn room(&self, together: usize) -> usize {
        if self.cut.is_some() && self.probes.is_open() { together } else { 0 }
    }

    /// The time between two calls that get through.
    pub fn gap_ms(&self, now_ms: f64) -> f64 {
        1.0 / self.cut.as_ref().map_or_else(|| self.throughput.rate(now_ms), Cubic::rate)
    }

    /// By when one more call has got through in all likelihood, as far as a limit is the cause.
    pub fn next_within_ms(&self, now_ms: f64) -> f64 {
        LONGEST_GAPS / self.throughput.rate(now_ms)
    }

    /// Call `call` was answered, which was sent at `sent_at_ms`. `is_held` where the rate held it
    /// back.
    pub fn answered(&mut self, call: u64, sent_at_ms: f64, is_held: bool, now_ms: f64) {
        self.throughput.answered();
        if call < self.probes.last_refused {
            return;
        }
        if self.probes.are_on() {
            self.spacing.next_at_ms = now_ms;
        }
        if let Some([closed_at_ms, opened_at_ms]) = self.probes.answered(sent_at_ms)
            && opened_at_ms - closed_at_ms > LONG_PAUSE_MS
        {
            let cut = self.over_time.found_open(&self.throughput.period(opened_at_ms));
            self.restart(cut, now_ms);
        }
        let most = self.over_time.most(now_ms);
        let most = most.unwrap_or_else(|| self.throughput.recent_rate(now_ms) * AHEAD);
        if let Some(cut) = &mut self.cut
            && is_held
            && cut.rate() < most.max(cut.cut_at)
        {
            cut.answered();
            self.throughput.grown(now_ms, cut.rate());
        }
    }

    /// Call `call` was refused; it was sent at `sent_at_ms`. The server may have named the wait.
    /// `cuts` where the rate may be the cause. Returns whether it has fallen as far as it may
    /// while that is not sure.
    pub fn refused(
        &mut self,
        call: u64,
        sent_at_ms: f64,
        cuts: bool,
        named_ms: Option<f64>,
        now_ms: f64,
        random: f64,
    ) -> bool {
        self.throughput.refused(sent_at_ms);
        self.share.refused();
        let floor = self.throughput.sustained(now_ms) * FLOOR;
        let is_next = self.probes.is_next(call);
        let is_cut = self.cut.is_some();
        if is_cut && sent_at_ms < self.probes.refused_at_ms {
            // Sent before the last refusal was known, it says nothing new.
            return false;
        }
        if cuts && if self.is_doubted(named_ms) { self.is_refused() } else { !is_next } {
            let wait_ms = named_ms.unwrap_or(0.0);
            let (before, least) = (self.cut.as_ref(), self.freed_at);
            let cut = Cubic::after(before, least, &self.throughput, wait_ms, floor, now_ms);
            self.cut(cut, now_ms);
            self.over_time.refused(now_ms);
        }
        self.probes.refused(is_next, now_ms);
        if let Some(wait_ms) = named_ms {
            self.throughput.paused(now_ms, wait_ms);
            if wait_ms >= LONG_PAUSE_MS {
                let opens_at_ms = now_ms + wait_ms;
                let cut = self.over_time.reopened(&self.throughput.period(opens_at_ms));
                self.restart(cut, opens_at_ms);
            }
        } else if self.probes.are_on() {
            self.spacing.next_at_ms = now_ms + self.probes.next_wait_ms(self.gap_ms(now_ms), random);
        }
        self.cut.as_ref().is_some_and(|cut| cut.cut_at <= floor)
    }

    /// Less gets through than before.
    pub fn is_less(&mut self) {
        self.throughput.is_less();
    }

    /// Refusals were for the number of calls at once, and that has fallen: there is nothing to
    /// probe for.
    pub fn explained(&mut self, now_ms: f64) {
        if self.probes.are_on() {
            self.spacing.next_at_ms = now_ms;
        }
        self.probes.stop();
    }

    /// Whether the rate need not be the cause of a refusal.
    fn is_doubted(&self, named_ms: Option<f64>) -> bool {
        let costs = |cut: &Cubic| named_ms.unwrap_or(0.0) * cut.rate();
        self.cut.as_ref().is_none_or(|cut| cut.is_disproved() && costs(cut) < FEW_ANSWERS)
    }

    fn cut(&mut self, cut: Cubic, now_ms: f64) {
        let rate = cut.rate();
        self.throughput.cut(now_ms, rate);
        self.spacing.not_before(now_ms + self.interval_ms(rate));
        self.cut = Some(cut);
    }

    /// Counts anew after a long pause.
    fn restart(&mut self, cut: Option<Cubic>, now_ms: f64) {
        // Of a limit that lets single calls through, several periods tell.
        if self.over_time.is_found() {
            self.throughput.start(now_ms);
        }
        self.cut = None;
        if let Some(cut) = cut {
            self.cut(cut, now_ms);
        }
        self.spacing.next_at_ms = now_ms;
    }

    /// The distance between two calls at that rate.
    fn interval_ms(&self, rate: f64) -> f64 {
        let [_, longest_ms] = LONGEST_MS;
        (1.0 / rate).min(longest_ms.max(self.over_time.named_gap_ms))
    }

    /// The rate before the last cut, unless it may be that of a limit over time.
    pub fn cut_at(&self) -> Option<f64> {
        self.cut.as_ref().filter(|_| !self.over_time.is_found()).map(|cut| cut.cut_at)
    }

    /// Whether there is a rate.
    pub fn is_on(&self) -> bool {
        self.cut.is_some()
    }

    /// Whether more is refused than a few calls in a hundred.
    pub fn is_refused(&self) -> bool {
        self.share.is_much()
    }

    /// Whether so few are refused that a first cut can wait until it is known what refuses them.
    pub fn is_tolerable(&self) -> bool {
        self.share.is_tolerable()
    }

    /// Refusals say nothing of the rate: it is that of a limit over time, if there is one.
    pub fn set_free(&mut self, now_ms: f64) {
        let Some(before) = self.cut.take() else { return };
        let rate = before.rate();
        self.freed_at = before.cut_at;
        match self.over_time.kept(before) {
            Some(cut) if cut.rate() == rate => self.cut = Some(cut),
            Some(cut) => self.cut(cut, now_ms),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::limits::cubic::KEPT;
    use crate::engine::limits::probes::FIRST_MS;

    /// Ten calls a second for ten seconds, all of which are answered. Gives the time of the next.
    fn ten_a_second(pace: &mut Pace) -> f64 {
        pace.start(0.0);
        for call in 1..=100 {
            let now = call as f64 * 100.0;
            let is_held = pace.sent(now, 0, false).is_held;
            pace.answered(call, now, is_held, now);
        }
        10_100.0
    }

    /// Two calls are refused one after the other, as more than a few in a hundred.
    fn refuse_two(pace: &mut Pace, now: f64) {
        for call in [101, 102] {
            pace.sent(now, 0, false);
            pace.refused(call, now, true, None, now + 10.0, 0.0);
        }
    }

    #[test]
    fn no_probe_follows_refusals_for_the_number_of_calls_at_once() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        assert!(pace.opens_at() > now + 100.0);
        pace.explained(now + 20.0);
        assert_eq!(pace.opens_at(), now + 20.0);
    }

    #[test]
    fn no_rate_holds_calls_back_before_a_refusal() {
        let mut pace = Pace::default();
        ten_a_second(&mut pace);
        assert!(!pace.is_on() && pace.opens_at() == f64::NEG_INFINITY);
    }

    #[test]
    fn a_refusal_among_many_answers_is_tolerated_and_the_next_one_cuts_the_rate() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        pace.sent(now, 0, false);
        pace.refused(101, now, true, None, now, 0.0);
        assert!(!pace.is_on());
        pace.sent(now, 0, false);
        pace.refused(102, now, true, None, now, 0.0);
        // 85 % of the ten a second that got through.
        assert!(pace.is_on());
        assert!((116.0..121.0).contains(&pace.gap_ms(now)), "{} ms", pace.gap_ms(now));
        assert!(pace.opens_at() > now + 100.0);
    }

    #[test]
    fn a_refusal_right_after_the_level_has_changed_cuts_what_got_through_before() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        pace.level_changed(now);
        refuse_two(&mut pace, now);
        assert!((116.0..121.0).contains(&pace.gap_ms(now)), "{} ms", pace.gap_ms(now));
    }

    #[test]
    fn answers_bring_the_rate_back_and_then_above_where_it_was_cut() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        refuse_again(&mut pace, now);
        let mut gaps = Vec::new();
        for call in 108..=175 {
            let now = pace.opens_at();
            assert!(pace.sent(now, 0, true).is_held, "the rate is what holds calls back");
            pace.answered(call, now, true, now);
            gaps.push(pace.gap_ms(now));
        }
        assert!(gaps.is_sorted_by(|before, after| before >= after), "it grows without a step back");
        assert!((98.0..104.0).contains(&gaps[29]), "after 30 answers it is ten a second: {} ms", gaps[29]);
        assert!(gaps[67] < 80.0, "and beyond that it grows ever faster: {} ms", gaps[67]);
    }

    #[test]
    fn answers_of_calls_that_something_else_held_back_leave_the_rate_alone() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        let gap_ms = pace.gap_ms(now);
        for call in 103..=170 {
            let now = now + call as f64 * 1_000.0;
            let is_held = pace.sent(now, 0, false).is_held;
            assert!(!is_held);
            pace.answered(call, now, is_held, now);
        }
        assert_eq!(pace.gap_ms(now), gap_ms);
    }

    #[test]
    fn while_the_outcome_of_a_probe_is_open_no_other_call_goes() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        let now = pace.opens_at();
        pace.sent(now, 0, true);
        assert!(pace.opens_at() >= now + FIRST_MS, "ten a second would be too many");
        pace.answered(103, now, true, now + 50.0);
        assert!(pace.opens_at() <= now + 50.0, "the limit is open again");
    }

    /// Calls go as soon as the rate lets them. The numbers begin at `first`. Gives the time of the
    /// next.
    fn answer(pace: &mut Pace, first: u64, calls: u64, mut now: f64) -> f64 {
        for call in first..first + calls {
            now = now.max(pace.opens_at());
            pace.sent(now, 0, true);
            pace.answered(call, now, true, now);
        }
        now.max(pace.opens_at())
    }

    /// Call 107 is refused when the rate is back where it had been cut: now it is known better.
    fn refuse_again(pace: &mut Pace, now: f64) -> f64 {
        let now = answer(pace, 103, 4, now);
        pace.sent(now, 0, true);
        pace.refused(107, now, true, None, now, 0.0);
        now
    }

    #[test]
    fn a_rate_that_twice_as_many_calls_get_through_is_cut_by_refusals_that_are_several_or_cost_much() {
        for (named_ms, is_cut) in [(None, false), (Some(1.0), false), (Some(1_000.0), true)] {
            let mut pace = Pace::default();
            let now = ten_a_second(&mut pace);
            refuse_two(&mut pace, now);
            let now = answer(&mut pace, 103, 150, now + 10.0);
            let gap_ms = pace.gap_ms(now);
            assert!(gap_ms < 50.0, "{gap_ms} ms");
            pace.sent(now, 0, true);
            pace.refused(253, now, true, named_ms, now + 1.0, 0.0);
            assert_eq!(pace.gap_ms(now) > gap_ms, is_cut, "{named_ms:?}");
            pace.sent(now + 2.0, 0, true);
            pace.refused(254, now + 2.0, true, None, now + 3.0, 0.0);
            assert!(pace.gap_ms(now) > gap_ms, "{named_ms:?}: they are several");
        }
    }

    #[test]
    fn a_cut_goes_by_what_got_through_lately_without_the_waits_that_were_named() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        let now = refuse_again(&mut pace, now);
        // The first of them tells how long to wait.
        let (mut call, mut from) = (108, now);
        for wait_ms in [0.0, 1_000.0] {
            let now = answer(&mut pace, call, 70, from + wait_ms);
            let rate = 70.0 / (now - from - wait_ms);
            pace.sent(now, 0, true);
            pace.refused(call + 70, now, true, Some(1_000.0), now, 0.0);
            let kept = 1.0 / pace.gap_ms(now) / rate;
            // A little more than on average, since the rate grew.
            assert!((KEPT..KEPT * 1.15).contains(&kept), "{kept}");
            (call, from) = (call + 71, now);
        }
    }

    #[test]
    fn the_rate_grows_no_further_than_twice_what_gets_through() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        // Ten a second get through, however many would be let through.
        for call in 103..=400 {
            let now = now + (call - 102) as f64 * 100.0;
            pace.sent(now, 0, true);
            pace.answered(call, now, true, now);
        }
        let gap_ms = pace.gap_ms(now);
        assert!((40.0..60.0).contains(&gap_ms), "{gap_ms} ms");
    }

    /// One call a minute gets through, and the next one is told to wait.
    #[test]
    fn of_a_limit_that_lets_single_calls_through_several_periods_tell() {
        let mut pace = Pace::default();
        pace.start(0.0);
        for minute in 0..4 {
            let now = f64::from(minute) * 60_000.0;
            assert_eq!(pace.is_on(), minute > 2, "minute {minute}");
            for call in [1, 2] {
                let call = call + minute as u64 * 2;
                pace.sent(now, 0, false);
                match call % 2 {
                    1 => pace.answered(call, now, false, now),
                    _ => drop(pace.refused(call, now, false, Some(60_000.0), now, 0.0)),
                }
            }
        }
    }

    #[test]
    fn refusals_by_chance_set_calls_free() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        pace.set_free(now);
        assert!(!pace.is_on() && pace.opens_at() == f64::NEG_INFINITY);
    }

    #[test]
    fn a_rate_that_is_found_again_is_no_lower_for_the_time_in_which_few_calls_were_free() {
        let mut pace = Pace::default();
        let now = ten_a_second(&mut pace);
        refuse_two(&mut pace, now);
        pace.set_free(now);
        // One a second for a minute.
        for call in 103..=162 {
            let now = now + (call - 102) as f64 * 1_000.0;
            pace.sent(now, 0, false);
            pace.answered(call, now, false, now);
        }
        for call in [163, 164] {
            let now = now + 61_000.0;
            pace.sent(now, 0, false);
            pace.refused(call, now, true, None, now, 0.0);
        }
        assert!((116.0..121.0).contains(&pace.gap_ms(now)), "{} ms", pace.gap_ms(now));
    }
}
