//! The adaptive limit of calls at once (AIMD). It falls, by half at first and by less later, when
//! the server refuses more calls at once than it ever answered, but not below the number that it
//! did not refuse; to that number, where it refuses more than it takes before its first answer. It
//! gets back what it lost when a call that is alone is refused as well, or when refusals come by
//! chance: then the level was not their cause. How it rises: `steps.rs`.

use super::falls::Falls;
use super::steps::{START, Steps};

/// The highest level that `'auto'` tries.
const CEILING: f64 = 256.0;
/// The share of the level that is left after refusals: at first, and later.
const KEPT: [f64; 2] = [0.5, 0.85];
/// The share that is left of the proven number of calls at once when as many are refused.
const DOUBT: f64 = 0.97;
/// The level falls when this share of the calls beyond the proven number is refused,
/// and more than one: one alone may be refused for whatever reason.
const ENOUGH: f64 = 0.4;
const SEVERAL: f64 = 2.0;

/// How many calls may be under way at once.
#[derive(Debug)]
pub struct AdaptiveLimit {
    level: f64,
    ceiling: f64,
    /// Counts the changes: calls that were sent before one say nothing of the level after it.
    epoch: u64,
    /// The most calls at once of which one was answered. Once the level has fallen, those count,
    /// too, that are under way while another is refused.
    proven: f64,
    /// Refused calls of this epoch that were beyond the proven number, since that number last rose.
    refusals: f64,
    steps: Steps,
    /// Whether it was ever lowered.
    is_careful: bool,
    falls: Falls,
    /// Whether more calls than it bears may have brought the server down before.
    was_brought_down: bool,
    /// The level before it fell, if no round of answers was measured since.
    fell_from: Option<f64>,
}

impl AdaptiveLimit {
    /// A limit that never rises above `most`; without it, one that finds its level.
    #[must_use]
    pub fn new(most: Option<usize>) -> Self {
        let most = most.map(|most| most as f64);
        Self {
            level: most.unwrap_or(START),
            ceiling: most.unwrap_or(CEILING),
            epoch: 0,
            proven: 0.0,
            refusals: 0.0,
            steps: Steps::default(),
            is_careful: false,
            fell_from: None,
            falls: Falls::default(),
            was_brought_down: false,
        }
    }

