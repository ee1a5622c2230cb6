//! Reads a tree of input, notes everything that is wrong with it, and where. What cannot be read
//! counts as not given, so that reading goes on to the next problem.

use super::aliases::meant;
use super::input::{Input, JsHandle};
use super::issues::Issues;
use super::numbers::Numbers;
use crate::error::Issue;
use crate::json::Value;
use crate::model::schema::validate::{Unsupported, unsupported};
use crate::nearest::nearest;

/// What to do with a list of messages.
pub const CONVERSATION: &str = "This is a list of messages. Give the question as a string, what the system says as `instructions`, and earlier turns as `history`.";

/// A value and its path.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    value: &'a Input,
    /// Where it would be, if it is not given.
    missing: Option<(&'a Input, &'a str)>,
    root: &'a Input,
    name: &'a str,
    issues: &'a Issues,
    secret: bool,
}

impl<'a> Field<'a> {
    /// The root of a tree. `name` is the name of the argument.
    #[must_use]
    pub fn new(root: &'a Input, name: &'a str, issues: &'a Issues) -> Self {
        Self { value: root, missing: None, root, name, issues, secret: false }
    }

    /// The same, as a secret: no message repeats its value.
    #[must_use]
    pub fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Its path. It is made only for a message, since most fields need none.
    #[must_use]
    pub fn path(&self) -> String {
        let missing = || {
            let (within, name) = self.missing?;
            Some(format!("{}.{name}", way(self.root, within)?))
        };
        format!("{}{}", self.name, way(self.root, self.value).or_else(missing).unwrap_or_default())
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &'a Input {
        self.value
    }

