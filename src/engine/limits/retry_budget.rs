//! The retry budget: how fast an agent may repeat failed calls, so that an outage does not multiply
//! its traffic.
//!
//! After Finagle's and tower's: a share of successes plus a constant rate. Unlike theirs it makes a
//! retry wait instead of dropping it, since a run that gives up early has lost its work.

use std::cell::Cell;

/// Retries that can go at once.
const BURST: f64 = 10.0;
/// Retries a second that are always allowed.
const PER_SECOND: f64 = 10.0;
/// What one success adds, and how much may come together in this way.
const PER_SUCCESS: f64 = 0.2;
const MOST: f64 = 200.0;

/// The budget of one agent.
#[derive(Debug)]
pub struct RetryBudget {
    balance: Cell<f64>,
    counted_at_ms: Cell<f64>,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { balance: Cell::new(BURST), counted_at_ms: Cell::new(0.0) }
    }
}

impl RetryBudget {
    /// A call was answered.
    pub fn success(&self) {
        self.balance.set((self.balance.get() + PER_SUCCESS).min(MOST));
    }

    /// Takes one retry out.
    pub fn withdraw(&self, now_ms: f64) -> Ticket<'_> {
        let earned = (now_ms - self.counted_at_ms.replace(now_ms)).max(0.0) * PER_SECOND / 1000.0;
        let before = self.balance.get();
        let balance = (before + earned).min(before.max(BURST)) - 1.0;
        self.balance.set(balance);
        Ticket { budget: self, wait_ms: (-balance).max(0.0) * 1000.0 / PER_SECOND, used: false }
    }
}

/// One retry. Dropped unused, it goes back: a run that is aborted must not slow down the others.
#[derive(Debug)]
pub struct Ticket<'a> {
    budget: &'a RetryBudget,
    /// How long the retry has to wait at the least.
    pub wait_ms: f64,
    used: bool,
}

impl Ticket<'_> {
    /// The retry is made.
    pub fn spend(mut self) {
        self.used = true;
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if !self.used {
            self.budget.balance.set((self.budget.balance.get() + 1.0).min(MOST));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_ten_a_second() {
        let budget = RetryBudget::default();
        let waits: Vec<f64> = (0..30).map(|_| retry(&budget, 0.0)).collect();
        assert!(waits[..10].iter().all(|&wait| wait == 0.0));
        assert_eq!(waits[29], 2000.0);
        assert_eq!(retry(&budget, 60_000.0), 0.0);
    }

    #[test]
    fn five_successes_pay_for_one_retry() {
        let budget = RetryBudget::default();
        (0..10).for_each(|_| assert_eq!(retry(&budget, 0.0), 0.0));
        (0..5).for_each(|_| budget.success());
        assert_eq!(retry(&budget, 0.0), 0.0);
        assert_eq!(retry(&budget, 0.0), 100.0);
    }

    #[test]
    fn a_run_of_successes_pays_for_more_than_a_burst() {
        let budget = RetryBudget::default();
        (0..10_000).for_each(|_| budget.success());
        (0..200).for_each(|_| assert_eq!(retry(&budget, 0.0), 0.0));
        assert!(retry(&budget, 0.0) > 0.0);
    }

    #[test]
    fn a_retry_that_is_not_made_costs_nothing() {
        let budget = RetryBudget::default();
        drop((0..30).map(|_| budget.withdraw(0.0)).collect::<Vec<_>>());
        assert_eq!(retry(&budget, 0.0), 0.0);
    }

    fn retry(budget: &RetryBudget, now_ms: f64) -> f64 {
        let ticket = budget.withdraw(now_ms);
        let wait_ms = ticket.wait_ms;
        ticket.spend();
        wait_ms
    }
}
