//! The ledger of a run: what it has spent, by model too, and how many requests are under way.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use crate::engine::account::Account;
use crate::model::usage::Usage;
use crate::model::worker::Worker;

/// What one model was used for.
pub(super) struct UsedBy {
    pub provider: &'static str,
    pub model: Rc<str>,
    pub usage: Usage,
}

/// The sums of a run.
#[derive(Default)]
pub(super) struct Ledger {
    account: RefCell<Account>,
    used_by: RefCell<Vec<UsedBy>>,
    in_flight: Cell<usize>,
    peak: Cell<usize>,
    /// How many tasks were answered from the store alone.
    pub from_store: Cell<usize>,
}

impl Ledger {
    /// What was spent so far.
    pub fn account(&self) -> Account {
        *self.account.borrow()
    }

    /// What was spent so far, by model.
    pub fn used_by(&self) -> Ref<'_, Vec<UsedBy>> {
        self.used_by.borrow()
    }

    /// The most requests that were under way at once.
    pub fn peak(&self) -> usize {
        self.peak.get()
    }

    /// Adds to the sums.
    pub fn count(&self, change: impl Fn(&mut Account)) {
        change(&mut self.account.borrow_mut());
    }

    /// A request is sent.
    pub fn request_began(&self) {
        self.in_flight.set(self.in_flight.get() + 1);
        self.peak.set(self.peak.get().max(self.in_flight.get()));
    }

    /// A request is over.
    pub fn request_ended(&self, worker: &Worker, usage: Usage) {
        self.in_flight.set(self.in_flight.get() - 1);
        let mut used_by = self.used_by.borrow_mut();
        let provider = worker.provider.name();
        let known = used_by.iter_mut().find(|used| used.provider == provider && used.model == worker.model);
        match known {
            Some(used) => used.usage += usage,
            None => used_by.push(UsedBy { provider, model: Rc::clone(&worker.model), usage }),
        }
    }
}
