//! What all runs of one agent share: limits, budget, account.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use super::account::Account;
use super::limits::budget::Budget;
use super::limits::limiter::Limiter;
use super::limits::retry_budget::RetryBudget;
use super::limits::server_quirks::ServerQuirks;
use super::limits::shared_limiter::SharedLimiter;
use super::settings::Limits;
use super::store::Store;
use crate::platform::Platform;

/// One agent. Runs hold it; it holds no run.
pub struct Agent {
    pub(super) platform: Rc<dyn Platform>,
    pub(super) limiter: Rc<Limiter>,
    pub(super) limits: Limits,
    pub(super) budget: Rc<Budget>,
    pub(super) retry_budget: RetryBudget,
    pub(super) account: RefCell<Account>,
    pub(super) store: Option<Rc<dyn Store>>,
    pub(super) quirks: ServerQuirks,
}

impl fmt::Debug for Agent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Agent").field("limiter", &self.limiter).finish_non_exhaustive()
    }
}

impl Agent {
    /// An agent that has done nothing yet. With a `store`, answers are kept there and not asked for
    /// again.
    #[must_use]
    pub fn new(platform: Rc<dyn Platform>, limits: Limits, store: Option<Rc<dyn Store>>) -> Rc<Self> {
        Rc::new(Self {
            limiter: Limiter::new(Rc::clone(&platform), limits.clone()),
            budget: Budget::new(limits.budget),
            platform,
            limits,
            retry_budget: RetryBudget::default(),
            account: RefCell::default(),
            store,
            quirks: ServerQuirks::default(),
        })
    }

    /// Has other processes asked before each call. Only before the first run.
    pub fn share_limits(&self, limiter: Rc<dyn SharedLimiter>) {
        self.limiter.shared.set(limiter);
    }

    /// Where it runs.
    #[must_use]
    pub fn platform(&self) -> &Rc<dyn Platform> {
        &self.platform
    }

    /// What all its runs have spent.
    #[must_use]
    pub fn account(&self) -> Account {
        *self.account.borrow()
    }

    /// Whether the caller gave prices.
    #[must_use]
    pub fn has_prices(&self) -> bool {
        !self.limits.prices.is_empty()
    }
}
