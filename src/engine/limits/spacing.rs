//! When the next call may go, where calls keep a distance: each by itself, or a few together after
//! as many distances. Knows no rate.

/// A call that is later than this is not held back by the distance.
const LATE_MS: f64 = 20.0;
/// The same where other calls wait for nothing but the distance: timers of a busy host are late by
/// more.
const BUSY_MS: f64 = 200.0;

/// How a call went.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Spaced {
    /// Whether the distance held it back.
    pub is_held: bool,
    /// Whether it is closer to the one before than the distance.
    pub is_close: bool,
}

#[derive(Debug, Default)]
pub(in crate::engine) struct Spacing {
    pub next_at_ms: f64,
    /// How many of the calls that go together have gone, and when the first of them went.
    together: usize,
    together_from_ms: f64,
}

impl Spacing {
    /// A call is sent, where calls keep `interval_ms` and up to `most` go together. `others_wait`
    /// where nothing but the distance holds others back.
    pub fn sent(&mut self, now_ms: f64, interval_ms: f64, most: usize, others_wait: bool) -> Spaced {
        let late_ms = now_ms - self.next_at_ms;
        let is_on_time = late_ms <= LATE_MS.min(interval_ms / 2.0);
        let from_ms = if is_on_time { self.next_at_ms } else { now_ms };
        let have_kept = now_ms >= self.together_from_ms + interval_ms * self.together as f64;
        if have_kept {
            // Those that have gone kept their distances meanwhile: these are the next.
            self.together = 0;
        }
        let is_close = self.together > 0;
        if !is_close {
            self.together_from_ms = from_ms;
        }
        self.together += 1;
        let is_together = self.together == 1 || is_on_time;
        if most > self.together && is_together {
            self.next_at_ms = from_ms;
        } else {
            let calls = std::mem::take(&mut self.together) as f64;
            self.next_at_ms = (from_ms + interval_ms).max(self.together_from_ms + interval_ms * calls);
        }
        Spaced { is_held: is_on_time || others_wait && late_ms <= BUSY_MS, is_close }
    }

    pub fn not_before(&mut self, at_ms: f64) {
        self.next_at_ms = self.next_at_ms.max(at_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_keep_the_distance_also_where_timers_are_a_little_late() {
        let mut spacing = Spacing::default();
        let due: Vec<f64> = (0..4)
            .map(|_| {
                assert!(spacing.sent(spacing.next_at_ms + 10.0, 100.0, 1, false).is_held);
                spacing.next_at_ms
            })
            .collect();
        assert_eq!(due, [100.0, 200.0, 300.0, 400.0]);
    }

    #[test]
    fn a_few_go_together_and_the_next_follow_after_as_many_distances() {
        let mut spacing = Spacing::default();
        let due: Vec<f64> = (0..6)
            .map(|_| {
                spacing.sent(spacing.next_at_ms, 100.0, 3, false);
                spacing.next_at_ms
            })
            .collect();
        assert_eq!(due, [0.0, 0.0, 300.0, 300.0, 300.0, 600.0]);
    }

    #[test]
    fn only_those_are_close_that_follow_the_first_of_a_few_before_their_distances_are_over() {
        let mut spacing = Spacing::default();
        let mut close = |at_ms| spacing.sent(at_ms, 100.0, 3, true).is_close;
        // The second is late, and the third is the first of the next.
        assert_eq!(
            [0.0, 90.0, 200.0, 200.0, 200.0, 500.0].map(&mut close),
            [false, true, false, true, true, false]
        );
        // Nothing went for long.
        assert_eq!([1_000.0, 1_000.0].map(close), [false, true]);
    }

    #[test]
    fn a_call_that_comes_much_later_was_held_back_by_something_else_unless_others_wait() {
        for others_wait in [false, true] {
            let mut spacing = Spacing::default();
            assert_eq!(spacing.sent(100.0, 100.0, 1, others_wait).is_held, others_wait);
            assert_eq!(spacing.next_at_ms, 200.0, "the distance counts from when it went");
            assert!(!spacing.sent(1_000.0, 100.0, 1, others_wait).is_held);
        }
    }
}
