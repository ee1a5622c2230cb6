//! What a pattern's reader is given, and what several of them read in the same way.

use std::collections::HashMap;
use std::rc::Rc;

use super::input::{Input, Live};
use super::options::{RunOptions, read_worker};
use super::reader::{Field, Issues};
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
    pub function: &'a dyn Fn(Live) -> Callback,
    pub platform: &'a dyn Platform,
    pub issues: &'a Issues,
}

impl<'a> Reading<'a> {
    /// An argument by its place; `name` is what messages call it.
    pub fn argument(&self, index: usize, name: &str) -> Field<'a> {
        Field::new(self.arguments.get(index).unwrap_or(&Input::Undefined), name, self.issues)
    }

    /// A string that has to be there.
    pub fn text(&self, index: usize, name: &str) -> Option<Rc<str>> {
        required(&self.argument(index, name), "a string that is not empty").map(Rc::from)
    }

    /// An option by its name.
    pub fn option(&self, name: &str) -> Field<'a> {
        Field::new(self.all, "options", self.issues).get(name)
    }

    /// The worker that the options describe, for tasks of some type.
    pub fn worker(&self, kind: &str, own: &WorkerSpec) -> Rc<Worker> {
        self.options.worker(kind, own).resolve(self.platform, self.issues)
    }

    /// A call of the pattern's own: instructions, or a worker, over the worker defaults.
    pub fn role(&self, name: &str) -> Rc<Worker> {
        self.role_of(&spec(&self.option(name)))
    }

    /// The same, with what is said of it elsewhere.
    pub fn role_of(&self, own: &WorkerSpec) -> Rc<Worker> {
        own.over(&self.options.defaults.without_instructions()).resolve(self.platform, self.issues)
    }

    /// Who puts the results together, if anybody does.
    pub fn aggregate(&self) -> Option<Rc<Worker>> {
        self.options.aggregate.as_ref().map(|spec| spec.resolve(self.platform, self.issues))
    }
}

/// A worker, or just its instructions.
pub(super) fn spec(field: &Field<'_>) -> WorkerSpec {
    match field.value() {
        Input::Text(_) => field.text().map(WorkerSpec::instructed).unwrap_or_default(),
        Input::Undefined => WorkerSpec::default(),
        Input::Record(_) => read_worker(field),
        _ => {
            field.expected("instructions, or a worker");
            WorkerSpec::default()
        }
    }
}

/// A string that has to be there.
pub(super) fn required<'a>(field: &Field<'a>, what: &str) -> Option<&'a str> {
    if !field.is_given() {
        field.expected(what);
    }
    field.text()
}

/// Notes every id that comes again.
pub(super) fn reject_twins<'a>(ids: impl IntoIterator<Item = (&'a str, Field<'a>)>) {
    let mut seen: HashMap<&str, String> = HashMap::new();
    for (id, field) in ids {
        if let Some(first) = seen.get(id) {
            field.wrong(&format!("The name `{id}` is that of `{first}` already. Names must be unique."));
        } else {
            seen.insert(id, field.path().into());
        }
    }
}
