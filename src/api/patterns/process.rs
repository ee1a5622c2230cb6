//! Reads the subtasks of `parallelProcess` and checks that they make a graph.

use std::collections::HashMap;
use std::rc::Rc;

use crate::api::input::Input;
use crate::api::job::{Work, work};
use crate::api::reader::Field;
use crate::api::reading::{Reading, required};
use crate::api::worker_spec::{WORKER_FIELDS, WorkerSpec};
use crate::engine::graph::Graph;
use crate::model::message::{Content, Part};
use crate::model::worker::Worker;
use crate::strategy::process::{Process, Subtask, process};

const OWN_FIELDS: &[&str] = &["id", "type", "content", "dependencies"];

/// The type of a task that names none.
const DEFAULT_TYPE: &str = "task";

/// Reads the arguments of `parallelProcess`.
pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let input = arguments(reading)?;
    Some(("parallelProcess", work(|run| async move { process(&run, input).await })))
}

fn arguments(reading: &Reading<'_>) -> Option<Process> {
    let task_field = reading.argument(0, "task");
    if !task_field.is_given() {
        task_field.expected("a string that says what the subtasks are for");
    }
    let list = reading.argument(1, "subtasks");
    if !list.is_given() {
        list.expected("an array of subtasks");
    }
    let rows = list.list("an array of subtasks")?;
    if rows.is_empty() {
        list.wrong("There are no subtasks. Give at least one `{ id, content }`.");
    }
    let ids = ids(&rows);
    let mut workers = Workers { reading, plain: HashMap::new() };
    let parsed: Vec<Option<Subtask>> = rows.iter().map(|row| subtask(row, &mut workers)).collect();
    let dependencies: Vec<Vec<usize>> =
        rows.iter().enumerate().map(|(index, row)| dependencies(index, row, &ids)).collect();
    let graph = Graph::new(dependencies)
        .map_err(|cycles| {
            for cycle in cycles {
                report_cycle(&cycle, &rows);
            }
        })
        .ok();
    let aggregate = reading.aggregate();
    let task = task_field.text()?.to_string();
    let subtasks = parsed.into_iter().collect::<Option<Vec<_>>>()?;
    if !reading.issues.is_empty() {
        return None;
    }
    Some(Process { task, subtasks, graph: graph?, aggregate })
}

/// Where each id stands, the first time; notes those that come again.
fn ids<'a>(rows: &[Field<'a>]) -> HashMap<&'a str, usize> {
    let mut ids = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let Input::Text(id) = row.value().field("id") else { continue };
        if let Some(first) = ids.get(id.as_str()) {
            row.get("id")
                .wrong(&format!("The id `{id}` is that of `subtasks[{first}]` already. Ids must be unique."));
        } else {
            ids.insert(id.as_str(), index);
        }
    }
    ids
}

/// Makes workers; tasks of a type that say nothing of their own share one.
struct Workers<'a> {
    reading: &'a Reading<'a>,
    plain: HashMap<Rc<str>, Rc<Worker>>,
}

impl Workers<'_> {
    fn of(&mut self, row: &Field<'_>, kind: &Rc<str>) -> Rc<Worker> {
        let make = |own: &WorkerSpec| self.reading.worker(kind, own);
        if WORKER_FIELDS.iter().any(|name| row.get(name).is_given()) {
            return make(&WorkerSpec::read(row));
        }
        match self.plain.get(kind) {
            Some(worker) => Rc::clone(worker),
            None => {
                let worker = make(&WorkerSpec::default());
                self.plain.insert(Rc::clone(kind), Rc::clone(&worker));
                worker
            }
        }
    }
}

fn subtask(row: &Field<'_>, workers: &mut Workers<'_>) -> Option<Subtask> {
    let Input::Record(_) = row.value() else {
        row.expected("an object such as `{ id: 'a', content: 'what to do' }`");
        return None;
    };
    row.reject_unknown(&[OWN_FIELDS, WORKER_FIELDS].concat());
    let kind: Rc<str> = row.get("type").text().unwrap_or(DEFAULT_TYPE).into();
    let worker = workers.of(row, &kind);
    let id = required(&row.get("id"), "a string that is unique among the subtasks")?;
    let content = content(&row.get("content"))?;
    Some(Subtask { id: id.into(), kind, content, worker })
}

/// Text, or parts as OpenAI writes them.
fn content(field: &Field<'_>) -> Option<Content> {
    const WHAT: &str = "a string, or an array of parts such as `{ type: 'text', text: '…' }`";
    let Input::List(_) = field.value() else {
        return required(field, WHAT).map(|text| Content::Text(text.into()));
    };
    let items = field.list(WHAT)?;
    if items.is_empty() {
        field.expected(WHAT);
    }
    let parts: Option<Vec<Part>> = items.iter().map(part).collect();
    parts.map(|parts| Content::Parts(parts.into()))
}

fn part(field: &Field<'_>) -> Option<Part> {
    #[derive(Clone, Copy)]
    enum Kind {
        Text,
        Image,
    }
    match required(&field.get("type"), "'text' or 'image_url'")
        .and_then(|_| field.get("type").one_of(&[("text", Kind::Text), ("image_url", Kind::Image)]))?
    {
        Kind::Text => required(&field.get("text"), "a string").map(|text| Part::Text(text.into())),
        Kind::Image => {
            let url = field.get("image_url").get("url");
            required(&url, "an `https:` or `data:` address").map(|url| Part::Image(url.into()))
        }
    }
}

fn dependencies(index: usize, row: &Field<'_>, ids: &HashMap<&str, usize>) -> Vec<usize> {
    let mut needs = Vec::new();
    for item in row.get("dependencies").list("an array of ids of other subtasks").unwrap_or_default() {
        let Some(id) = required(&item, "the id of another subtask") else { continue };
        match ids.get(id) {
            Some(&need) if need == index => {
                item.wrong(&format!("The subtask `{id}` depends on itself. Remove that dependency."));
            }
            Some(need) if needs.contains(need) => {}
            Some(&need) => needs.push(need),
            None => item.wrong(&format!("There is no subtask `{id}`. Add it, or correct the dependency.")),
        }
    }
    needs
}

fn report_cycle(cycle: &[usize], rows: &[Field<'_>]) {
    let id = |&index: &usize| match rows.get(index).map(|row| row.value().field("id")) {
        Some(Input::Text(id)) => id.clone(),
        _ => format!("subtasks[{index}]"),
    };
    let names: Vec<String> = cycle.iter().chain(cycle.first()).map(id).collect();
    if let Some(row) = cycle.first().and_then(|&first| rows.get(first)) {
        let message = format!(
            "These subtasks wait for each other: {}. Remove one of the dependencies.",
            names.join(" → ")
        );
        row.get("dependencies").wrong(&message);
    }
}
