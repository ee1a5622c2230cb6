//! The outage of a server that had answered and now fails every call. One call at a time (a probe)
//! finds out whether it is back; then the others come back step by step.

/// So many failures without an answer in between make an outage.
const FAILURES: u32 = 8;
/// The wait between two probes: at first, and at most.
const FIRST_MS: f64 = 250.0;
const LONGEST_MS: f64 = 1_000.0;
/// How long an outage may take before it counts as failure.
const PATIENCE_MS: f64 = 65_000.0;
/// After an outage, each answer makes room for so many more calls at once, up to a number that is
/// no limit.
const STEP: f64 = 2.0;
const OPEN: f64 = 256.0;

#[derive(Debug)]
pub(in crate::engine) struct Outage {
    failures: u32,
    failing_since_ms: f64,
    answered_at_ms: Option<f64>,
    probes: u32,
    /// The number of the first probe.
    first_probe: u64,
    until_ms: f64,
    /// How many calls may be under way.
    room: f64,
}

impl Default for Outage {
    fn default() -> Self {
        Self {
            failures: 0,
            failing_since_ms: 0.0,
            answered_at_ms: None,
            probes: 0,
            first_probe: 0,
            until_ms: f64::NEG_INFINITY,
            room: f64::INFINITY,
        }
    }
}

impl Outage {
    pub fn until_ms(&self) -> f64 {
        self.until_ms
    }

    pub fn has_room(&self, in_flight: usize) -> bool {
        (in_flight as f64) < self.room
    }

    /// Whether the server answered anything yet.
    pub fn was_up(&self) -> bool {
        self.answered_at_ms.is_some()
    }

    /// Whether it answers some calls.
    pub fn is_up(&self) -> bool {
        self.was_up() && self.failures < FAILURES
    }

    /// For how long no call was answered.
    pub fn failing_ms(&self, now_ms: f64) -> f64 {
        if self.failures == 0 { 0.0 } else { now_ms - self.failing_since_ms }
    }

    pub fn answered(&mut self, now_ms: f64) {
        self.failures = 0;
        self.probes = 0;
        self.answered_at_ms = Some(now_ms);
        self.until_ms = f64::NEG_INFINITY;
        self.room += STEP;
        if self.room >= OPEN {
            self.room = f64::INFINITY;
        }
    }

    /// A call was refused for the rate: that is no outage, and no answer, either.
    pub fn refused(&mut self, now_ms: f64) {
        if self.failures == 0 {
            self.failing_since_ms = now_ms;
            self.failures = 1;
        }
    }

    /// Call `sent` failed; `next` is the number of the next call. Returns whether it failed in an
    /// outage.
    pub fn failed(&mut self, sent: u64, next: u64, now_ms: f64, random: f64) -> bool {
        if self.failures == 0 {
            self.failing_since_ms = now_ms;
        }
        self.failures += 1;
        let was_up = self.answered_at_ms.is_some_and(|at_ms| now_ms - at_ms < PATIENCE_MS);
        if self.failures < FAILURES || !was_up {
            return false;
        }
        if self.probes == 0 || sent >= self.first_probe {
            let wait_ms = (FIRST_MS * f64::from(1 << self.probes.min(8))).min(LONGEST_MS);
            self.probes += 1;
            self.first_probe = next;
            self.until_ms = now_ms + wait_ms * (0.5 + random / 2.0);
            self.room = 1.0;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many calls fail, one every millisecond from `now_ms` on. Returns whether the last failed
    /// in an outage.
    fn fail(outage: &mut Outage, calls: u64, now_ms: f64) -> bool {
        (1..=calls).map(|call| outage.failed(call, calls + 1, now_ms + call as f64, 1.0)).last().unwrap()
    }

    #[test]
    fn eight_failures_in_a_row_are_an_outage_of_a_server_that_had_answered() {
        let mut outage = Outage::default();
        assert!(!fail(&mut outage, 100, 0.0), "a server that never answered may not be there at all");
        outage.answered(200.0);
        assert!(!fail(&mut outage, 7, 1_000.0));
        outage.answered(1_010.0);
        assert!(!fail(&mut outage, 7, 1_020.0), "there was an answer in between");
        assert!(fail(&mut outage, 1, 1_030.0));
    }

    #[test]
    fn in_an_outage_one_probe_after_the_other_finds_out_whether_the_server_is_back() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        fail(&mut outage, 8, 0.0);
        assert!(outage.has_room(0) && !outage.has_room(1));
        // The calls that were under way say nothing new. The probes follow at longer and longer
        // distances.
        let mut now = outage.until_ms();
        let mut waits = Vec::new();
        for probe in 9..13 {
            assert!(outage.failed(probe, probe + 1, now, 1.0));
            assert!(outage.failed(5, probe + 1, now, 1.0), "an old call");
            waits.push(outage.until_ms() - now);
            now = outage.until_ms();
        }
        assert_eq!(waits, [500.0, 1_000.0, 1_000.0, 1_000.0]);
    }

    #[test]
    fn after_an_outage_calls_come_back_step_by_step() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        fail(&mut outage, 8, 0.0);
        outage.answered(1_000.0);
        assert!(outage.has_room(2) && !outage.has_room(3), "each answer makes room for two more");
        (0..200).for_each(|_| outage.answered(1_001.0));
        assert!(outage.has_room(100_000));
    }

    #[test]
    fn an_outage_that_takes_more_than_a_minute_counts_as_failure() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        assert!(fail(&mut outage, 20, 60_000.0));
        assert!(!outage.failed(21, 22, 66_000.0, 1.0));
    }

    #[test]
    fn a_refusal_for_the_rate_is_no_outage_and_no_answer() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        (0..100).for_each(|_| outage.refused(10.0));
        assert!(outage.has_room(100_000));
        assert_eq!(outage.failing_ms(1_010.0), 1_000.0);
    }
}
