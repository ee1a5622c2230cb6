//! The aggregation: one call that puts all results together.

use std::rc::Rc;

use super::prompts::{FENCED, SUMMARY, fenced, system};
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::json::{Fields, Map, Value};
use crate::model::message::{Message, Role};
use crate::model::worker::Worker;

/// One result that goes into the summary.
#[derive(Debug)]
pub struct Source {
    /// The task's id.
    pub id: Rc<str>,
    /// Its row. Where that has no answer, the prompt says so.
    pub key: TaskKey,
}

/// What results are about.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A task, in the caller's own words.
    Task(&'a str),
    /// Foreign text, which is data like the results.
    Input(&'a str),
}

/// Asks `worker` for a summary and puts it under `summary`, its data, where the worker has a
/// schema, under `summaryData`. A summary that cannot be had is `null`, with the reason under
/// `summaryError`: it must not cost the results.
///
/// # Errors
/// Under `onError: 'throw'` the run itself ends.
pub async fn summarize(run: &Run, about: About<'_>, sources: &[Source], worker: Option<&Rc<Worker>>) -> Map {
    let mut outcome = Map::new();
    outcome.put("summary", Value::Null);
    let (Some(worker), true) = (worker, sources.iter().any(|source| run.text(source.key).is_some())) else {
        return outcome;
    };
    run.step("summary", "aggregating");
    let keys: Vec<TaskKey> = sources.iter().map(|source| source.key).collect();
    let key = run.add_auxiliary("summary", "summary", &keys);
    let call = Call { worker: Rc::clone(worker), messages: messages(run, about, sources, worker), path: 1 };
    match run.perform(key, &call).await {
        Ok(completion) => {
            outcome.put("summary", completion.text.into());
            add_data(run, key, &mut outcome);
        }
        Err(failure) => {
            outcome.set("summaryError", failure);
        }
    }
    outcome
}

/// Puts the data of the answer that is the summary under `summaryData`.
pub(super) fn add_data(run: &Run, key: TaskKey, outcome: &mut Map) {
    if let Some(data) = run.data(key) {
        outcome.put("summaryData", (*data).clone());
    }
}

fn messages(run: &Run, about: About<'_>, sources: &[Source], worker: &Worker) -> Vec<Message> {
    let instructions = worker.instructions.as_deref().unwrap_or(SUMMARY);
    let blocks: Vec<String> = sources
        .iter()
        .map(|source| match run.text(source.key) {
            Some(text) => fenced(&format!("result of {}", source.id), &text),
            None => format!("(There is no result of {}.)", source.id),
        })
        .collect();
    let blocks = format!("{}\n\n{FENCED}\n\nCombine these results into one answer", blocks.join("\n\n"));
    let (task, request) = match about {
        About::Task(task) => (task, format!("{blocks} to the task: {task}")),
        About::Input(text) => ("", format!("{}\n\n{blocks} about the input.", fenced("input", text))),
    };
    system(instructions, task).into_iter().chain([Message::text(Role::User, request)]).collect()
}
