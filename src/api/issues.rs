//! What is wrong with the input, as far as it was read.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use serde::Serialize;

use super::input::Input;
use crate::error::Issue;
use crate::model::redact::Redactor;

/// How many problems are told in full. Further ones are mostly of the same kind.
const MOST_ISSUES: usize = 20;

/// What was found wrong so far.
#[derive(Clone, Debug, Default)]
pub struct Issues {
    first: RefCell<Vec<Issue>>,
    total: Cell<usize>,
    /// Problems that several readers may find. They are noted once.
    general: RefCell<HashSet<String>>,
    /// The origin of the page, where the core runs in one.
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
    /// The same, in input that is given on a page of that origin, if it is one.
    #[must_use]
    pub fn on_page(&self, page: Option<String>) -> Self {
        Self { page, ..self.clone() }
    }

    /// The origin of the page, where the core runs in one.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// Notes a problem with one value. Its message is made only if the problem is told.
    pub fn note(&self, issue: &dyn Fn() -> Issue) {
        let mut first = self.first.borrow_mut();
        if first.len() < MOST_ISSUES {
            first.push(issue());
        }
        self.total.set(self.total.get() + 1);
    }

    /// Notes a problem that may be found again. It counts once.
    pub fn add(&self, path: impl Into<String>, message: impl Into<String>, received: impl Into<String>) {
        let issue = Issue { path: path.into(), message: message.into(), received: received.into() };
        if self.general.borrow_mut().insert(format!("{} {}", issue.path, issue.message)) {
            self.note(&|| issue.clone());
        }
    }

    /// Notes what could not be copied, wherever it is in `input`: some values are taken as they
    /// are, and are not looked at again.
    pub fn add_unreadable(&self, input: &Input, path: &str) {
        self.find_unreadable(input, &mut path.into());
    }

    fn find_unreadable(&self, input: &Input, path: &mut String) {
        let end = path.len();
        match input {
            Input::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push_str(&format!("[{index}]"));
                    self.find_unreadable(item, path);
                    path.truncate(end);
                }
            }
            Input::Record(fields) => {
                for (name, value) in fields {
                    path.push('.');
                    path.push_str(name);
                    self.find_unreadable(value, path);
                    path.truncate(end);
                }
            }
            Input::Unreadable(why) => self.add(path.as_str(), &**why, input.describe()),
            _ => {}
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
        Refusal { issues: self.first.take().into_iter().map(redacted).collect(), total: self.total.take() }
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total.get() == 0
    }

    /// From now on, a model without a price is a problem: a budget of money needs one for each.
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
