//! Lends the slot of a call. A call that waits for a run of its own agent does nothing meanwhile,
//! so that run gets the call's slot and its part of the budget. Without this, such calls would hold
//! all slots and wait for each other.

use std::rc::Rc;

use super::agent::Agent;

/// Room for one more call at once. It ends when this is dropped.
pub struct Loan(Rc<Agent>);

impl Loan {
    /// Lends the slot of a call that is under way; not to be held longer than the call lasts.
    #[must_use]
    pub fn new(agent: &Rc<Agent>) -> Self {
        agent.limiter.lend();
        agent.budget.lend();
        Self(Rc::clone(agent))
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.0.limiter.take_back();
        self.0.budget.take_back();
    }
}
