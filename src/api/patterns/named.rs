//! Reads lists of workers that have names: specialists, guards.

use std::rc::Rc;

use crate::api::input::Input;
use crate::api::names::Names;
use crate::api::reader::Field;
use crate::api::reading::{Reading, members};
use crate::api::worker_fields::WORKER_FIELDS;
use crate::api::worker_spec::WorkerSpec;
use crate::model::worker::Worker;

/// One of them.
pub(super) struct Named<'a> {
    pub name: Rc<str>,
    /// The text that was given in place of a worker.
    pub words: Option<&'a str>,
    pub spec: WorkerSpec,
    pub field: Field<'a>,
}

/// Reads texts, workers with a `name`, or an object of either by name. `further` are fields that
/// they have beside those of a worker.
pub(super) fn read_named<'a>(list: Field<'a>, noun: &str, further: &[&str]) -> Vec<Named<'a>> {
    const WHAT: &str = "an array of workers such as `{ name: '…', instructions: '…' }`, or of strings";
    let empty = format!("There is nothing in it. Give at least one {noun}.");
    let mut names = Names::default();
    let one = |(index, (name, item))| {
        let named = read_one(index, name, item, noun, further)?;
        names.add(&named.name, item);
        Some(named)
    };
    members(list, WHAT, &empty).into_iter().enumerate().filter_map(one).collect()
}

fn read_one<'a>(
    index: usize,
    name: Option<&str>,
    field: Field<'a>,
    noun: &str,
    further: &[&str],
) -> Option<Named<'a>> {
    let numbered = || format!("{noun}-{}", index + 1);
    match field.value() {
        Input::Text(_) => {
            let words = field.text()?;
            // Words that are short enough make a name.
            const NAME: usize = 40;
            let own = if words.len() <= NAME { words.to_string() } else { numbered() };
            let name = name.map_or(own, Into::into).into();
            Some(Named { name, words: Some(words), spec: WorkerSpec::default(), field })
        }
        Input::Record(_) => {
            field.reject_unknown(&[&["name"], further, WORKER_FIELDS]);
            let own = field.get("name").text().or(name);
            let name = own.map_or_else(|| numbered().into(), Rc::from);
            Some(Named { name, words: None, spec: WorkerSpec::read(field), field })
        }
        _ => {
            field.expected("a worker such as `{ name: '…', instructions: '…' }`, or a string");
            None
        }
    }
}

impl Named<'_> {
    /// The worker that it describes, over the defaults for tasks of a type.
    pub fn worker(&self, reading: &Reading<'_>, kind: &str) -> Rc<Worker> {
        reading.worker(kind, &self.spec)
    }
}