    /// The problems of the whole tree.
    #[must_use]
    pub fn issues(&self) -> &'a Issues {
        self.issues
    }

    /// Whether there is anything.
    #[must_use]
    pub fn is_given(&self) -> bool {
        *self.value != Input::Undefined
    }

    /// Notes that something else was expected here.
    #[inline(never)]
    pub fn expected(&self, what: &str) {
        self.note(&|| format!("Expected `{}` to be {what}, got {}.", self.path(), self.received()));
    }

    /// Notes what is wrong here, in words of its own.
    #[inline(never)]
    pub fn wrong(&self, message: &str) {
        self.note(&|| message.into());
    }

    /// The same with a message that is made only if it is told: of thousands of problems, most are
    /// only counted.
    #[inline(never)]
    pub fn note(&self, message: &dyn Fn() -> String) {
        self.issues.note(&|| Issue { path: self.path(), message: message(), received: self.received() });
    }

    /// Notes what cannot be checked in this JSON Schema.
    pub fn check_schema(&self, schema: &Value) {
        for Unsupported { path, message, value } in unsupported(schema) {
            let received = Input::from(value.clone()).describe();
            let path = format!("{}{path}", self.path());
            self.issues.note(&|| Issue {
                path: path.clone(),
                message: message.clone(),
                received: received.clone(),
            });
        }
    }

    fn received(&self) -> String {
        match self.value {
            Input::Text(text) if self.secret && !text.trim().is_empty() => "a string".into(),
            Input::Number(_) if self.secret => "a number".into(),
            Input::Bool(_) if self.secret => "`true` or `false`".into(),
            other => other.describe(),
        }
    }

    /// The same, which has to be there.
    #[must_use]
    pub fn required(self, what: &str) -> Self {
        if !self.is_given() {
            self.expected(what);
        }
        self
    }

    /// A string that is not blank.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        match self.value {
            Input::Undefined => None,
            Input::Text(text) if !text.trim().is_empty() => Some(text),
            _ if self.is_conversation() => {
                self.wrong(CONVERSATION);
                None
            }
            _ => {
                self.expected("a string that is not empty");
                None
            }
        }
    }

    /// A string that may be empty.
    #[must_use]
    pub fn words(&self) -> Option<&'a str> {
        match self.value {
            Input::Text(text) if text.trim().is_empty() => Some(""),
            _ => self.text(),
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

    /// A number of some kind.
    #[must_use]
    pub fn number(&self, kind: &Numbers) -> Option<f64> {
        match self.value {
            Input::Undefined => None,
            Input::Number(number) if kind.has(*number) => Some(*number),
            _ => {
                self.expected(kind.what);
                None
            }
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
            Input::List(items) => Some(items.iter().map(|value| Field { value, ..*self }).collect()),
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
                Some(fields.iter().map(|(name, value)| (name.as_str(), Field { value, ..*self })).collect())
            }
            _ => {
                self.expected(what);
                None
            }
        }
    }

    /// A field of an object; not given when this is none.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, name: &'a str) -> Field<'a> {
        let missing = if self.is_given() { Some((self.value, name)) } else { self.missing };
        Field { value: self.value.field(name), missing, ..*self }
    }

    /// Notes every field whose name is not `known`, with the nearest that is.
    pub fn reject_unknown(&self, known: &[&[&str]]) {
        self.reject_misplaced(known, &[]);
    }

    /// The same where further names are known. Those with an owner belong to that pattern and are
    /// wrong here.
    pub fn reject_misplaced(&self, known: &[&[&str]], further: &[(&str, Option<&str>)]) {
        for (name, field) in self.entries("an object").unwrap_or_default() {
            if !field.is_given() || known.iter().any(|known| known.contains(&name)) {
                continue;
            }
            let owner = further.iter().find(|(other, _)| *other == name);
            if matches!(owner, Some((_, None))) {
                continue;
            }
            field.secret().note(&|| match owner {
                Some((_, Some(owner))) => {
                    format!("`{name}` is an option of `{owner}` and means nothing here.")
                }
                _ => {
                    let mut known = known.concat();
                    known.extend(further.iter().filter(|(_, owner)| owner.is_none()).map(|(name, _)| *name));
                    let hint = meant(name, &known).or_else(|| nearest(name, &known)).map_or_else(
                        || format!("Known are {}.", known.join(", ")),
                        |near| format!("Did you mean `{near}`?"),
                    );
                    format!("Unknown option `{name}`. {hint}")
                }
            });
        }
    }

    /// The value as JSON. Notes what JSON has nothing for.
    #[must_use]
    pub fn data(&self) -> Option<Value> {
        let unfit = match self.value.to_data() {
            Ok(data) => return Some(data),
            Err(unfit) => unfit,
        };
        self.issues.add(format!("{}{}", self.path(), unfit.path), &*unfit.why, unfit.received);
        None
    }

    /// Whether it is a list of messages, as chat APIs take them.
    #[must_use]
    pub fn is_conversation(&self) -> bool {
        let Input::List(items) = self.value else { return false };
        items.first().is_some_and(|first| *first.field("role") != Input::Undefined)
    }

    /// A function.
    #[must_use]
    pub fn function(&self) -> Option<JsHandle> {
        self.live("function", "a function")
    }

    /// An `AbortSignal`.
    #[must_use]
    pub fn signal(&self) -> Option<JsHandle> {
        self.live("signal", "an AbortSignal, such as `controller.signal`")
    }

    /// A limit shared with other processes.
    #[must_use]
    pub fn limiter(&self) -> Option<JsHandle> {
        self.live(
            "limiter",
            "a limiter: an object with the methods `book(pool, want)` and `settle(pool, id, took)`",
        )
    }

    /// Something that answers can be kept in.
    pub fn store(&self) -> Option<JsHandle> {
        self.live("store", "a store: an object with the methods `get(key)` and `set(key, value)`")
    }

    fn live(&self, kind: &str, what: &str) -> Option<JsHandle> {
        match self.value {
            Input::Undefined => None,
            Input::JsHandle(live) if live.kind == kind => Some(*live),
            _ => {
                self.expected(what);
                None
            }
        }
    }
}

/// The path from a value to one within it.
fn way(from: &Input, to: &Input) -> Option<String> {
    if std::ptr::eq(from, to) {
        return Some(String::new());
    }
    match from {
        Input::List(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| way(item, to).map(|rest| format!("[{index}]{rest}"))),
        Input::Record(fields) => {
            fields.iter().find_map(|(name, value)| way(value, to).map(|rest| format!(".{name}{rest}")))
        }
        _ => None,
    }
}

fn alternatives<T>(choices: &[(&str, T)]) -> String {
    choices.iter().map(|(name, _)| format!("'{name}'")).collect::<Vec<_>>().join(" or ")
}
