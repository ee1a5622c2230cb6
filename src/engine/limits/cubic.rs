//! How a rate grows again after a cut, in the way of CUBIC (RFC 9438): slowly near the rate of the
//! cut, and ever faster beyond it. It grows with answers, not with time: a rate that nobody uses
//! proves nothing.

/// What is left of the rate after a cut.
pub(super) const KEPT: f64 = 0.85;
/// A rate that has grown to so many times that of its cut may not be what the server refused.
const NOT_THE_CAUSE: f64 = 2.0;

/// A rate that was cut, in calls a millisecond.
#[derive(Debug)]
pub(in crate::engine) struct Cubic {
    /// The rate before the cut.
    pub cut_at: f64,
    /// How many answers bring it back there.
    answers_needed: f64,
    answers: f64,
}

impl Cubic {
    pub fn new(cut_at: f64, answers_needed: f64) -> Self {
        Self { cut_at, answers_needed, answers: 0.0 }
    }

    pub fn rate(&self) -> f64 {
        let recovered = self.answers / self.answers_needed - 1.0;
        self.cut_at * (1.0 + (1.0 - KEPT) * recovered * recovered * recovered)
    }

    /// A call that the rate had held back was answered.
    pub fn answered(&mut self) {
        self.answers += 1.0;
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
}
