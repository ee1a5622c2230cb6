//! Whether a server refuses by chance rather than for a limit.
//!
//! Where a limit is used up, the call right after a refused one is refused as well, until time has
//! passed or a call under way is answered. Where refusals come by chance, most calls right after a
//! refused one get through.
//!
//! Where many calls are under way, each goes when another is answered, and hardly one right after
//! the other. Until refusals have told what they are, calls go two at a time.
//!
//! Once there is a rate, three go together instead. Where the last of them alone is refused, none
//! follows it. Chance would refuse the others as often, so that this speaks for a limit.

use std::collections::VecDeque;

/// Refused calls that are remembered: answers come later than refusals.
const REMEMBERED: usize = 256;
/// The weight of all earlier pairs when one more is counted.
const MEMORY: f64 = 0.95;
/// So many of those that followed a refused call have to get through, and this share of them.
const FEW: f64 = 1.9;
const MOST: f64 = 0.35;
/// So many refusals one after the other are none by chance.
const IN_A_ROW: u32 = 12;
/// So far a row is followed in each direction.
const LONGEST_ROW: usize = 16;
/// So many calls after a refusal, and at that level of calls at once, calls go two at a time.
const PAIRED: u32 = 40;
const PAIRS_FROM: usize = 8;
/// So many calls go together once there is a rate, to find out.
const TOGETHER: usize = 3;
/// "Right after" is so soon, and within this share of the time between two answers.
const SOON_MS: f64 = 2.0;
const SOON: f64 = 0.2;

/// What is known of refusals.
#[derive(Debug, Default)]
pub(in crate::engine) struct Chance {
    /// The numbers of refused calls, in the order of their refusals, and whether it was for the
    /// rate.
    refused: VecDeque<(u64, bool)>,
    /// All refusals so far.
    pub refusals: u64,
    /// Calls that followed a refused one, and those of them that got through.
    pairs: f64,
    through: f64,
    in_a_row: u32,
    /// All calls so far.
    pub sent: u64,
    /// The place of the last one among those that went together.
    place: usize,
    last_sent_ms: Option<f64>,
    answers_at_last: u64,
    /// How many more calls go two at a time, if there is no further refusal.
    paired: u32,
}

impl Chance {
    /// A call is sent, after so many answers. Returns whether it follows the last call so closely
    /// that both find the server in the same state. `gap_ms` is the time between two answers. Where
    /// it is `alone`, no other can end meanwhile.
    pub fn sent(&mut self, now_ms: f64, answers: u64, gap_ms: f64, alone: bool) -> bool {
        self.sent += 1;
        self.paired = self.paired.saturating_sub(1);
        let last_ms = self.last_sent_ms.replace(now_ms);
        let same = std::mem::replace(&mut self.answers_at_last, answers) == answers;
        let soon_ms = (gap_ms * SOON).min(if alone { f64::INFINITY } else { SOON_MS });
        let follows = same && last_ms.is_some_and(|at_ms| now_ms - at_ms <= soon_ms);
        self.place = if follows { self.place + 1 } else { 1 };
        follows
    }

    /// Call `number` was answered or refused.
    pub fn came_back(&mut self, number: u64, follows: bool, refused: bool) {
        let is_second = follows && self.refused.contains(&(number - 1, true));
        let is_last_alone = refused && number == self.sent && self.place >= TOGETHER;
        if is_second || is_last_alone {
            self.pairs = self.pairs * MEMORY + 1.0;
            self.through = self.through * MEMORY + if refused { 0.0 } else { 1.0 };
        }
        if refused {
            let is_next = self.refused.back().is_some_and(|(last, _)| last + 1 == number);
            self.in_a_row = if is_next { self.in_a_row + 1 } else { 1 };
            // Where one before them was let through, the first calls of all tell of a limit.
            let is_first_row = self.answers_at_last == 0 && number > u64::from(self.in_a_row);
            if self.in_a_row >= IN_A_ROW && !is_first_row {
                self.forget();
            }
            self.remember(number, true);
        }
    }

    /// Call `number` was refused since the server has too much to do. That says nothing of whether
    /// a limit is used up: where such refusals come by chance, the others need not.
    pub fn overloaded(&mut self, number: u64) {
        self.remember(number, false);
    }

    fn remember(&mut self, number: u64, for_rate: bool) {
        self.refusals += 1;
        self.paired = PAIRED;
        self.refused.push_back((number, for_rate));
        if self.refused.len() > REMEMBERED {
            self.refused.pop_front();
        }
    }

    /// How many calls before call `number` were refused after it was sent, when there had been
    /// `before` refusals.
    pub fn refused_beside(&self, number: u64, before: u64) -> usize {
        let since = (self.refusals - before) as usize;
        self.refused.iter().rev().take(since).filter(|(other, _)| *other < number).count()
    }

    /// How many calls that were sent one after the other were refused, call `number` among them.
    /// Their refusals may have come in any order.
    pub fn row(&self, number: u64) -> usize {
        let is_refused = |number: &u64| self.refused.iter().rev().any(|(other, _)| other == number);
        let before = (0..number).rev().take(LONGEST_ROW).take_while(is_refused).count();
        let after = (number + 1..).take(LONGEST_ROW).take_while(is_refused).count();
        before + 1 + after
    }

    /// What is known is out of date: it is to be found out again.
    pub fn forget(&mut self) {
        (self.pairs, self.through) = (0.0, 0.0);
    }

    /// Whether refusals come by chance.
    pub fn is_likely(&self) -> bool {
        self.through >= FEW && self.through > self.pairs * MOST
    }

