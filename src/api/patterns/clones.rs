//! Reads the arguments of `clones`.

use std::rc::Rc;

use crate::api::input::Input;
use crate::api::job::{Work, work};
use crate::api::reader::Field;
use crate::api::reading::{Reading, reject_twins, required};
use crate::api::worker_spec::{WORKER_FIELDS, WorkerSpec};
use crate::strategy::clones::{Context, clones};

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let contexts = contexts(reading);
    let content = reading.text(1, "content");
    let (contexts, content) = (contexts?, content?);
    Some(("clones", work(|run| async move { clones(&run, &contexts, &content).await })))
}

/// An object of contexts by key, or an array: of words, or of `{ id, context }`.
fn contexts(reading: &Reading<'_>) -> Option<Vec<Context>> {
    const WHAT: &str = "an object of contexts by key, or an array of strings or `{ id, context }`";
    let list = reading.argument(0, "contexts");
    if !list.is_given() {
        list.expected(WHAT);
    }
    let entries: Vec<(Option<&str>, Field<'_>)> = match list.value() {
        Input::Record(_) => list.entries(WHAT)?.into_iter().map(|(key, item)| (Some(key), item)).collect(),
        _ => list.list(WHAT)?.into_iter().map(|item| (None, item)).collect(),
    };
    if entries.is_empty() {
        list.wrong("There are no contexts. Give at least one.");
    }
    let read: Vec<Option<Context>> = entries.iter().map(|(key, item)| context(reading, *key, item)).collect();
    let contexts: Vec<Context> = read.into_iter().collect::<Option<_>>()?;
    let fields = entries.into_iter().map(|(_, item)| item);
    reject_twins(contexts.iter().map(|context| &*context.key).zip(fields));
    Some(contexts)
}

fn context(reading: &Reading<'_>, key: Option<&str>, item: &Field<'_>) -> Option<Context> {
    let plain = WorkerSpec::default();
    let (key, context, spec): (&str, Rc<str>, WorkerSpec) = match item.value() {
        Input::Text(_) => {
            let text = item.text()?;
            (key.unwrap_or(text), text.into(), plain)
        }
        Input::Record(_) if item.get("context").is_given() || key.is_none() => {
            item.reject_unknown(&[&["id", "context"], WORKER_FIELDS].concat());
            let spec = WorkerSpec::read(item);
            let own = match key {
                Some(key) => key,
                None => required(&item.get("id"), "a string that is unique among the contexts")?,
            };
            (own, words(&item.get("context"))?, spec)
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
fn words(field: &Field<'_>) -> Option<Rc<str>> {
    match field.value() {
        Input::Record(_) => Some(field.value().to_json().to_string().into()),
        _ => required(field, "a string, or an object").map(Rc::from),
    }
}
