//! Whether the faults of a call are what others meet as well, or its own.
//!
//! Where a share of all calls comes to nothing, some fail several times in a row without a cause of
//! their own. They are as many as that share says: where three in ten fail, nine in a hundred fail
//! twice. A call that fails more often than one in ten million would has a cause of its own: trying
//! it once more would be in vain.
//!
//! Only the first outcome of each call counts: a call that always fails says no more of the others
//! than any other call.

/// The weight of all earlier calls when one more is counted.
const MEMORY: f64 = 0.995;
/// Of so many calls, one that fails so often may be given up though nothing is wrong with it.
const ONE_IN: f64 = 1e7;
/// So often a call fails at the most, however many others do.
const MOST: u32 = 12;

/// The first outcomes of the latest calls.
#[derive(Debug, Default)]
pub(in crate::engine) struct CommonFaults {
    calls: f64,
    failed: f64,
}

impl CommonFaults {
    /// A call came to its first outcome.
    pub fn came_back(&mut self, failed: bool) {
        self.calls = self.calls * MEMORY + 1.0;
        self.failed = self.failed * MEMORY + if failed { 1.0 } else { 0.0 };
    }

    /// Whether one of all calls may fail so many times by what the others met. The call itself is
    /// one of those that were counted.
    pub fn explain(&self, times: u32) -> bool {
        let others = (self.calls - 1.0).max(1.0);
        let share = ((self.failed - 1.0) / others).max(0.0);
        times < MOST && share.powi(times as i32) * ONE_IN > 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of ten calls, so many fail.
    fn of_ten(failed: u32, calls: u32) -> CommonFaults {
        let mut faults = CommonFaults::default();
        (0..calls).for_each(|call| faults.came_back(call % 10 < failed));
        faults
    }

    /// How often a call fails until it is given up.
    fn tries(faults: &CommonFaults) -> u32 {
        (1..).find(|&times| !faults.explain(times)).unwrap()
    }

    #[test]
    fn the_more_others_fail_the_more_often_a_call_is_tried() {
        let tries = [0, 1, 2, 5, 10].map(|failed| tries(&of_ten(failed, 500)));
        assert_eq!(tries, [1, 7, 10, MOST, MOST]);
    }

    #[test]
    fn a_call_that_fails_among_others_that_do_not_has_a_cause_of_its_own() {
        for calls in [1, 2, 5, 10] {
            let mut faults = of_ten(0, calls - 1);
            faults.came_back(true);
            assert_eq!(tries(&faults), 1, "{calls} calls");
        }
    }

    #[test]
    fn what_others_met_long_ago_counts_no_more() {
        let mut faults = of_ten(3, 500);
        (0..1_000).for_each(|_| faults.came_back(false));
        assert_eq!(tries(&faults), 1);
    }
}
