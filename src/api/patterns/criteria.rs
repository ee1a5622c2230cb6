//! Reads the criteria of `evaluate` and of voting's rubric.

use std::rc::Rc;

use super::voting::weight;
use crate::api::input::Input;
use crate::api::reader::Field;
use crate::api::reading::{Reading, reject_twins, required};
use crate::api::worker_spec::{WORKER_FIELDS, WorkerSpec};
use crate::strategy::evaluate::Criterion;

/// A list of names or of `{ name, description, weight }`, or an object of descriptions by name. For a call of the
/// pattern's own (`judges`) the manner of the tasks' worker does not hold.
pub(super) fn read_criteria(
    reading: &Reading<'_>,
    field: &Field<'_>,
    judges: bool,
) -> Option<Vec<Criterion>> {
    const WHAT: &str = "an array of criteria: names, or `{ name, description, weight }`";
    let entries: Vec<(Option<&str>, Field<'_>)> = match field.value() {
        Input::Record(_) => {
            field.entries(WHAT)?.into_iter().map(|(name, entry)| (Some(name), entry)).collect()
        }
        Input::Undefined => {
            field.expected(WHAT);
            return None;
        }
        _ => field.list(WHAT)?.into_iter().map(|entry| (None, entry)).collect(),
    };
    if entries.is_empty() {
        field.wrong("There are no criteria. Give at least one.");
    }
    let criteria: Vec<Option<Criterion>> =
        entries.iter().map(|(name, entry)| criterion(reading, *name, entry, judges)).collect();
    let criteria: Vec<Criterion> = criteria.into_iter().collect::<Option<_>>()?;
    reject_twins(criteria.iter().map(|one| &*one.name).zip(entries.iter().map(|(_, entry)| entry.clone())));
    Some(criteria)
}

fn criterion(
    reading: &Reading<'_>,
    name: Option<&str>,
    entry: &Field<'_>,
    judges: bool,
) -> Option<Criterion> {
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
    entry.reject_unknown(&[&["name", "description", "weight"], WORKER_FIELDS].concat());
    Some(Criterion {
        name: match name {
            Some(name) => name.into(),
            None => required(&entry.get("name"), "the criterion's name")?.into(),
        },
        description: entry.get("description").text().map(Rc::from),
        weight: weight(entry),
        worker: worker(&WorkerSpec::read(entry)),
    })
}
