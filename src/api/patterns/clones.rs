//! Reads the arguments of `clones`.

use std::rc::Rc;

use crate::api::input::Input;
use crate::api::names::Names;
use crate::api::reader::Field;
use crate::api::reading::{Reading, members};
use crate::api::work::{Work, work};
use crate::api::worker_fields::WORKER_FIELDS;
use crate::api::worker_spec::WorkerSpec;
use crate::json;
use crate::strategy::clones::{Context, clones};

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let contexts = contexts(reading);
    let content = reading.text(1, "content");
    Some(("clones", work(|run| async move { clones(&run, &contexts, &content).await })))
}

/// An object of contexts by key, or an array: of words, or of `{ id, context }`.
fn contexts(reading: &Reading<'_>) -> Vec<Context> {
    const WHAT: &str = "an object of contexts by key, or an array of strings or `{ id, context }`";
    const EMPTY: &str = "There are no contexts. Give at least one.";
    let mut names = Names::default();
    let one = |(key, item)| {
        let context = context(reading, key, item)?;
        names.add(&context.key, item);
        Some(context)
    };
    members(reading.argument(0, "contexts"), WHAT, EMPTY).into_iter().filter_map(one).collect()
}

fn context(reading: &Reading<'_>, key: Option<&str>, item: Field<'_>) -> Option<Context> {
    let plain = WorkerSpec::default();
    let (key, context, spec): (&str, Rc<str>, WorkerSpec) = match item.value() {
        Input::Text(_) => {
            let text = item.text()?;
            (key.unwrap_or(text), text.into(), plain)
        }
        Input::Record(_) if item.get("context").is_given() || key.is_none() => {
            item.reject_unknown(&[&["id", "context"], WORKER_FIELDS]);
            let spec = WorkerSpec::read(item);
            let own = match key {
                Some(key) => key,
                None => item.get("id").required("a string that is unique among the contexts").text()?,
            };
            (own, words(item.get("context"))?, spec)
        }
        Input::Record(_) => (key?, words(item)?, plain),
        _ => {
            item.expected("a string, or an object");
            return None;
        }
    };
    Some(Context { key: key.into(), context, worker: reading.worker("clone", &spec) })
}

/// A context may be text, or any object, which is shown as JSON.
fn words(field: Field<'_>) -> Option<Rc<str>> {
    match field.value() {
        Input::Record(_) => Some(json::print(&field.data()?).into()),
        _ => field.required("a string, or an object").text().map(Rc::from),
    }
}
