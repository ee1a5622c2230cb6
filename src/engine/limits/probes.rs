//! What follows when one call after the other is refused: a limit is used up. Then one call at a
//! time (a probe) finds out whether it is open again, at longer and longer distances.

/// The wait between two probes: at first, and at most, which is the time of so many calls.
pub(super) const FIRST_MS: f64 = 500.0;
pub(super) const LONGEST_MS: [f64; 2] = [2_000.0, 8_000.0];
pub(super) const LONGEST_GAPS: f64 = 20.0;
/// And the share of the time that the limit has been closed for by then.
const LONGER: f64 = 0.33;

#[derive(Debug, Default)]
pub(in crate::engine) struct Probes {
    /// The last call that was refused, by its number, and how many were one after the other.
    pub last_refused: u64,
    in_a_row: u32,
    closed_since_ms: f64,
    /// When the last refusal came that said something new.
    pub refused_at_ms: f64,
    wait_ms: f64,
}

impl Probes {
    /// Call `call` was refused. Returns whether the one before it was refused as well.
    pub fn is_next(&mut self, call: u64) -> bool {
        let is_next = self.in_a_row > 0 && call == self.last_refused + 1;
        self.last_refused = self.last_refused.max(call);
        is_next
    }

    /// The refusal says something new.
    pub fn refused(&mut self, is_next: bool, now_ms: f64) {
        if !is_next {
            self.in_a_row = 0;
            self.closed_since_ms = now_ms;
        }
        self.in_a_row += 1;
        self.refused_at_ms = now_ms;
    }

    /// A call that was sent after the last refused one was answered. Returns from when on the limit
    /// was closed, and when it opened: at some time between the last two probes. Where none was
    /// sent for longer than it had to wait, there was nothing to send.
    pub fn answered(&mut self, sent_at_ms: f64) -> Option<[f64; 2]> {
        let waited_ms = (sent_at_ms - self.refused_at_ms).min(if self.are_on() { self.wait_ms } else { 0.0 });
        let opened_at_ms = self.refused_at_ms + waited_ms / 2.0;
        let was_closed = std::mem::take(&mut self.in_a_row) > 0;
        was_closed.then_some([self.closed_since_ms, opened_at_ms])
    }

    /// What refused calls was no limit that is closed.
    pub fn stop(&mut self) {
        self.in_a_row = 0;
    }

    /// Whether the last call was not refused, as far as is known.
    pub fn is_open(&self) -> bool {
        self.in_a_row == 0
    }

    /// Whether one call at a time goes.
    pub fn are_on(&self) -> bool {
        self.in_a_row > 1
    }

    /// How long the next probe waits, where calls get through one each `gap_ms`. The one after it
    /// waits for its outcome for as long.
    pub fn next_wait_ms(&mut self, gap_ms: f64, random: f64) -> f64 {
        let [least, most] = LONGEST_MS;
        let closed_ms = self.refused_at_ms - self.closed_since_ms;
        let longest_ms = (gap_ms * LONGEST_GAPS).max(closed_ms * LONGER).clamp(least, most);
        let doubled = f64::from(1 << (self.in_a_row.clamp(2, 8) - 2));
        self.wait_ms = (FIRST_MS * doubled).min(longest_ms);
        self.wait_ms * (0.5 + random / 2.0)
    }

    /// How long the outcome of a probe is waited for.
    pub fn outcome_wait_ms(&self) -> Option<f64> {
        self.are_on().then_some(self.wait_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_follow_at_longer_and_longer_distances_up_to_twenty_gaps() {
        let mut probes = Probes::default();
        let mut waits = Vec::new();
        for call in 1..=7 {
            let is_next = probes.is_next(call);
            probes.refused(is_next, 0.0);
            waits.push(if probes.are_on() { probes.next_wait_ms(200.0, 1.0) } else { 0.0 });
        }
        assert_eq!(waits, [0.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 4_000.0, 4_000.0]);
    }

    #[test]
    fn calls_that_were_refused_with_answers_in_between_are_no_row() {
        let mut probes = Probes::default();
        for call in [1, 3, 5] {
            let is_next = probes.is_next(call);
            probes.refused(is_next, call as f64);
            assert!(!probes.are_on() && !probes.is_open());
            assert_eq!(probes.answered(call as f64), Some([call as f64; 2]));
        }
        assert!(probes.is_open());
    }

    #[test]
    fn an_answer_tells_when_a_limit_was_closed_and_opened() {
        let mut probes = Probes::default();
        for call in 1..=10 {
            let is_next = probes.is_next(call);
            probes.refused(is_next, call as f64 * 1_000.0);
        }
        probes.next_wait_ms(200.0, 1.0);
        assert_eq!(probes.answered(11_000.0), Some([1_000.0, 10_500.0]));
        assert_eq!(probes.answered(12_000.0), None);
        for call in [11, 12] {
            let is_next = probes.is_next(call);
            probes.refused(is_next, 20_000.0);
        }
        probes.next_wait_ms(200.0, 1.0);
        assert_eq!(probes.answered(900_000.0), Some([20_000.0, 20_250.0]), "nobody asked in between");
    }
}
