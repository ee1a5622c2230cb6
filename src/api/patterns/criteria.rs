//! Reads the criteria of `evaluate` and of voting's rubric.

use std::rc::Rc;

use crate::api::input::Input;
use crate::api::names::Names;
use crate::api::numbers::WEIGHT;
use crate::api::reader::Field;
use crate::api::reading::{Reading, members};
use crate::api::worker_fields::WORKER_FIELDS;
use crate::api::worker_spec::WorkerSpec;
use crate::strategy::evaluate::Criterion;

/// A list of names or of `{ name, description, weight }`, or an object of descriptions by name. A
/// call of the pattern's own (`judges`) does not take the instructions of the tasks' worker.
pub(super) fn read_criteria(reading: &Reading<'_>, field: Field<'_>, judges: bool) -> Vec<Criterion> {
    const WHAT: &str = "an array of criteria: names, or `{ name, description, weight }`";
    let mut names = Names::default();
    let one = |(name, entry)| {
        let criterion = criterion(reading, name, entry, judges)?;
        names.add(&criterion.name, entry);
        Some(criterion)
    };
    members(field, WHAT, "There are no criteria. Give at least one.").into_iter().filter_map(one).collect()
}

fn criterion(reading: &Reading<'_>, name: Option<&str>, entry: Field<'_>, judges: bool) -> Option<Criterion> {
    let worker = |own: &WorkerSpec| {
        if judges { reading.role_of(own) } else { reading.worker("criterion", own) }
    };
    if let Input::Text(_) = entry.value() {
        let text = entry.text()?;
        return Some(Criterion {
            name: name.unwrap_or(text).into(),
            description: name.is_some().then(|| text.into()),
            weight: 1.0,
            worker: worker(&WorkerSpec::default()),
        });
    }
    if !matches!(entry.value(), Input::Record(_)) {
        entry.expected("a name, or `{ name, description, weight }`");
        return None;
    }
    entry.reject_unknown(&[&["name", "description", "weight"], WORKER_FIELDS]);
    Some(Criterion {
        name: match name {
            Some(name) => name.into(),
            None => entry.get("name").required("the criterion's name").text()?.into(),
        },
        description: entry.get("description").text().map(Rc::from),
        weight: entry.get("weight").number(&WEIGHT).unwrap_or(1.0),
        worker: worker(&WorkerSpec::read(entry)),
    })
}