    /// Whether it has learned nothing yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.epoch == 0
    }

    /// How many calls may be under way.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.level as usize
    }

    /// When one more call may go beside those in flight. Sent at one moment, the additional calls
    /// of a step may be too many for a rate, and their refusals say nothing of the level: once
    /// calls were refused, they go one after the other.
    #[must_use]
    pub fn opens_at(&self, in_flight: usize) -> f64 {
        if self.is_careful { self.steps.opens_at(in_flight as f64) } else { f64::NEG_INFINITY }
    }

    /// The number of the present level. Each call keeps the number it was sent in.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A call was refused that was sent in `epoch` as one of so many at once, of which so many are
    /// `taken`: they were sent before it and not refused. Returns whether these may be too many.
    /// Where as many were answered before, or a call is alone, the refusal has another cause.
    pub fn refused(&mut self, epoch: u64, at_once: usize, taken: usize, now_ms: f64) -> bool {
        if at_once <= 1 {
            self.restore();
            return false;
        }
        if at_once as f64 <= self.proven {
            self.proven *= DOUBT;
            return false;
        }
        if self.is_careful {
            self.prove(taken as f64);
        }
        self.refusals += 1.0;
        self.steps.refused(now_ms);
        let may_be = self.explains(epoch, at_once);
        let before = self.steps.before();
        let known = before.unwrap_or(self.proven);
        // Where more are refused than not, it is for their number, and not by chance.
        let is_flooded = self.proven == 0.0 && taken > 1 && self.refusals > taken as f64;
        let enough = if is_flooded { SEVERAL } else { ((self.level - known) * ENOUGH).max(SEVERAL) };
        if epoch == self.epoch && self.refusals >= enough {
            let [first, later] = KEPT;
            let kept = if self.steps.are_short() { later } else { first };
            let level = match before {
                Some(level) => level,
                None if is_flooded => 0.0,
                None => self.level * kept,
            };
            if before.is_some() || self.steps.are_short() {
                self.steps.failed();
            }
            self.is_careful = true;
            self.fell_from.get_or_insert(self.level);
            // Those that were not refused are not too many.
            self.set(level.max(taken as f64));
            self.steps.forget();
        }
        may_be
    }

    /// Whether the level may be why a call was refused that was sent in `epoch` as one of so many
    /// at once. Once it has fallen and calls are refused as before, it need not be. But before the
    /// first answer, those under way are all that is known to be not too many.
    #[must_use]
    pub fn explains(&self, epoch: u64, at_once: usize) -> bool {
        at_once > 1
            && at_once as f64 > self.proven
            && (epoch != self.epoch || self.fell_from.is_none() || self.proven == 0.0)
    }

    /// A call was answered that was sent in `epoch` as one of so many at once, without those that
    /// were refused.
    pub fn answered(&mut self, epoch: u64, at_once: usize, now_ms: f64) {
        let at_once = at_once as f64;
        self.prove(at_once);
        self.falls.answered(at_once);
        let Some(throughput) = self.steps.answered(self.level, at_once, epoch == self.epoch, now_ms) else {
            return;
        };
        self.fell_from = None;
        let next = self.steps.next(self.level, self.ceiling, throughput, now_ms);
        if next != self.level {
            self.set(next);
        }
    }

    /// So many at once are known to be not too many.
    fn prove(&mut self, at_once: f64) {
        if at_once > self.proven {
            self.proven = at_once;
            self.refusals = 0.0;
        }
    }

    /// A call failed that was sent in `epoch` as one of so many at once.
    pub fn failed(&mut self, epoch: u64, at_once: usize) {
        if epoch == self.epoch {
            self.falls.failed(at_once as f64);
        }
    }

    /// An outage begins.
    pub fn fell(&mut self) {
        self.falls.fell();
        self.proven = self.proven.min(self.falls.bears());
    }

    /// In an outage, a call failed that was sent in `epoch` as one of so many at once. If so many
    /// were never answered, they may be what brought the server down.
    pub fn brought_down(&mut self, epoch: u64, at_once: usize) {
        let bears = self.falls.bears();
        if epoch == self.epoch && at_once as f64 > bears {
            if std::mem::replace(&mut self.was_brought_down, true) {
                self.steps.fell();
            }
            self.set(bears);
            self.steps.forget();
        }
    }

    /// A server that is out or overloaded fails a call that is alone as well: as many calls as were
    /// answered before are not too many. More may be what brought it down, if it was ever up.
    pub fn outlast(&mut self) {
        let bears = self.falls.bears();
        if bears == 0.0 {
            self.restore();
        }
        self.prove(bears);
        let before = self.fell_from.map_or(0.0, |level| level.min(bears));
        if before > self.level {
            self.set(before);
            self.steps.forget();
        }
    }

    /// Refusals come by chance, and say nothing of the level.
    pub fn set_free(&mut self) {
        self.is_careful = false;
        self.restore();
    }

    /// The level was not the cause of the refusals that it fell for.
    fn restore(&mut self) {
        if let Some(level) = self.fell_from.take() {
            self.set(level);
            self.steps.forget();
        }
    }

    fn set(&mut self, level: f64) {
        self.level = level.floor().clamp(1.0, self.ceiling);
        self.epoch += 1;
        self.refusals = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for so many rounds of answers. Each answer comes `gap_ms(level)` after the one before.
    fn rounds(limit: &mut AdaptiveLimit, count: usize, gap_ms: impl Fn(f64) -> f64) {
        let mut now = 0.0;
        for _ in 0..count {
            let (epoch, at_once) = (limit.epoch(), limit.limit());
            for _ in 0..=at_once {
                now += gap_ms(at_once as f64);
                limit.answered(epoch, at_once, now);
            }
        }
    }

    /// So many calls are refused, of which none is the first.
    fn refuse(limit: &mut AdaptiveLimit, calls: usize, at_once: usize) {
        let epoch = limit.epoch();
        (0..calls).for_each(|_| {
            limit.refused(epoch, at_once, 1, 0.0);
        });
    }

    #[test]
    fn it_rises_to_the_ceiling_while_more_calls_at_once_bring_more_answers_a_second() {
        let mut limit = AdaptiveLimit::new(None);
        assert_eq!(limit.limit(), 16);
        // Each answer takes a second, however many calls are under way.
        rounds(&mut limit, 10, |level| 1_000.0 / level);
        assert_eq!(limit.limit(), 256);
    }

    #[test]
    fn it_stays_where_more_calls_at_once_bring_no_more_answers_a_second() {
        let mut limit = AdaptiveLimit::new(None);
        // The server gives 20 answers a second, however many calls wait for them.
        rounds(&mut limit, 500, |level| 1_000.0 / level.min(20.0));
        assert!((16..=20).contains(&limit.limit()), "{}", limit.limit());
    }

    #[test]
    fn it_is_halved_when_calls_are_refused_beyond_what_was_ever_answered() {
        let mut limit = AdaptiveLimit::new(None);
        limit.answered(limit.epoch(), 4, 0.0);
        refuse(&mut limit, 4, 5);
        assert_eq!(limit.limit(), 16, "a few may be refused for whatever reason");
        refuse(&mut limit, 1, 5);
        assert_eq!(limit.limit(), 8);
    }

    /// The server takes four at once.
    #[test]
    fn it_falls_to_what_was_taken_where_more_is_refused_than_that_before_the_first_answer() {
        let mut limit = AdaptiveLimit::new(None);
        for at_once in 5..=9 {
            assert!(limit.explains(0, at_once));
            assert!(limit.refused(0, at_once, 4, 0.0));
        }
        assert_eq!(limit.limit(), 4);
    }

    #[test]
    fn once_it_has_fallen_those_that_are_not_refused_are_proven_without_an_answer() {
        let mut limit = AdaptiveLimit::new(None);
        refuse(&mut limit, 7, 16);
        assert_eq!(limit.limit(), 8);
        // Now and then one is refused, beside more and more that are not.
        for taken in 2..=7 {
            assert!(!limit.refused(limit.epoch(), taken + 1, taken, 0.0));
        }
        assert_eq!(limit.limit(), 8);
    }

    #[test]
    fn a_step_up_to_where_it_began_need_not_pay() {
        let mut limit = AdaptiveLimit::new(None);
        (5..=11).for_each(|at_once| {
            limit.refused(0, at_once, 4, 0.0);
        });
        rounds(&mut limit, 3, |_| 10.0);
        assert!(limit.limit() >= 16, "{}", limit.limit());
    }

    #[test]
    fn it_falls_to_the_number_that_was_under_way_and_not_refused_where_that_is_more() {
        let mut limit = AdaptiveLimit::new(None);
        let epoch = limit.epoch();
        (0..7).for_each(|_| {
            limit.refused(epoch, 16, 12, 0.0);
        });
        assert_eq!(limit.limit(), 12);
    }

    #[test]
    fn what_was_answered_once_is_doubted_with_each_refusal() {
        let mut limit = AdaptiveLimit::new(Some(16));
        rounds(&mut limit, 1, |level| 1_000.0 / level);
        refuse(&mut limit, 20, 6);
        assert_eq!(limit.limit(), 16);
        refuse(&mut limit, 40, 6);
        assert_eq!(limit.limit(), 8, "there are fewer slots now");
    }

    #[test]
    fn it_is_not_lowered_by_few_refusals_while_as_many_as_the_level_are_answered() {
        let mut limit = AdaptiveLimit::new(Some(16));
        rounds(&mut limit, 1, |level| 1_000.0 / level);
        let epoch = limit.epoch();
        for call in 0..100 {
            refuse(&mut limit, 2, 16);
            limit.answered(epoch, 16, 2_000.0 + f64::from(call));
        }
        assert_eq!(limit.limit(), 16);
    }

    #[test]
    fn it_is_not_lowered_by_refusals_where_as_many_were_answered() {
        let mut limit = AdaptiveLimit::new(Some(16));
        rounds(&mut limit, 1, |level| 1_000.0 / level);
        refuse(&mut limit, 1, 16);
        assert_eq!(limit.limit(), 16, "the cause is the rate, or chance");
    }

    #[test]
    fn a_refusal_of_a_call_that_was_alone_restores_what_the_level_lost() {
        let mut limit = AdaptiveLimit::new(None);
        for _ in 0..4 {
            refuse(&mut limit, 16, 2);
        }
        assert_eq!(limit.limit(), 1);
        refuse(&mut limit, 1, 1);
        assert_eq!(limit.limit(), 16, "a rate refuses a single call, too");
    }

    #[test]
    fn what_the_level_lost_to_refusals_by_chance_it_gets_back() {
        let mut limit = AdaptiveLimit::new(None);
        refuse(&mut limit, 16, 2);
        assert_eq!(limit.limit(), 8);
        limit.set_free();
        assert_eq!(limit.limit(), 16);
    }

    #[test]
    fn it_never_rises_above_the_number_that_the_caller_has_set() {
        let mut limit = AdaptiveLimit::new(Some(20));
        refuse(&mut limit, 100, 2);
        assert_eq!(limit.limit(), 10);
        rounds(&mut limit, 100, |level| 1_000.0 / level);
        assert_eq!(limit.limit(), 20);
    }
}
