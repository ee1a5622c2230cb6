//! The retry budget: how fast an agent may repeat failed calls, so that an outage does not multiply
//! its traffic.
//!
//! Each success pays for one retry, as in the adaptive throttling of Google's SRE book (chapter 21,
//! `K = 2`), and a few a second are free. Unlike there, a retry waits instead of being dropped: a
//! run that gives up early has lost its work. While many wait, each success lets two go, so that a
//! run is back soon once the server is.

use std::cell::Cell;

use crate::platform::Platform;

/// Retries that can go at once.
const BURST: f64 = 10.0;
/// Retries a second that are always allowed.
const PER_SECOND: f64 = 10.0;
/// What one success pays for, also while retries wait; and how much may come together in this way.
const PER_SUCCESS: f64 = 1.0;
const PER_SUCCESS_IN_DEBT: f64 = 2.0;
const MOST: f64 = 200.0;
/// A retry that waits looks again so soon, whether successes have paid for it.
const LOOK_MS: f64 = 250.0;

/// The budget of one agent.
#[derive(Debug)]
pub struct RetryBudget {
    balance: Cell<f64>,
    counted_at_ms: Cell<f64>,
    /// What successes have paid for so far.
    paid: Cell<f64>,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { balance: Cell::new(BURST), counted_at_ms: Cell::new(0.0), paid: Cell::new(0.0) }
    }
}

impl RetryBudget {
    /// A call was answered.
    pub fn success(&self) {
        let pays = if self.balance.get() < 0.0 { PER_SUCCESS_IN_DEBT } else { PER_SUCCESS };
        self.balance.set((self.balance.get() + pays).min(MOST));
        self.paid.set(self.paid.get() + pays);
    }

    /// Takes one retry out.
    pub fn withdraw(&self, now_ms: f64) -> Ticket<'_> {
        let earned = (now_ms - self.counted_at_ms.replace(now_ms)).max(0.0) * PER_SECOND / 1000.0;
        let before = self.balance.get();
        let balance = (before + earned).min(before.max(BURST)) - 1.0;
        self.balance.set(balance);
        Ticket {
            budget: self,
            from_ms: now_ms,
            debt: (-balance).max(0.0),
            paid: self.paid.get(),
            used: false,
        }
    }
}

/// One retry. Dropped unused, it goes back: a run that is aborted must not slow down the others.
#[derive(Debug)]
pub struct Ticket<'a> {
    budget: &'a RetryBudget,
    from_ms: f64,
    /// The retries before it and itself that nothing has paid for, and what had been paid by then.
    debt: f64,
    paid: f64,
    used: bool,
}

impl Ticket<'_> {
    /// How long the retry has to wait at the most.
    pub fn wait_ms(&self, now_ms: f64) -> f64 {
        let debt = self.debt - (self.budget.paid.get() - self.paid);
        (self.from_ms + debt.max(0.0) * 1000.0 / PER_SECOND - now_ms).max(0.0)
    }

    /// Waits until there is something to pay for the retry.
    pub async fn wait(&self, platform: &dyn Platform) {
        loop {
            let wait_ms = self.wait_ms(platform.now_ms());
            if wait_ms <= 0.0 {
                return;
            }
            platform.sleep(wait_ms.min(LOOK_MS)).await;
        }
    }

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
    fn a_success_pays_for_one_retry() {
        let budget = RetryBudget::default();
        (0..10).for_each(|_| assert_eq!(retry(&budget, 0.0), 0.0));
        budget.success();
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
    fn while_many_wait_each_success_lets_two_go() {
        let budget = RetryBudget::default();
        let tickets: Vec<Ticket<'_>> = (0..110).map(|_| budget.withdraw(0.0)).collect();
        let last_ms = || tickets[109].wait_ms(0.0);
        assert_eq!(last_ms(), 10_000.0);
        (0..30).for_each(|_| budget.success());
        assert_eq!(last_ms(), 4_000.0);
    }

    #[test]
    fn a_retry_that_is_not_made_costs_nothing() {
        let budget = RetryBudget::default();
        drop((0..30).map(|_| budget.withdraw(0.0)).collect::<Vec<_>>());
        assert_eq!(retry(&budget, 0.0), 0.0);
    }

    fn retry(budget: &RetryBudget, now_ms: f64) -> f64 {
        let ticket = budget.withdraw(now_ms);
        let wait_ms = ticket.wait_ms(now_ms);
        ticket.spend();
        wait_ms
    }
}
