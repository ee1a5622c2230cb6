//! The arguments and options of one call, and what several patterns read from them in the same way.

use std::rc::Rc;

use super::input::{Input, JsHandle, LISTENER};
use super::issues::Issues;
use super::numbers::Numbers;
use super::options::{RunOptions, read_worker};
use super::reader::Field;
use super::worker_spec::WorkerSpec;
use crate::model::worker::Worker;
use crate::platform::{Callback, Platform};

/// The arguments and options of one call.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub arguments: &'a [Input],
    pub options: &'a RunOptions,
    /// All options as they were passed in, the run's over the agent's.
    pub all: &'a Input,
    pub callback: &'a dyn Fn(JsHandle) -> Callback,
    pub platform: &'a dyn Platform,
    pub issues: &'a Issues,
}

impl<'a> Reading<'a> {
    /// An argument by its index. `name` is its name in messages.
    pub fn argument(&self, index: usize, name: &'a str) -> Field<'a> {
        Field::new(self.arguments.get(index).unwrap_or(&Input::Undefined), name, self.issues)
    }

    /// A string that has to be there.
    pub fn text(&self, index: usize, name: &'a str) -> Rc<str> {
        self.argument(index, name).required("a string that is not empty").text().unwrap_or_default().into()
    }

    /// An option by its name.
    pub fn option(&self, name: &'a str) -> Field<'a> {
        Field::new(self.all, "options", self.issues).get(name)
    }

    /// A whole number, or its default.
    pub fn count(&self, name: &'a str, kind: &Numbers, default: usize) -> usize {
        self.option(name).number(kind).map_or(default, |count| count as usize)
    }

    /// The caller's function.
    pub fn function(&self, field: Field<'_>) -> Option<Callback> {
        field.function().map(|function| (self.callback)(function))
    }

    /// The same, of which nothing is asked but to listen: what it gives back may be anything.
    pub fn listener(&self, field: Field<'_>) -> Option<Callback> {
        field.function().map(|function| (self.callback)(JsHandle { kind: LISTENER, ..function }))
    }

    /// The worker that the options describe, for tasks of some type.
    pub fn worker(&self, kind: &str, own: &WorkerSpec) -> Rc<Worker> {
        self.options.worker(kind, own).resolve(self.platform, self.issues)
    }

    /// The same without fields of its own.
    pub fn plain_worker(&self, kind: &str) -> Rc<Worker> {
        self.worker(kind, &WorkerSpec::default())
    }

    /// The worker of an auxiliary call: instructions, or a worker, over the worker defaults.
    pub fn role(&self, name: &'a str) -> Rc<Worker> {
        self.role_of(&spec(self.option(name)))
    }

    /// The same with fields that were read before.
    pub fn role_of(&self, own: &WorkerSpec) -> Rc<Worker> {
        own.over(&self.options.defaults.without_instructions()).resolve(self.platform, self.issues)
    }

    /// The worker that puts the results together, if there is one.
    pub fn aggregate(&self) -> Option<Rc<Worker>> {
        self.options.aggregate.clone().map(|spec| spec.resolve(self.platform, self.issues))
    }
}

/// A worker, or just its instructions.
pub(super) fn spec(field: Field<'_>) -> WorkerSpec {
    match field.value() {
        Input::Text(_) => field.words().map(WorkerSpec::instructed).unwrap_or_default(),
        Input::Undefined => WorkerSpec::default(),
        Input::Record(_) => read_worker(field),
        _ => {
            field.expected("instructions, or a worker");
            WorkerSpec::default()
        }
    }
}

/// The items of an array that has to be there, and must not be empty.
pub(super) fn items<'a>(list: Field<'a>, what: &str, empty: &str) -> Vec<Field<'a>> {
    let items = list.required(what).list(what);
    if items.as_ref().is_some_and(Vec::is_empty) {
        list.wrong(empty);
    }
    items.unwrap_or_default()
}

/// The same of an array, or of an object by name.
pub(super) fn members<'a>(list: Field<'a>, what: &str, empty: &str) -> Vec<(Option<&'a str>, Field<'a>)> {
    match list.value() {
        Input::Record(fields) if !fields.is_empty() => {
            list.entries(what).into_iter().flatten().map(|(name, item)| (Some(name), item)).collect()
        }
        Input::Record(_) => {
            list.wrong(empty);
            Vec::new()
        }
        _ => items(list, what, empty).into_iter().map(|item| (None, item)).collect(),
    }
}
