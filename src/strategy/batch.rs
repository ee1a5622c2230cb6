//! `batch`: the same worker for each of many inputs.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::StreamExt;

use super::document::Document;
use super::prompts::system;
use crate::engine::join::JoinSet;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::json::{self, Map, Value, json};
use crate::model::message::{Message, Role};
use crate::model::worker::Worker;
use crate::platform::Callback;
use crate::report::Status;

/// The source of the inputs.
pub enum Inputs {
    /// A list.
    All(Vec<Document>),
    /// The `next` of an iterator, which gives `{ done, value }`.
    Pulled(Callback),
}

/// Everything that a batch needs.
pub struct Batch {
    /// The inputs.
    pub inputs: Inputs,
    /// The worker for all of them.
    pub worker: Rc<Worker>,
    /// How many pulled inputs may be under way at once: from being pulled until their result is
    /// taken.
    pub window: usize,
    /// Takes each result as soon as it is there. The promise that it returns is waited for.
    pub on_result: Option<Callback>,
    /// The same for a stream of results: takes `[index, result]`.
    pub stream: Option<Callback>,
    /// Whether results are kept after they were taken.
    pub keeps: bool,
}

/// One input under way.
struct Item {
    index: usize,
    key: TaskKey,
    id: Rc<str>,
    /// None for an input that was skipped.
    content: Option<Asked>,
}

/// What is asked: a text, or a whole request body.
type Asked = (Rc<str>, Option<Rc<Value>>);

/// Asks for all of them.
///
/// # Errors
/// When inputs cannot be pulled, or results not be handed over. What fails else is in the table of
/// the run.
pub async fn batch(run: &Run, batch: &Batch) -> Result<Map, Failure> {
    if !batch.keeps {
        run.keep_no_results();
    }
    let state = State::default();
    let mut items = match &batch.inputs {
        // Their rows are shown from the start.
        Inputs::All(inputs) if batch.keeps => {
            let rows = inputs.iter().enumerate();
            rows.map(|(index, input)| state.add_known(run, index, input)).collect::<Vec<_>>().into_iter()
        }
        _ => Vec::new().into_iter(),
    };
    let mut known = match &batch.inputs {
        Inputs::All(inputs) if !batch.keeps => inputs.as_slice(),
        _ => &[],
    };
    let next = match &batch.inputs {
        Inputs::Pulled(next) => Some(next),
        Inputs::All(inputs) => {
            run.expect_tasks(inputs.len());
            run.all_added();
            None
        }
    };
    let room = if next.is_some() { batch.window } else { run.most_at_hand() };
    run.step("items", "running");
    let mut open = JoinSet::default();
    let (mut index, mut idle) = (0, true);
    loop {
        while state.busy.get() < room {
            let item = items.next().or_else(|| {
                let (input, rest) = known.split_first()?;
                known = rest;
                index += 1;
                Some(state.add_known(run, index - 1, input))
            });
            let Some(item) = item else { break };
            state.busy.set(state.busy.get() + 1);
            open.push(ask(run, batch, &state, item));
        }
        if let Some(next) = next.filter(|_| idle && state.busy.get() < room) {
            open.push(pull(run, next, &state, index));
            (index, idle) = (index + 1, false);
        }
        if open.next().await.is_none() {
            return Ok(Map::new());
        }
        if let Some(failure) = state.failed.take() {
            return Err(failure);
        }
        for item in state.answered.take() {
            open.push(hand_over(run, batch, &state, item));
        }
        if let Some(item) = state.pulled.take() {
            state.busy.set(state.busy.get() + 1);
            open.push(ask(run, batch, &state, item));
            idle = true;
        }
    }
}

/// The state that the parts of a batch share.
#[derive(Default)]
struct State {
    names: RefCell<HashMap<Rc<str>, usize>>,
    /// How many inputs are under way. An input of a source that is pulled is, until its result is
    /// taken.
    busy: Cell<usize>,
    pulled: Cell<Option<Item>>,
    answered: Cell<Vec<Item>>,
    failed: Cell<Option<Failure>>,
}

impl State {
    fn add(&self, run: &Run, index: usize, id: Rc<str>, content: Result<Asked, Failure>) -> Item {
        let id = unique(&mut self.names.borrow_mut(), id);
        let key = run.add_task(Rc::clone(&id), "item".into(), [].into());
        let content = content.map_err(|failure| run.skip(key, Status::Failed, failure)).ok();
        Item { index, key, id, content }
    }

    fn add_known(&self, run: &Run, index: usize, input: &Document) -> Item {
        self.add(run, index, Rc::clone(&input.id), Ok((Rc::clone(&input.content), input.body.clone())))
    }

    fn leave(&self) {
        self.busy.set(self.busy.get() - 1);
    }
}

/// Takes the next input from a source.
fn pull<'a>(run: &'a Run, next: &Callback, state: &'a State, index: usize) -> LocalBoxFuture<'a, ()> {
    // A source without an end would be pulled for ever by calls that fail at once.
    let step = (!run.is_over()).then(|| next(Value::Null));
    async move {
        let Some(step) = step else { return };
        match run.before_deadline(step).await {
            Ok(Ok(step)) if step.get("done") == Some(&Value::Bool(true)) => run.all_added(),
            Ok(Ok(step)) => {
                let (id, content) = read(step.get("value"), index);
                state.pulled.set(Some(state.add(run, index, id, content)));
            }
            Ok(Err(failure)) => state.failed.set(Some(failure.of_option("inputs"))),
            Err(_) => {}
        }
    }
    .boxed_local()
}