    /// Whether too little is known, or what is known speaks for both.
    pub fn is_open(&self) -> bool {
        let is_mixed = self.through > self.pairs * MOST / 2.0;
        !self.is_likely() && (self.pairs < FEW * 2.0 || is_mixed)
    }

    /// How many calls go together to find out, where a rate holds them back.
    pub fn together(&self) -> usize {
        if self.is_open() { TOGETHER } else { 0 }
    }

    /// Whether calls go two at a time to find out, where so many may be under way.
    pub fn goes_in_pairs(&self, level: usize) -> bool {
        level >= PAIRS_FROM && self.paired > 0 && self.is_open()
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    /// Pairs of calls that are sent together; of each pair the first is refused.
    fn pairs(chance: &mut Chance, pairs: Range<u64>, second_is_refused: bool) {
        for pair in pairs {
            let now = pair as f64 * 1_000.0;
            let number = pair * 2 + 1;
            assert!(!chance.sent(now, number, 100.0, false), "there was an answer in between");
            let follows = chance.sent(now + 1.0, number, 100.0, false);
            assert!(follows);
            chance.came_back(number, false, true);
            chance.came_back(number + 1, follows, second_is_refused);
        }
    }

    #[test]
    fn where_most_calls_right_after_a_refused_one_get_through_refusals_come_by_chance() {
        let mut chance = Chance::default();
        assert!(chance.is_open());
        pairs(&mut chance, 0..3, false);
        assert!(chance.is_likely() && !chance.is_open());
    }

    #[test]
    fn where_calls_right_after_a_refused_one_are_refused_a_limit_is_used_up() {
        let mut chance = Chance::default();
        pairs(&mut chance, 0..5, true);
        assert!(!chance.is_likely() && !chance.is_open());
    }

    #[test]
    fn while_some_get_through_and_some_do_not_the_question_stays_open() {
        let mut chance = Chance::default();
        pairs(&mut chance, 0..1, false);
        pairs(&mut chance, 1..4, true);
        assert!(!chance.is_likely() && chance.is_open());
    }

    #[test]
    fn calls_go_in_pairs_for_some_time_after_a_refusal_until_it_is_known() {
        let mut chance = Chance::default();
        assert!(!chance.goes_in_pairs(16), "nothing was refused");
        chance.came_back(1, false, true);
        assert!(chance.goes_in_pairs(16));
        assert!(!chance.goes_in_pairs(7), "two are many of so few");
        (0..PAIRED).for_each(|_| {
            chance.sent(0.0, 1, 1.0, false);
        });
        assert!(!chance.goes_in_pairs(16), "it was the only one");
        pairs(&mut chance, 1..4, false);
        assert!(chance.is_likely() && !chance.goes_in_pairs(16));
    }

    /// So many calls go together, of which the last so many are refused.
    fn group(chance: &mut Chance, group: u64, calls: usize, refused: usize) {
        let first = chance.sent + 1;
        let follow: Vec<bool> =
            (0..calls).map(|_| chance.sent(group as f64 * 1_000.0, group, 100.0, false)).collect();
        for (index, follows) in follow.into_iter().enumerate() {
            chance.came_back(first + index as u64, follows, index + refused >= calls);
        }
    }

    #[test]
    fn where_the_last_of_three_alone_is_refused_again_and_again_a_limit_is_used_up() {
        let mut chance = Chance::default();
        (1..=4).for_each(|number| group(&mut chance, number, 3, 1));
        assert!(!chance.is_likely() && chance.together() == TOGETHER, "it is open");
        group(&mut chance, 5, 3, 1);
        assert!(!chance.is_likely() && chance.together() == 0);
    }

    #[test]
    fn of_the_first_calls_of_all_a_row_of_refusals_tells_of_a_limit_if_one_was_let_through() {
        let row_of = |first: u64| {
            let mut chance = Chance::default();
            let follow: Vec<bool> = (1..=20).map(|_| chance.sent(0.0, 0, 100.0, false)).collect();
            for (number, follows) in (1..).zip(follow).skip_while(|(number, _)| *number < first) {
                chance.came_back(number, follows, true);
            }
            chance.is_open()
        };
        assert!(!row_of(2), "the first one took the last place");
        assert!(row_of(1), "it was closed for whatever reason");
    }

    #[test]
    fn where_the_last_of_two_alone_is_refused_nothing_is_known() {
        let mut chance = Chance::default();
        (1..=20).for_each(|number| group(&mut chance, number, 2, 1));
        assert!(chance.is_open());
    }

    #[test]
    fn a_row_is_one_of_calls_whatever_the_order_of_their_refusals() {
        let mut chance = Chance::default();
        [8, 5, 3, 4, 6].into_iter().for_each(|number| chance.came_back(number, false, true));
        assert_eq!([3, 4, 6, 8].map(|number| chance.row(number)), [4, 4, 4, 1]);
    }

    #[test]
    fn a_server_that_has_too_much_to_do_says_nothing_of_a_limit() {
        let mut chance = Chance::default();
        for number in (1..40).step_by(2) {
            chance.overloaded(number);
            chance.came_back(number + 1, true, false);
        }
        assert!(!chance.is_likely());
    }

    #[test]
    fn a_call_was_beside_those_before_it_that_were_refused_after_it_was_sent() {
        let mut chance = Chance::default();
        chance.came_back(1, false, true);
        let before = chance.refusals;
        // Calls 2 to 6 are sent; the fourth is to be answered.
        [3, 6, 2].into_iter().for_each(|number| chance.came_back(number, false, true));
        assert_eq!(chance.refused_beside(4, before), 2);
    }
}
