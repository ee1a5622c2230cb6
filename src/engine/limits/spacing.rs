//! When the next call may go, where calls keep a distance: each by itself, or a few together after
//! as many distances. Knows no rate.

/// A call that is later than this is not held back by the distance.
const LATE_MS: f64 = 20.0;
/// The same where other calls wait for nothing but the distance: timers of a busy host are late by
/// more.
const BUSY_MS: f64 = 200.0;

#[derive(Debug, Default)]
pub(in crate::engine) struct Spacing {
    pub next_at_ms: f64,
    /// How many of the calls that go together have gone, and when the first of them went.
    together: usize,
    together_from_ms: f64,
}

impl Spacing {
    /// A call is sent, where calls keep `interval_ms` and up to `most` go together. `others_wait`
    /// where nothing but the distance holds others back. Returns whether it held this call back.
    pub fn sent(&mut self, now_ms: f64, interval_ms: f64, most: usize, others_wait: bool) -> bool {
        let late_ms = now_ms - self.next_at_ms;
        let is_on_time = late_ms <= LATE_MS.min(interval_ms / 2.0);
        let from_ms = if is_on_time { self.next_at_ms } else { now_ms };
        if self.together == 0 {
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
        is_on_time || others_wait && late_ms <= BUSY_MS
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
                assert!(spacing.sent(spacing.next_at_ms + 10.0, 100.0, 1, false));
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
    fn a_call_that_comes_much_later_was_held_back_by_something_else_unless_others_wait() {
        for others_wait in [false, true] {
            let mut spacing = Spacing::default();
            assert_eq!(spacing.sent(100.0, 100.0, 1, others_wait), others_wait);
            assert_eq!(spacing.next_at_ms, 200.0, "the distance counts from when it went");
            assert!(!spacing.sent(1_000.0, 100.0, 1, others_wait));
        }
    }
}
