//! `budget`: what may be spent is reserved before a call is sent, so that calls under way cannot
//! overrun it together.
//!
//! The reserve is the estimated prompt and the longest answer that `maxTokens` allows. Without
//! `maxTokens` it is a likely answer, and the budget is no hard bound.
//!
//! A call that another under way waits for may take what is reserved for those that still wait for
//! a slot: they may wait for the slot of that other one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Add;
use std::rc::Rc;

use futures::channel::oneshot;

use crate::engine::settings::Allotment;
use crate::error::{Code, Failure};
use crate::host::number;

/// The likely length of an answer in tokens, where nothing bounds it and no other answer is known:
/// a quarter of its prompt, and no less than a paragraph or two.
#[must_use]
pub fn likely_answer(prompt_tokens: u64) -> u64 {
    const LEAST: u64 = 256;
    (prompt_tokens / 4).max(LEAST)
}

/// Tokens and money.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// Tokens.
    pub tokens: f64,
    /// Money.
    pub cost: f64,
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { tokens: self.tokens + other.tokens, cost: self.cost + other.cost }
    }
}

/// The budget of an agent.
#[derive(Debug)]
pub struct Budget {
    allotment: Allotment,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    spent: Amount,
    /// Of calls that wait for a slot.
    queued: Reserve,
    under_way: Reserve,
    /// How many of those under way wait for others.
    lent: usize,
    /// In the order of arrival. The first is woken when something is settled, and wakes the next.
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// What is reserved for some calls.
#[derive(Clone, Copy, Debug, Default)]
struct Reserve {
    amount: Amount,
    calls: usize,
}

impl Reserve {
    fn add(&mut self, amount: Amount) {
        self.amount = self.amount + amount;
        self.calls += 1;
    }

    fn remove(&mut self, amount: Amount) {
        self.amount.tokens -= amount.tokens;
        self.amount.cost -= amount.cost;
        self.calls -= 1;
        if self.calls == 0 {
            // Floats that do not cancel out must not hold back what is left.
            self.amount = Amount::default();
        }
    }
}

impl Budget {
    /// A budget of which nothing is spent.
    #[must_use]
    pub fn new(allotment: Allotment) -> Rc<Self> {
        Rc::new(Self { allotment, state: RefCell::default() })
    }

    /// Reserves `amount`, which is computed when it is this call's turn. If it does not fit, waits
    /// for calls under way, which may use less than they reserved. `ahead` of others where a call
    /// under way waits for this one.
    ///
    /// # Errors
    /// When it does not fit and nothing is under way that will settle by itself.
    pub async fn reserve(
        self: &Rc<Self>,
        amount: &dyn Fn() -> Amount,
        ahead: bool,
    ) -> Result<Reservation, Failure> {
        // Held until the end: the next in the queue has its turn whatever comes of this one.
        let mut turn: Option<Turn> = None;
        loop {
            let settled = {
                let amount = amount();
                let mut state = self.state.borrow_mut();
                let first = ahead || turn.is_some() || state.waiting.is_empty();
                let queued = if ahead { Reserve::default() } else { state.queued };
                if first && self.fits(&state, queued.amount + amount) {
                    return Ok(self.set_aside(&mut state, amount));
                }
                let idle = if ahead { state.lent } else { 0 };
                if first && state.under_way.calls + queued.calls <= idle {
                    return Err(self.exceeded(&state, amount));
                }
                let (sender, receiver) = oneshot::channel();
                match turn.take() {
                    None if ahead => state.waiting.push_front(sender),
                    None => state.waiting.push_back(sender),
                    Some(turn) => {
                        turn.keep();
                        state.waiting.push_front(sender);
                    }
                }
                receiver
            };
            turn = settled.await.ok();
        }
    }

    /// Reserves `amount` if it fits at once and no call waits.
    #[must_use]
    pub fn try_reserve(self: &Rc<Self>, amount: Amount) -> Option<Reservation> {
        let mut state = self.state.borrow_mut();
        let fits = self.fits(&state, state.queued.amount + amount);
        (fits && state.waiting.is_empty()).then(|| self.set_aside(&mut state, amount))
    }

    /// A call under way waits for others from now on.
    pub fn lend(&self) {
        self.state.borrow_mut().lent += 1;
    }

    /// It waits no more.
    pub fn take_back(&self) {
        let mut state = self.state.borrow_mut();
        state.lent = state.lent.saturating_sub(1);
    }

    fn set_aside(self: &Rc<Self>, state: &mut State, amount: Amount) -> Reservation {
        state.queued.add(amount);
        Reservation { budget: Rc::clone(self), amount, is_under_way: false }
    }

    fn call_next(self: &Rc<Self>) {
        loop {
            let Some(next) = self.state.borrow_mut().waiting.pop_front() else { return };
            if !next.is_canceled() {
                // It was there a moment ago, and nothing else runs meanwhile.
                let _ = next.send(Turn { budget: Rc::clone(self), kept: false });
                return;
            }
        }
    }

    /// Counts what was really spent.
    pub fn spend(&self, amount: Amount) {
        let mut state = self.state.borrow_mut();
        state.spent = state.spent + amount;
    }

    /// Whether `amount` fits beside what is under way.
    fn fits(&self, state: &State, amount: Amount) -> bool {
        let fits = |limit: Option<f64>, taken: f64| limit.is_none_or(|limit| taken <= limit);
        let Amount { tokens, cost } = state.spent + state.under_way.amount + amount;
        fits(self.allotment.tokens, tokens) && fits(self.allotment.cost, cost)
    }

    fn exceeded(&self, state: &State, amount: Amount) -> Failure {
        let short =
            |limit: Option<f64>, spent: f64, amount: f64| limit.is_some_and(|limit| spent + amount > limit);
        let message = if short(self.allotment.tokens, state.spent.tokens, amount.tokens) {
            format!(
                "The call may take {} tokens, and of `budget.tokens` {} are left. Raise the budget, or set a lower `maxTokens`.",
                number::text(amount.tokens),
                number::text((self.allotment.tokens.unwrap_or(0.0) - state.spent.tokens).max(0.0)),
            )
        } else {
            "The call may cost more than what is left of `budget.cost`. Raise the budget, or set a lower `maxTokens`.".into()
        };
        Failure::new(Code::BudgetExceeded, message)
    }
}

/// The turn to reserve. On drop it goes to the next call in the queue.
#[derive(Debug)]
struct Turn {
    budget: Rc<Budget>,
    kept: bool,
}

impl Turn {
    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.kept {
            self.budget.call_next();
        }
    }
}

/// A reserved part of the budget. Dropping it gives it back; what was spent is counted apart.
#[derive(Debug)]
pub struct Reservation {
    budget: Rc<Budget>,
    /// How much it is.
    pub amount: Amount,
    is_under_way: bool,
}

impl Reservation {
    /// The call has its slot, and takes `amount`, if that fits by now.
    pub fn begin(&mut self, amount: Amount) -> bool {
        let mut state = self.budget.state.borrow_mut();
        let fits = self.budget.fits(&state, amount);
        if fits {
            state.queued.remove(self.amount);
            state.under_way.add(amount);
            self.amount = amount;
            self.is_under_way = true;
        }
        fits
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        {
            let State { queued, under_way, .. } = &mut *self.budget.state.borrow_mut();
            if self.is_under_way { under_way } else { queued }.remove(self.amount);
        }
        self.budget.call_next();
    }
}
