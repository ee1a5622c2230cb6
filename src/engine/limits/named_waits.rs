//! Whether a wait that a refused call names holds for that call alone or for all of its pool.
//!
//! It holds for all until a call gets through that was sent after the refused one and before the
//! wait was over. Nothing is sent to find that out: calls that are under way tell. From then on, it
//! holds for all when more calls in a row are refused than chance explains.

use std::collections::VecDeque;

/// The weight of all earlier calls when one more is counted.
const MEMORY: f64 = 0.98;
/// Of a server that nothing is known of, so many of so many calls are taken to be refused.
const BEFORE: [f64; 2] = [0.2, 10.0];
/// A row of refusals that chance brings about less often than this holds for all.
const RARE: f64 = 1e-4;
/// Where more than this share is refused, each wait holds for all.
const MOST: f64 = 0.5;
/// Refused calls that are remembered.
const REMEMBERED: usize = 64;
/// A server that names a longer wait means it for all.
const OWN_WAIT_MS: f64 = 10_000.0;

/// The pauses of a pool, and the share of refusals by which further ones are judged.
#[derive(Debug, Default)]
pub(in crate::engine) struct NamedWaits {
    calls: f64,
    refused: f64,
    /// Whether calls got through while a refused one had to wait.
    is_own: bool,
    /// The latest refused calls, as long as none did, and when their waits end.
    waits: VecDeque<(u64, f64)>,
    /// When they end for all, unless a call gets through before.
    held_until_ms: f64,
    /// The same of a pause that nothing ends before.
    paused_until_ms: f64,
}

impl NamedWaits {
    /// Until when no call of the pool goes.
    pub fn until_ms(&self) -> f64 {
        self.held_until_ms.max(self.paused_until_ms)
    }

    /// All calls wait, whatever becomes of those under way.
    pub fn pause(&mut self, until_ms: f64) {
        self.paused_until_ms = self.paused_until_ms.max(until_ms);
    }

    /// Call `number` was answered, which was sent at `sent_at_ms`.
    pub fn answered(&mut self, number: u64, sent_at_ms: f64) {
        self.count(0.0);
        if self.waits.iter().any(|&(refused, until_ms)| refused < number && sent_at_ms < until_ms) {
            self.is_own = true;
            self.waits.clear();
            self.held_until_ms = 0.0;
        }
    }

    /// Call `number` was refused, as one of so many in a row. Returns whether the wait that it may
    /// have named holds for all.
    pub fn refused(&mut self, number: u64, row: usize, named_ms: Option<f64>, now_ms: f64) -> bool {
        self.count(1.0);
        let Some(wait_ms) = named_ms else { return false };
        if wait_ms > OWN_WAIT_MS {
            self.pause(now_ms + wait_ms);
            return true;
        }
        if self.is_own && !self.is_rare(row) {
            return false;
        }
        self.is_own = false;
        self.waits.push_back((number, now_ms + wait_ms));
        if self.waits.len() > REMEMBERED {
            self.waits.pop_front();
        }
        self.held_until_ms = self.held_until_ms.max(now_ms + wait_ms);
        true
    }

    fn count(&mut self, refused: f64) {
        self.calls = self.calls * MEMORY + 1.0;
        self.refused = self.refused * MEMORY + refused;
    }

    /// Whether chance hardly brings about so many refusals in a row. These are left out of the
    /// share that chance refuses.
    fn is_rare(&self, row: usize) -> bool {
        let [refused, calls] = BEFORE;
        let others = |count: f64| (count - row as f64).max(0.0);
        let share = (others(self.refused) + refused) / (others(self.calls) + calls);
        share > MOST || share.powi(row as i32) < RARE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is known after a hundred calls, of which one in so many was refused, and one got
    /// through while another had to wait.
    fn one_in(every: u64) -> NamedWaits {
        let mut waits = NamedWaits::default();
        assert!(waits.refused(1, 1, Some(1.0), 0.0));
        waits.answered(2, 0.0);
        for number in 3..=100 {
            if number % every == 0 {
                waits.refused(number, 1, None, 0.0);
            } else {
                waits.answered(number, 0.0);
            }
        }
        waits
    }

    /// How many refusals in a row, each of which names a second, make all calls wait.
    fn row_for_all(waits: &mut NamedWaits) -> usize {
        (1..).find(|&row| waits.refused(100 + row as u64, row, Some(1_000.0), 0.0)).unwrap()
    }

    #[test]
    fn a_wait_holds_for_all_while_nothing_else_is_known() {
        assert_eq!(row_for_all(&mut NamedWaits::default()), 1);
    }

    #[test]
    fn once_others_got_through_it_holds_for_all_when_more_are_refused_in_a_row_than_by_chance() {
        let rows = [1_000, 20, 8, 4].map(|every| row_for_all(&mut one_in(every)));
        assert_eq!(rows, [2, 4, 5, 6]);
    }

    #[test]
    fn after_a_row_of_refusals_it_holds_for_all_until_others_get_through_again() {
        let mut waits = one_in(1_000);
        row_for_all(&mut waits);
        assert!(waits.refused(200, 1, Some(1_000.0), 2_000.0));
        waits.answered(201, 2_000.0);
        assert!(!waits.refused(202, 1, Some(1_000.0), 2_500.0));
    }

    #[test]
    fn where_most_calls_are_refused_it_holds_for_all() {
        assert_eq!(row_for_all(&mut one_in(1)), 1);
    }

    #[test]
    fn the_pause_ends_when_a_call_is_answered_that_was_sent_after_the_refused_one() {
        let mut waits = NamedWaits::default();
        waits.refused(10, 1, Some(1_000.0), 0.0);
        waits.refused(12, 1, Some(1_000.0), 500.0);
        waits.answered(9, 0.0);
        assert_eq!(waits.until_ms(), 1_500.0, "sent before, it says nothing");
        waits.answered(11, 0.0);
        assert_eq!(waits.until_ms(), 0.0);
    }

    #[test]
    fn a_call_that_was_sent_when_the_wait_was_over_says_nothing_of_it() {
        let mut waits = NamedWaits::default();
        waits.refused(10, 1, Some(1_000.0), 0.0);
        waits.answered(11, 1_000.0);
        assert!(waits.refused(12, 1, Some(1_000.0), 2_000.0));
    }

    #[test]
    fn a_long_wait_holds_for_all_whatever_is_answered_meanwhile() {
        let mut waits = one_in(1_000);
        assert!(waits.refused(101, 1, Some(OWN_WAIT_MS + 1.0), 0.0));
        row_for_all(&mut waits);
        waits.answered(200, 0.0);
        assert_eq!(waits.until_ms(), OWN_WAIT_MS + 1.0);
    }
}
