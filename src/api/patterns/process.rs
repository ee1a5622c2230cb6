//! Reads the subtasks of `parallelProcess` and checks that they make a graph.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::placeholders;
use crate::api::content::{check_media, content, read_body};
use crate::api::input::Input;
use crate::api::reader::Field;
use crate::api::reading::{Reading, items};
use crate::api::work::{Work, work};
use crate::api::worker_fields::WORKER_FIELDS;
use crate::api::worker_spec::WorkerSpec;
use crate::engine::graph::Graph;
use crate::model::message::Content;
use crate::model::worker::Worker;
use crate::nearest::nearest;
use crate::strategy::process::{Process, Subtask, process};

const OWN_FIELDS: &[&str] = &["id", "type", "content", "body", "dependencies"];

/// The type of a task that names none.
const DEFAULT_TYPE: &str = "task";

/// Reads the arguments of `parallelProcess`.
pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let task = reading.argument(0, "task").required("a string that says what the subtasks are for");
    let task = task.text().unwrap_or_default().to_string();
    let list = reading.argument(1, "subtasks");
    let rows =
        items(list, "an array of subtasks", "There are no subtasks. Give at least one `{ id, content }`.");
    let ids = ids(&rows);
    let mut workers = Workers { reading, indexes: HashMap::new(), made: Vec::new() };
    for row in &rows {
        check_placeholders(*row, &ids);
        check_type(*row, reading);
    }
    let subtasks = rows.iter().filter_map(|row| subtask(*row, &mut workers)).collect();
    let dependencies = rows.iter().enumerate().map(|(index, row)| dependencies(index, *row, &ids)).collect();
    let graph = Graph::new(dependencies).unwrap_or_else(|cycles| {
        for cycle in cycles {
            report_cycle(&cycle, &rows);
        }
        Graph::default()
    });
    let input = Process { task, subtasks, graph, aggregate: reading.aggregate() };
    Some(("parallelProcess", work(|run| async move { process(&run, input).await })))
}

/// The index of each id. Notes ids that are given again.
fn ids(rows: &[Field<'_>]) -> HashMap<Rc<str>, usize> {
    let mut ids: HashMap<Rc<str>, usize> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let Input::Text(id) = row.value().field("id") else { continue };
        if let Some(first) = ids.get(&**id) {
            row.get("id")
                .wrong(&format!("The id `{id}` is that of `subtasks[{first}]` already. Ids must be unique."));
        } else {
            ids.insert(id.as_str().into(), index);
        }
    }
    ids
}

fn check_placeholders<'a>(row: Field<'a>, ids: &HashMap<Rc<str>, usize>) {
    let content = row.get("content");
    let Input::Text(text) = content.value() else { return };
    if !text.contains("{{") {
        return;
    }
    let text_of = |value: &'a Input| if let Input::Text(id) = value { Some(id.as_str()) } else { None };
    let own = text_of(row.value().field("id"));
    let needs: Vec<&str> = match row.value().field("dependencies") {
        Input::List(needs) => needs.iter().filter_map(text_of).filter(|need| Some(*need) != own).collect(),
        _ => Vec::new(),
    };
    placeholders::check(content, text, (own, &needs), ids);
}

/// Notes a type whose name is close to one in `workers`. Any other type without a worker of its own
/// goes to the default worker.
fn check_type(row: Field<'_>, reading: &Reading<'_>) {
    let (kind, workers) = (row.get("type"), &reading.options.workers);
    let Input::Text(name) = kind.value() else { return };
    if workers.is_empty() || workers.iter().any(|(other, _)| other == name) {
        return;
    }
    let known: Vec<&str> = workers.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(near) = nearest(name, &known) {
        kind.note(&|| {
            format!(
                "`workers` names none for the type `{name}`. Did you mean `{near}`? If not, add `{name}: {{}}` to `workers`."
            )
        });
    }
}

/// Makes workers; tasks of a type that say nothing of their own share one.
struct Workers<'a> {
    reading: &'a Reading<'a>,
    indexes: HashMap<Rc<str>, usize>,
    made: Vec<Rc<Worker>>,
}

impl Workers<'_> {
    fn of(&mut self, row: Field<'_>, kind: &Rc<str>) -> Rc<Worker> {
        if WORKER_FIELDS.iter().any(|name| row.get(name).is_given()) {
            return self.reading.worker(kind, &WorkerSpec::read(row));
        }
        if let Some(worker) = self.indexes.get(&**kind).and_then(|&index| self.made.get(index)) {
            return Rc::clone(worker);
        }
        let worker = self.reading.plain_worker(kind);
        self.indexes.insert(Rc::clone(kind), self.made.len());
        self.made.push(Rc::clone(&worker));
        worker
    }
}

fn subtask(row: Field<'_>, workers: &mut Workers<'_>) -> Option<Subtask> {
    let Input::Record(_) = row.value() else {
        row.expected("an object such as `{ id: 'a', content: 'what to do' }`");
        return None;
    };
    row.reject_unknown(&[OWN_FIELDS, WORKER_FIELDS]);
    let kind: Rc<str> = row.get("type").text().unwrap_or(DEFAULT_TYPE).into();
    let worker = workers.of(row, &kind);
    let id = row.get("id").required("a string that is unique among the subtasks").text()?;
    if row.get("body").is_given() {
        let worker = Rc::new(worker.with_body(read_body(row)?));
        return Some(Subtask { id: id.into(), kind, content: Content::Text("".into()), worker });
    }
    let content = content(row.get("content"))?;
    check_media(row.get("content"), &content, &worker);
    Some(Subtask { id: id.into(), kind, content, worker })
}

fn dependencies(index: usize, row: Field<'_>, ids: &HashMap<Rc<str>, usize>) -> Vec<usize> {
    let mut needs = Vec::new();
    let mut seen = HashSet::new();
    for item in row.get("dependencies").list("an array of ids of other subtasks").unwrap_or_default() {
        let Some(id) = item.required("the id of another subtask").text() else { continue };
        match ids.get(id) {
            Some(&need) if need == index => {
                item.wrong(&format!("The subtask `{id}` depends on itself. Remove that dependency."));
            }
            Some(&need) if seen.insert(need) => needs.push(need),
            Some(_) => {}
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
    // A long one is told in part: there may be thousands in it.
    const MOST: usize = 100;
    let left_out = cycle.len().saturating_sub(MOST);
    let mut names: Vec<String> = cycle.iter().take(MOST).map(id).collect();
    names.extend((left_out > 0).then(|| format!("… {left_out} more …")));
    names.extend(cycle.first().map(id));
    if let Some(row) = cycle.first().and_then(|&first| rows.get(first)) {
        let message = format!(
            "These subtasks wait for each other: {}. Remove one of the dependencies.",
            names.join(" → ")
        );
        row.get("dependencies").wrong(&message);
    }
}
