//! The outage of a server that had answered and now fails every call. One call at a time (a probe)
//! finds out whether it is back; then the others come back step by step: with each answer, and
//! while calls are under way for longer than a failure takes.

/// So many failures without an answer in between make an outage, if they are this share of the
/// calls from the first of them to the last: of a server that fails some at once and works at the
/// others for long, failures are heard of first.
const FAILURES: u32 = 8;
const SHARE: f64 = 0.8;
/// The wait between two probes: at first, and at most.
const FIRST_MS: f64 = 250.0;
const LONGEST_MS: f64 = 1_000.0;
/// How long an outage may take before it counts as failure.
const PATIENCE_MS: f64 = 65_000.0;
/// For how long calls that may ask another server wait for this one, and how often it may refuse
/// one that is alone: it may have named a wait that was too short.
const LASTING_MS: f64 = 2_000.0;
const REFUSALS: u32 = 3;
/// After an outage, each answer makes room for so many more calls at once, up to a number that is
/// no limit.
const STEP: f64 = 2.0;
const OPEN: f64 = 256.0;
/// And a probe that is still under way, for so many times as many, each time that twice the time of
/// a failure has passed.
const GROWTH: f64 = 3.0;

#[derive(Debug)]
pub(in crate::engine) struct Outage {
    failures: u32,
    failing_since_ms: f64,
    answered_at_ms: Option<f64>,
    probes: u32,
    /// The number of the first probe.
    first_probe: u64,
    until_ms: f64,
    /// The server may not be there at all: until then, no call asks it that may ask another.
    not_there_until_ms: f64,
    /// How many calls may be under way.
    room: f64,
    /// The number of the first call that failed since the last answer.
    first_failed: u64,
    /// The highest number of one that did, and how long that call took.
    last_failed: u64,
    failure_ms: f64,
    /// When the first probe was sent that has not failed.
    probe_at_ms: Option<f64>,
    /// How many calls were refused for the rate since the last answer that were alone.
    refused_alone: u32,
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
            not_there_until_ms: f64::NEG_INFINITY,
            room: f64::INFINITY,
            first_failed: 0,
            last_failed: 0,
            failure_ms: 0.0,
            probe_at_ms: None,
            refused_alone: 0,
        }
    }
}

impl Outage {
    pub fn until_ms(&self) -> f64 {
        self.until_ms
    }

    /// Whether the server is not asked now, and was out for so long that another is to be asked
    /// instead.
    pub fn is_lasting(&self, now_ms: f64) -> bool {
        let until_ms = self.until_ms.max(self.not_there_until_ms);
        until_ms > now_ms && self.failing_ms(now_ms) >= LASTING_MS
    }

    /// Whether the server refused every call for the rate, and for so long that another is to be
    /// asked instead.
    pub fn is_refused(&self, now_ms: f64) -> bool {
        self.refused_alone >= REFUSALS && self.failing_ms(now_ms) >= LASTING_MS
    }

    /// When one more call may go beside so many; none before more is known.
    pub fn opens_beside(&self, in_flight: usize) -> Option<f64> {
        let in_flight = in_flight as f64;
        if in_flight < self.room {
            return Some(f64::NEG_INFINITY);
        }
        // A server that is down mostly says so at once: a probe that is still under way is likely
        // to be answered.
        let step_ms = (self.failure_ms * 2.0).max(FIRST_MS);
        Some(self.probe_at_ms? + step_ms * ((in_flight + 1.0) / self.room).ln() / GROWTH.ln())
    }

    pub fn sent(&mut self, now_ms: f64) {
        if self.room == 1.0 {
            self.probe_at_ms.get_or_insert(now_ms);
        }
    }

    /// Whether the server answered anything yet.
    pub fn was_up(&self) -> bool {
        self.answered_at_ms.is_some()
    }

    /// Whether it answers some calls.
    pub fn is_up(&self) -> bool {
        self.was_up() && self.probes == 0
    }

    /// For how long no call was answered.
    pub fn failing_ms(&self, now_ms: f64) -> f64 {
        if self.failures == 0 { 0.0 } else { now_ms - self.failing_since_ms }
    }

    pub fn answered(&mut self, now_ms: f64) {
        self.failures = 0;
        self.probes = 0;
        self.refused_alone = 0;
        self.answered_at_ms = Some(now_ms);
        self.until_ms = f64::NEG_INFINITY;
        self.not_there_until_ms = f64::NEG_INFINITY;
        self.room += STEP;
        if self.room >= OPEN {
            self.room = f64::INFINITY;
        }
    }

