//! What is wrong with the input, as far as it was read.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use serde::Serialize;

use crate::error::Issue;
use crate::model::redact::Redactor;

/// How many problems are told. Further ones are of the same kind, most of all, and would bury
/// these.
const MOST_TOLD: usize = 20;

/// What was found wrong so far.
#[derive(Debug, Default)]
pub struct Issues {
    told: RefCell<Vec<Issue>>,
    total: Cell<usize>,
    /// Those that do not belong to one place in the input, and are come upon again and again.
    general: RefCell<HashSet<String>>,
    /// Where the page came from that the input is given in.
    page: Option<String>,
    /// The models that have a price, where every model needs one.
    priced: RefCell<Option<Vec<String>>>,
}

/// Everything that is wrong with the input.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// The first problems, in full.
    pub issues: Vec<Issue>,
    /// How many there are.
    pub total: usize,
}

impl Issues {
    /// None yet, in input that is given on a page of that origin, if it is one.
    #[must_use]
    pub fn on_page(page: Option<String>) -> Self {
        Self { page, ..Self::default() }
    }

    /// Where the page came from.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// Notes a problem with one place in the input, which is put into words where it will be told.
    pub fn note(&self, issue: &dyn Fn() -> Issue) {
        let mut told = self.told.borrow_mut();
        if told.len() < MOST_TOLD {
            let issue = issue();
            // The same options are read once for the agent and once for the run.
            if told.contains(&issue) {
                return;
            }
            told.push(issue);
        }
        self.total.set(self.total.get() + 1);
    }

    /// Notes a problem that may be come upon again.
    pub fn add(&self, path: impl Into<String>, message: impl Into<String>, received: impl Into<String>) {
        let issue = Issue { path: path.into(), message: message.into(), received: received.into() };
        if self.general.borrow_mut().insert(format!("{} {}", issue.path, issue.message)) {
            self.note(&|| issue.clone());
        }
    }

    /// All that was found, without the secrets that `redactor` knows.
    #[must_use]
    pub fn take(&self, redactor: &Redactor) -> Refusal {
        let redacted = |issue: Issue| Issue {
            path: redactor.redact(&issue.path),
            message: redactor.redact(&issue.message),
            received: redactor.redact(&issue.received),
        };
        Refusal { issues: self.told.take().into_iter().map(redacted).collect(), total: self.total.take() }
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total.get() == 0
    }

    /// From now on a model that is not among `priced` is a problem: a budget of money cannot be
    /// kept without prices.
    pub fn require_prices<'a>(&self, priced: impl Iterator<Item = &'a String>) {
        self.priced.replace(Some(priced.cloned().collect()));
    }

    /// Notes that `model` will be asked.
    pub fn will_ask(&self, model: &str) {
        if self.priced.borrow().as_ref().is_some_and(|priced| !priced.iter().any(|known| known == model)) {
            let message = format!(
                "`budget.cost` needs the price of every model. Add `{model}: {{ input, output }}`, per million tokens."
            );
            self.add("options.prices", message, format!("no price for `{model}`"));
        }
    }
}
