//! `parallelProcess`: a graph of subtasks. Each starts the moment its last dependency completes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::StreamExt;

use super::prompts;
use super::prompts::{SUBTASK, system};
use super::ready::Ready;
use super::summary::{About, Source, summarize};
use crate::engine::graph::Graph;
use crate::engine::join::JoinSet;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::json::Map;
use crate::model::message::{Content, Message, Part, Role};
use crate::model::worker::Worker;
use crate::report::Status;

/// One subtask, checked and ready to run.
#[derive(Clone, Debug)]
pub struct Subtask {
    /// Unique in its run.
    pub id: Rc<str>,
    /// Its type, which picks its worker.
    pub kind: Rc<str>,
    /// Its content.
    pub content: Content,
    /// Its worker.
    pub worker: Rc<Worker>,
}

/// Everything that a run of a graph needs.
#[derive(Debug)]
pub struct Process {
    /// The task that the subtasks are parts of.
    pub task: String,
    /// In the order of the results.
    pub subtasks: Vec<Subtask>,
    /// The dependencies, by indices of `subtasks`.
    pub graph: Graph,
    /// The worker that puts the results together, if there is one.
    pub aggregate: Option<Rc<Worker>>,
}

/// Runs all subtasks, then the summary.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn process(run: &Run, input: Process) -> Result<Map, Failure> {
    let Process { task, subtasks, graph, aggregate } = &input;
    let keys: Vec<TaskKey> = subtasks
        .iter()
        .enumerate()
        .map(|(index, subtask)| {
            run.add_task(Rc::clone(&subtask.id), Rc::clone(&subtask.kind), graph.dependencies(index).into())
        })
        .collect();
    run.all_added();
    run.step("tasks", "running");
    let paths = graph.paths_behind(|_| 1.0);
    let path = |index: usize| paths.get(index).map_or(0, |&path| path as u32);
    let unmet = Vec::from_iter((0..subtasks.len()).map(|index| Cell::new(graph.dependencies(index).len())));
    let ready = RefCell::new(Ready::new(run.most_at_hand()));
    let add = |index: usize| {
        if let (Some(subtask), Some(&key)) = (subtasks.get(index), keys.get(index)) {
            run.ready(key);
            ready.borrow_mut().add(subtask.worker.pool(), path(index), index);
        }
    };
    let one = |index: usize| -> LocalBoxFuture<'_, ()> {
        let (keys, path, ready, unmet, add) = (&keys, &path, &ready, &unmet, &add);
        async move {
            let (Some(subtask), Some(&key)) = (subtasks.get(index), keys.get(index)) else { return };
            let needs = graph
                .dependencies(index)
                .iter()
                .filter_map(|&need| Some((subtasks.get(need)?, *keys.get(need)?)));
            match missing(run, needs.clone()) {
                Some((status, failure)) => run.skip(key, status, failure),
                None => {
                    let results: Vec<_> =
                        needs.filter_map(|(need, key)| Some((&*need.id, run.text(key)?))).collect();
                    let call = Call {
                        worker: Rc::clone(&subtask.worker),
                        messages: messages(task, subtask, &results),
                        path: path(index),
                    };
                    // Its failure is in the table, where those that need it find it.
                    let _ = run.perform(key, &call).await;
                }
            }
            for &next in graph.dependents(index) {
                if let Some(count) = unmet.get(next) {
                    count.update(|count| count - 1);
                    if count.get() == 0 {
                        add(next);
                    }
                }
            }
            ready.borrow_mut().done(&subtask.worker.pool());
        }
        .boxed_local()
    };
    unmet.iter().enumerate().filter(|(_, count)| count.get() == 0).for_each(|(index, _)| add(index));
    let mut open = JoinSet::default();
    loop {
        open.extend(ready.borrow_mut().take_starting().into_iter().map(one));
        if open.next().await.is_none() {
            break;
        }
    }
    let source = |(subtask, &key): (&Subtask, &TaskKey)| Source { id: Rc::clone(&subtask.id), key };
    let sources: Vec<Source> = subtasks.iter().zip(&keys).map(source).collect();
    Ok(summarize(run, About::Task(task), &sources, aggregate.as_ref()).await)
}

/// Why a task cannot run: the first of its dependencies that has no result, and the failure behind
/// that.
fn missing<'a>(
    run: &Run,
    mut needs: impl Iterator<Item = (&'a Subtask, TaskKey)>,
) -> Option<(Status, Failure)> {
    needs.find_map(|(need, key)| {
        let (status, cause) = run.outcome(key);
        if status == Status::Completed {
            return None;
        }
        if status == Status::Cancelled {
            return Some((Status::Cancelled, cause?));
        }
        let culprit = cause
            .and_then(|mut failure| failure.skipped_because_of.take())
            .unwrap_or_else(|| need.id.to_string());
        let message = if *culprit == *need.id {
            let fate = if status == Status::Skipped { "was skipped" } else { "failed" };
            format!("It needs the result of `{}`, which {fate}.", need.id)
        } else {
            format!("It needs the result of `{}`, which was skipped because `{culprit}` failed.", need.id)
        };
        let mut failure = Failure::new(Code::DependencyFailed, message);
        failure.skipped_because_of = Some(culprit);
        Some((Status::Skipped, failure))
    })
}

fn messages(task: &str, subtask: &Subtask, results: &[(&str, Rc<str>)]) -> Vec<Message> {
    let instructions = subtask.worker.instructions.as_deref().unwrap_or(SUBTASK);
    let results: Vec<(&str, &str)> = results.iter().map(|(id, text)| (*id, &**text)).collect();
    let content = match &subtask.content {
        text if results.is_empty() => text.clone(),
        Content::Text(text) => Content::Text(prompts::subtask(text, &results).into()),
        Content::Parts(parts) => {
            let appended = Part::Text(prompts::subtask("", &results));
            Content::Parts(parts.iter().cloned().chain([appended]).collect())
        }
    };
    system(instructions, task).into_iter().chain([Message::new(Role::User, content)]).collect()
}
