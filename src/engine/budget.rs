//! `budget`: what may be spent is reserved before a call is sent, so that calls under way cannot overrun it together.
//!
//! The reserve is the estimated prompt and `maxTokens` (or [`GUESS`] without it): only with `maxTokens` on every worker
//! is the budget a hard bound.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;

use super::settings::Allotment;
use crate::error::{Code, Failure};

/// The length of an answer that nothing bounds, in tokens.
pub const GUESS: u32 = 1024;

/// What an amount is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// Tokens.
    pub tokens: f64,
    /// Money.
    pub cost: f64,
}

/// The purse of an agent.
#[derive(Debug)]
pub struct Budget {
    allotment: Allotment,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    spent: Amount,
    reserved: Amount,
    reservations: usize,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Budget {
    /// A full purse.
    #[must_use]
    pub fn new(allotment: Allotment) -> Rc<Self> {
        Rc::new(Self { allotment, state: RefCell::default() })
    }

    /// Sets `amount` aside. When it does not fit, but might once calls under way have settled for less than they
    /// reserved, waits for these.
    ///
    /// # Errors
    /// When it does not fit and nothing is under way.
    pub async fn reserve(self: &Rc<Self>, amount: Amount) -> Result<Reservation, Failure> {
        loop {
            let settled = {
                let mut state = self.state.borrow_mut();
                if self.fits(&state, amount) {
                    state.reserved.tokens += amount.tokens;
                    state.reserved.cost += amount.cost;
                    state.reservations += 1;
                    return Ok(Reservation { budget: Rc::clone(self), amount });
                }
                if state.reservations == 0 {
                    return Err(self.exceeded(&state, amount));
                }
                let (sender, receiver) = oneshot::channel();
                state.waiting.push(sender);
                receiver
            };
            // An error would mean that the sender is gone; looking again is right then, too.
            let _ = settled.await;
        }
    }

    /// Counts what was really spent.
    pub fn spend(&self, amount: Amount) {
        let mut state = self.state.borrow_mut();
        state.spent.tokens += amount.tokens;
        state.spent.cost += amount.cost;
    }

    fn fits(&self, state: &State, amount: Amount) -> bool {
        let fits = |limit: Option<f64>, taken: f64| limit.is_none_or(|limit| taken <= limit);
        fits(self.allotment.tokens, state.spent.tokens + state.reserved.tokens + amount.tokens)
            && fits(self.allotment.cost, state.spent.cost + state.reserved.cost + amount.cost)
    }

    fn exceeded(&self, state: &State, amount: Amount) -> Failure {
        let short =
            |limit: Option<f64>, spent: f64, amount: f64| limit.is_some_and(|limit| spent + amount > limit);
        let message = if short(self.allotment.tokens, state.spent.tokens, amount.tokens) {
            format!(
                "The call may take {} tokens, and of `budget.tokens` {} are left. Raise the budget or lower `maxTokens`.",
                amount.tokens,
                (self.allotment.tokens.unwrap_or(0.0) - state.spent.tokens).max(0.0),
            )
        } else {
            "The call may cost more than what is left of `budget.cost`. Raise the budget or lower `maxTokens`.".into()
        };
        Failure::new(Code::BudgetExceeded, message)
    }
}

/// A part of the budget that is set aside. Dropping it gives it back; what was spent is counted apart.
#[derive(Debug)]
pub struct Reservation {
    budget: Rc<Budget>,
    amount: Amount,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut state = self.budget.state.borrow_mut();
        state.reserved.tokens -= self.amount.tokens;
        state.reserved.cost -= self.amount.cost;
        state.reservations -= 1;
        if state.reservations == 0 {
            // Floats that do not cancel out must not hold back what is left.
            state.reserved = Amount::default();
        }
        for waiter in state.waiting.drain(..) {
            let _ = waiter.send(());
        }
    }
}
