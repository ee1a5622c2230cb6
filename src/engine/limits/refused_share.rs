//! The share of refusals among the last calls.

/// The weight of one call.
const GAIN: f64 = 0.04;
/// The share that needs no rate.
const TOLERATED: f64 = 0.075;
/// The same while it is open whether the server refuses by chance.
const TOLERATED_IN_DOUBT: f64 = 0.15;

#[derive(Debug, Default)]
pub(in crate::engine) struct RefusedShare(f64);

impl RefusedShare {
    pub fn sent(&mut self) {
        self.0 -= self.0 * GAIN;
    }

    pub fn refused(&mut self) {
        self.0 += GAIN;
    }

    /// Whether more is refused than a few calls in a hundred.
    pub fn is_much(&self) -> bool {
        self.0 > TOLERATED
    }

    /// Whether so few are refused that a first cut can wait until it is known what refuses them.
    pub fn is_tolerable(&self) -> bool {
        self.0 <= TOLERATED_IN_DOUBT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After so many calls, of which each second one is refused.
    fn after(calls: usize) -> RefusedShare {
        let mut share = RefusedShare::default();
        for call in 0..calls {
            share.sent();
            if call % 2 == 0 {
                share.refused();
            }
        }
        share
    }

    #[test]
    fn two_refusals_are_much_and_for_some_time_tolerable() {
        assert!(!after(2).is_much() && after(2).is_tolerable());
        assert!(after(3).is_much() && after(3).is_tolerable());
        assert!(after(10).is_much() && !after(10).is_tolerable());
    }

    #[test]
    fn refusals_of_long_ago_count_no_more() {
        let mut share = after(100);
        (0..50).for_each(|_| share.sent());
        assert!(!share.is_much());
    }
}
