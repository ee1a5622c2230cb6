//! Reads a tree of input, notes everything that is wrong with it, and where. What cannot be read counts as not given, so
//! that reading goes on to the next problem.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::input::{Input, Live};
use crate::error::Issue;

/// Everything found wrong so far.
#[derive(Debug, Default)]
pub struct Issues {
    found: RefCell<Vec<Issue>>,
    /// The models that have a price, where every model needs one.
    priced: RefCell<Option<HashSet<String>>>,
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

    /// All of them; none if everything is right.
    #[must_use]
    pub fn take(&self) -> Vec<Issue> {
        self.found.take()
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
        if self.priced.borrow().as_ref().is_some_and(|priced| !priced.contains(model)) {
            let message = format!(
                "`budget.cost` needs the price of every model. Add `{model}: {{ input, output }}`, per million tokens."
            );
            self.add("options.prices", message, format!("no price for `{model}`"));
        }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    value: &'a Input,
    path: String,
    issues: &'a Issues,
    secret: bool,
}

impl<'a> Field<'a> {
    /// The root of a tree; `path` is the argument's name.
    #[must_use]
    pub fn new(value: &'a Input, path: impl Into<String>, issues: &'a Issues) -> Self {
        Self { value, path: path.into(), issues, secret: false }
    }

    /// Never repeats what stood there.
    #[must_use]
    pub fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Where it stands.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What stands there.
    #[must_use]
    pub fn value(&self) -> &'a Input {
        self.value
    }

    /// Whether there is anything.
    #[must_use]
    pub fn is_given(&self) -> bool {
        *self.value != Input::Undefined
    }

    /// Notes that something else was expected here.
    pub fn expected(&self, what: &str) {
        self.wrong(&format!("Expected `{}` to be {what}, got {}.", self.path, self.received()));
    }

    /// Notes what is wrong here, in words of its own.
    pub fn wrong(&self, message: &str) {
        self.issues.add(&*self.path, message, self.received());
    }

    fn received(&self) -> String {
        match self.value {
            Input::Text(_) if self.secret => "a string".into(),
            other => other.describe(),
        }
    }

    /// A string that is not blank.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        match self.value {
            Input::Undefined => None,
            Input::Text(text) if !text.trim().is_empty() => Some(text),
            _ => {
                self.expected("a string that is not empty");
                None
            }
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self.value {
            Input::Undefined => None,
            Input::Bool(value) => Some(*value),
            _ => {
                self.expected("`true` or `false`");
                None
            }
        }
    }

    /// A number within a range. `what` says which, in words.
    #[must_use]
    pub fn number(&self, range: RangeInclusive<f64>, what: &str) -> Option<f64> {
        match self.value {
            Input::Undefined => None,
            Input::Number(number) if range.contains(number) => Some(*number),
            _ => {
                self.expected(what);
                None
            }
        }
    }

    /// A number without a fraction, within a range.
    #[must_use]
    pub fn whole(&self, range: RangeInclusive<f64>, what: &str) -> Option<f64> {
        match self.value {
            Input::Number(number) if number.fract() != 0.0 => {
                self.expected(what);
                None
            }
            _ => self.number(range, what),
        }
    }

    /// One of a few words.
    #[must_use]
    pub fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let Input::Text(text) = self.value else {
            if self.is_given() {
                self.expected(&alternatives(choices));
            }
            return None;
        };
        let choice = choices.iter().find(|(name, _)| name == text).map(|(_, choice)| *choice);
        if choice.is_none() {
            self.expected(&alternatives(choices));
        }
        choice
    }

    /// The items of an array.
    #[must_use]
    pub fn list(&self, what: &str) -> Option<Vec<Field<'a>>> {
        match self.value {
            Input::Undefined => None,
            Input::List(items) => {
                let item = |(index, value)| Field {
                    value,
                    path: format!("{}[{index}]", self.path),
                    issues: self.issues,
                    secret: self.secret,
                };
                Some(items.iter().enumerate().map(item).collect())
            }
            _ => {
                self.expected(what);
                None
            }
        }
    }

    /// The fields of an object, whatever their names.
    #[must_use]
    pub fn entries(&self, what: &str) -> Option<Vec<(&'a str, Field<'a>)>> {
        match self.value {
            Input::Undefined => None,
            Input::Record(fields) => {
                Some(fields.iter().map(|(name, value)| (name.as_str(), self.child(name, value))).collect())
            }
            _ => {
                self.expected(what);
                None
            }
        }
    }

    /// A field of an object; not given when this is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Field<'a> {
        self.child(name, self.value.field(name))
    }

    /// Notes every field whose name is not `known`, with the nearest that is.
    pub fn reject_unknown(&self, known: &[&str]) {
        self.reject_misplaced(known, &[]);
    }

    /// The same, where `elsewhere` says which names somebody else knows, and who.
    pub fn reject_misplaced(&self, known: &[&str], elsewhere: &[(&str, &str)]) {
        for (name, field) in self.entries("an object").unwrap_or_default() {
            if known.contains(&name) || !field.is_given() {
                continue;
            }
            let message = match elsewhere.iter().find(|(other, _)| *other == name) {
                Some((_, owner)) => format!("`{name}` is an option of `{owner}` and means nothing here."),
                None => {
                    let hint = nearest(name, known).map_or_else(
                        || format!("Known are {}.", known.join(", ")),
                        |near| format!("Did you mean `{near}`?"),
                    );
                    format!("Unknown option `{name}`. {hint}")
                }
            };
            field.secret().wrong(&message);
        }
    }

    /// A function.
    #[must_use]
    pub fn function(&self) -> Option<Live> {
        self.live("function", "a function")
    }

    /// Something of a class.
    #[must_use]
    pub fn object(&self, what: &str) -> Option<Live> {
        self.live("object", what)
    }

    /// Something that answers can be kept in.
    #[must_use]
    pub fn store(&self) -> Option<Live> {
        self.live("store", "a store: an object with the methods `get(key)` and `set(key, value)`")
    }

    fn live(&self, kind: &str, what: &str) -> Option<Live> {
        match self.value {
            Input::Undefined => None,
            Input::Live(live) if live.kind == kind => Some(*live),
            _ => {
                self.expected(what);
                None
            }
        }
    }

    fn child(&self, name: &str, value: &'a Input) -> Field<'a> {
        let path = if self.path.is_empty() { name.into() } else { format!("{}.{name}", self.path) };
        Field { value, path, issues: self.issues, secret: self.secret }
    }
}

fn alternatives<T>(choices: &[(&str, T)]) -> String {
    choices.iter().map(|(name, _)| format!("'{name}'")).collect::<Vec<_>>().join(" or ")
}

/// The known name that was probably meant.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let distance = |other: &str| strsim::osa_distance(&name, &other.to_ascii_lowercase());
    let near = known.iter().copied().min_by_key(|other| distance(other))?;
    (distance(near) <= 2.max(name.len() / 3)).then_some(near)
}
