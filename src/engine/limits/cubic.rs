//! How a rate grows again after a cut, in the way of CUBIC (RFC 9438): slowly near the rate of the
//! cut, and ever faster beyond it. It grows with answers, not with time: a rate that nobody uses
//! proves nothing.

use super::throughput::Throughput;

/// What is left of the rate after a cut, and of one that is known to be the limit.
pub(super) const KEPT: f64 = 0.85;
pub(super) const KEPT_OF_KNOWN: f64 = 0.95;
/// A known limit is refused soon after the answers that bring the rate back to it. After so many
/// times as many it is the limit no more, and the rate grows so many times as fast.
const OUTGROWN: f64 = 1.5;
const FASTER: f64 = 5.0;
/// A rate that has grown to so many times that of its cut may not be what the server refused.
const NOT_THE_CAUSE: f64 = 2.0;
/// The number of answers that bring the rate back to where it was cut; the least where few calls
/// had got through.
const ANSWERS: f64 = 30.0;
pub(super) const FEW_ANSWERS: f64 = 4.0;
/// Where less got through than a rate that had grown, something else may have held calls back: the
/// rate is cut from this share of it at the least.
const LEAST_OF_GROWN: f64 = 0.75;
/// Where answers come slowly, those of this time bring the rate back.
const RECOVERY_MS: f64 = 30_000.0;
/// Between two cuts there are so many times as many answers as one refusal costs.
const ANSWERS_A_LOSS: f64 = 6.0;

/// A rate that was cut, in calls a millisecond.
#[derive(Debug)]
pub(in crate::engine) struct Cubic {
    /// The rate before the cut.
    pub cut_at: f64,
    kept: f64,
    /// How many answers bring it back there.
    answers_needed: f64,
    answers: f64,
}

impl Cubic {
    pub fn new(cut_at: f64, answers_needed: f64) -> Self {
        Self { cut_at, kept: KEPT, answers_needed, answers: 0.0 }
    }

    /// Close to a limit that was found before.
    pub fn known(limit: f64, answers_needed: f64) -> Self {
        Self { kept: KEPT_OF_KNOWN, ..Self::new(limit, answers_needed) }
    }

    /// A cut at a refusal for which calls wait so long. `before` is the cut before it; without one,
    /// `least` is a rate that is known to get through.
    pub fn after(
        before: Option<&Self>,
        least: f64,
        throughput: &Throughput,
        wait_ms: f64,
        floor: f64,
        now_ms: f64,
    ) -> Self {
        let recent = throughput.recent_rate(now_ms);
        let cut_at = before.map_or(recent.max(least), |before| {
            let rate = before.rate();
            // Refused before it was back where it had been cut, it cannot be what it was.
            let is_less = rate < before.cut_at;
            let least = before.cut_at.max(rate * LEAST_OF_GROWN);
            let cut_at = if is_less { rate * (1.0 + KEPT) / 2.0 } else { recent.clamp(least, rate) };
            cut_at.max(floor)
        });
        // Where few calls got through, little is known of the rate; nor is it before the first cut,
        // when the number of calls at once held others back.
        let accepted = throughput.accepted;
        let loss = (wait_ms * cut_at * ANSWERS_A_LOSS).min(accepted);
        let answers = if before.is_some() { accepted.min(cut_at * RECOVERY_MS) } else { FEW_ANSWERS };
        Self::new(cut_at, answers.clamp(FEW_ANSWERS, ANSWERS).max(loss))
    }

    pub fn rate(&self) -> f64 {
        let recovered = self.answers / self.answers_needed - 1.0;
        self.cut_at * (1.0 + (1.0 - self.kept) * recovered * recovered * recovered)
    }

    /// A call that the rate had held back was answered.
    pub fn answered(&mut self) {
        let is_outgrown = self.kept == KEPT_OF_KNOWN && self.answers > self.answers_needed * OUTGROWN;
        self.answers += if is_outgrown { FASTER } else { 1.0 };
    }

    /// Whether the cut may have had another cause than the rate.
    pub fn is_disproved(&self) -> bool {
        self.rate() > self.cut_at * NOT_THE_CAUSE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_bring_the_rate_back_and_then_ever_faster_above_where_it_was_cut() {
        let mut cubic = Cubic::new(100.0, 30.0);
        assert_eq!(cubic.rate(), 85.0);
        let rates: Vec<f64> = (0..70)
            .map(|_| {
                cubic.answered();
                cubic.rate()
            })
            .collect();
        assert!(rates.is_sorted(), "it grows without a step back");
        assert_eq!(rates[29], 100.0);
        assert!(rates[69] > 120.0, "{}", rates[69]);
        assert!(!cubic.is_disproved());
        (0..30).for_each(|_| cubic.answered());
        assert!(cubic.is_disproved(), "twice the rate gets through");
    }

    #[test]
    fn a_rate_that_had_grown_is_cut_from_no_less_than_three_quarters_of_it() {
        let mut throughput = Throughput::default();
        throughput.start(0.0);
        (0..100).for_each(|_| throughput.sent());
        let mut grown = Cubic::new(0.01, FEW_ANSWERS);
        (0..12).for_each(|_| grown.answered());
        // Ten a second got through of twenty-two: something else may have held calls back.
        let cut = Cubic::after(Some(&grown), 0.0, &throughput, 0.0, 0.0, 10_000.0);
        assert_eq!(cut.cut_at, grown.rate() * LEAST_OF_GROWN);
    }

    #[test]
    fn a_known_limit_that_is_not_refused_is_left_behind_soon() {
        let answers_to_double = |mut cubic: Cubic| {
            (1..).find(|_| {
                cubic.answered();
                cubic.rate() >= 20.0
            })
        };
        assert_eq!(answers_to_double(Cubic::known(10.0, 60.0)), Some(118));
        assert_eq!(answers_to_double(Cubic::new(10.0, 60.0)), Some(173));
    }
}