/// One input from its call to its answer.
fn ask<'a>(run: &'a Run, batch: &'a Batch, state: &'a State, item: Item) -> LocalBoxFuture<'a, ()> {
    async move {
        if let Some((content, body)) = &item.content {
            let worker = match body {
                Some(body) => Rc::new(batch.worker.with_body(Rc::clone(body))),
                None => Rc::clone(&batch.worker),
            };
            let call = Call { messages: messages(&worker, content), worker, path: 1 };
            // Its failure is in the table, and in what is handed over.
            let _ = run.perform(item.key, &call).await;
        }
        if let Inputs::All(_) = batch.inputs {
            state.leave();
        }
        let mut answered = state.answered.take();
        answered.push(item);
        state.answered.set(answered);
    }
    .boxed_local()
}

/// One input from its answer until its result is taken.
fn hand_over<'a>(run: &'a Run, batch: &'a Batch, state: &'a State, item: Item) -> LocalBoxFuture<'a, ()> {
    async move {
        match taken(run, batch, &item).await {
            Err(failure) => state.failed.set(Some(failure)),
            Ok(()) if batch.keeps => {}
            Ok(()) => {
                run.evict(item.key);
                state.names.borrow_mut().remove(&item.id);
            }
        }
        if let Inputs::Pulled(_) = batch.inputs {
            state.leave();
        }
    }
    .boxed_local()
}

async fn taken(run: &Run, batch: &Batch, item: &Item) -> Result<(), Failure> {
    for (take, streams) in [(&batch.on_result, false), (&batch.stream, true)] {
        let (Some(take), Some(result)) = (take, run.result(item.key)) else { continue };
        let handed = if streams { json!([item.index, result]) } else { json!(result) };
        // One that takes too long is not waited for; the result stands.
        if let Ok(taken) = run.before_deadline(take(handed)).await {
            taken.map_err(|failure| failure.of_option("onResult"))?;
        }
    }
    Ok(())
}

/// Adds a number to a name that was given before: results are told apart by their names.
fn unique(names: &mut HashMap<Rc<str>, usize>, id: Rc<str>) -> Rc<str> {
    let Some(&count) = names.get(&id) else {
        names.insert(Rc::clone(&id), 1);
        return id;
    };
    let next = (count + 1..).map(|count| (count, Rc::<str>::from(format!("{id}#{count}"))));
    let free = next.into_iter().find(|(_, name)| !names.contains_key(name));
    let Some((count, name)) = free else { return id };
    names.insert(id, count);
    names.insert(Rc::clone(&name), 1);
    name
}

/// Reads a string, `{ id, content }` or `{ id, body }`. Any other input fails alone.
fn read(value: Option<&Value>, index: usize) -> (Rc<str>, Result<Asked, Failure>) {
    let field = |name: &str| value.and_then(|value| value.get(name)).and_then(Value::as_str);
    let id = match value.and_then(|value| value.get("id")) {
        Some(Value::String(id)) => id.as_str().into(),
        Some(id @ Value::Number(_)) => json::print(id).into(),
        _ => format!("input-{}", index + 1).into(),
    };
    let body = value.filter(|value| value.get("content").is_none()).and_then(|value| value.get("body"));
    if let Some(body @ Value::Object(_)) = body {
        return (id, Ok(("".into(), Some(Rc::new(body.clone())))));
    }
    let content =
        value.and_then(Value::as_str).or_else(|| field("content")).filter(|text| !text.trim().is_empty());
    let wrong = || {
        let what = "a string that is not empty, `{ id, content }` or `{ id, body }`";
        let message = format!("Expected input {} to be {what}, got {}.", index + 1, described(value));
        Failure::new(Code::InvalidInput, message)
    };
    (id, content.map(|text| (Rc::from(text), None)).ok_or_else(wrong))
}

/// Describes a value in a few words. Of the caller's own words it repeats only the names of fields.
fn described(value: Option<&Value>) -> String {
    match value.unwrap_or(&Value::Null) {
        Value::Null => "nothing".into(),
        Value::String(_) => "a string of blanks".into(),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(fields) => match fields.get("content") {
            Some(content) => format!("an object whose `content` is {}", described(Some(content))),
            None => {
                let names = fields.into_iter().take(5).map(|(name, _)| format!("`{name}`"));
                format!("an object with the fields {}", names.collect::<Vec<_>>().join(", "))
            }
        },
        other => format!("`{}`", json::print(other)),
    }
}

/// The messages of an input: nothing is added to it.
pub(super) fn messages(worker: &Worker, input: &Rc<str>) -> Vec<Message> {
    let instructions = worker.instructions.as_deref().and_then(|instructions| system(instructions, ""));
    instructions.into_iter().chain([Message::text(Role::User, Rc::clone(input))]).collect()
}