    /// Call `sent` was refused for the rate: that is no outage, and no answer, either.
    pub fn refused(&mut self, sent: u64, is_alone: bool, now_ms: f64) {
        self.refused_alone += u32::from(is_alone);
        if self.failures == 0 {
            self.failing_since_ms = now_ms;
            (self.first_failed, self.last_failed) = (sent, sent);
            self.failures = 1;
        }
    }

    /// Call `sent` failed; `next` is the number of the next call. Returns whether it failed in an
    /// outage.
    pub fn failed(&mut self, sent: u64, next: u64, took_ms: f64, now_ms: f64, random: f64) -> bool {
        if self.failures == 0 {
            self.failing_since_ms = now_ms;
            (self.first_failed, self.last_failed) = (sent, sent);
        }
        if sent >= self.last_failed {
            self.last_failed = sent;
            self.failure_ms = took_ms;
        }
        self.failures += 1;
        let among = (self.last_failed - self.first_failed + 1) as f64;
        let is_most = f64::from(self.failures) >= among * SHARE;
        let is_out = self.probes > 0 || self.failures >= FAILURES && is_most;
        let was_up = self.answered_at_ms.is_some_and(|at_ms| now_ms - at_ms < PATIENCE_MS);
        if !is_out {
            return false;
        }
        if !was_up {
            self.not_there_until_ms = now_ms + LONGEST_MS * (0.5 + random / 2.0);
            return false;
        }
        if self.probes == 0 || sent >= self.first_probe {
            let wait_ms = (FIRST_MS * f64::from(1 << self.probes.min(8))).min(LONGEST_MS);
            self.probes += 1;
            self.first_probe = next;
            self.until_ms = now_ms + wait_ms * (0.5 + random / 2.0);
            self.room = 1.0;
            self.probe_at_ms = None;
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
        (1..=calls).map(|call| outage.failed(call, calls + 1, 5.0, now_ms + call as f64, 1.0)).last().unwrap()
    }

    /// Whether one more call may go beside so many, at once.
    fn opens(outage: &Outage, in_flight: usize) -> bool {
        outage.opens_beside(in_flight) == Some(f64::NEG_INFINITY)
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
        assert!(opens(&outage, 0) && !opens(&outage, 1));
        // The calls that were under way say nothing new. The probes follow at longer and longer
        // distances.
        let mut now = outage.until_ms();
        let mut waits = Vec::new();
        for probe in 9..13 {
            assert!(outage.failed(probe, probe + 1, 5.0, now, 1.0));
            assert!(outage.failed(5, probe + 1, 5.0, now, 1.0), "an old call");
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
        assert!(opens(&outage, 2) && !opens(&outage, 3), "each answer makes room for two more");
        (0..200).for_each(|_| outage.answered(1_001.0));
        assert!(opens(&outage, 100_000));
    }

    #[test]
    fn failures_beside_more_calls_that_are_under_way_are_no_outage() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        // One in three fails at once.
        assert!((1..=20).all(|call| !outage.failed(call * 3, call * 3 + 3, 5.0, call as f64, 1.0)));
        assert!(outage.is_up());
    }

    #[test]
    fn while_a_probe_is_under_way_for_longer_than_a_failure_takes_calls_come_back() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        fail(&mut outage, 8, 0.0);
        assert!(!opens(&outage, 1), "no probe was sent");
        outage.sent(1_000.0);
        let at_ms = |in_flight| outage.opens_beside(in_flight).unwrap();
        assert_eq!(at_ms(2), 1_250.0, "three calls");
        assert_eq!(at_ms(8), 1_500.0, "nine calls");
        outage.failed(9, 10, 1_000.0, 2_000.0, 1.0);
        outage.sent(3_000.0);
        assert_eq!(outage.opens_beside(2), Some(5_000.0), "twice the time of a failure");
    }

    #[test]
    fn an_outage_that_takes_more_than_a_minute_counts_as_failure() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        assert!(fail(&mut outage, 20, 60_000.0));
        assert!(!outage.failed(21, 22, 5.0, 66_000.0, 1.0));
    }

    #[test]
    fn a_refusal_for_the_rate_is_no_outage_and_no_answer() {
        let mut outage = Outage::default();
        outage.answered(0.0);
        (0..100).for_each(|_| outage.refused(1, false, 10.0));
        assert!(opens(&outage, 100_000));
        assert_eq!(outage.failing_ms(1_010.0), 1_000.0);
    }
}
