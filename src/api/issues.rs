//! What is wrong with the input, as far as it was read.

use std::cell::RefCell;

use crate::error::Issue;
use crate::model::peer::Redactor;

/// Everything found wrong so far.
#[derive(Debug, Default)]
pub struct Issues {
    found: RefCell<Vec<Issue>>,
    /// The models that have a price, where every model needs one.
    priced: RefCell<Option<Vec<String>>>,
}

impl Issues {
    /// Notes a problem.
    pub fn add(&self, path: impl Into<String>, message: impl Into<String>, received: impl Into<String>) {
        let issue = Issue { path: path.into(), message: message.into(), received: received.into() };
        let mut issues = self.found.borrow_mut();
        // The same options are read once for the agent and once for the run.
        if !issues.contains(&issue) {
            issues.push(issue);
        }
    }

    /// All of them, without the secrets that `redactor` knows; none if everything is right.
    #[must_use]
    pub fn take(&self, redactor: &Redactor) -> Vec<Issue> {
        let struck = |issue: Issue| Issue {
            path: redactor.struck(&issue.path),
            message: redactor.struck(&issue.message),
            received: redactor.struck(&issue.received),
        };
        self.found.take().into_iter().map(struck).collect()
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// From now on a model that is not among `priced` is a problem: a budget of money cannot be kept without prices.
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
