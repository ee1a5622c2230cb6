//! `batch`: the same worker for each of many inputs.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::StreamExt;

use super::document::Document;
use crate::engine::call::Call;
use crate::engine::run::Run;
use crate::engine::task::{Status, TaskKey};
use crate::engine::together::Together;
use crate::error::{Code, Failure};
use crate::json::{Map, Value, json};
use crate::model::message::{Message, Role};
use crate::model::worker::Worker;
use crate::platform::Callback;

/// Where the inputs come from.
pub enum Inputs {
    /// All of them are there.
    All(Vec<Document>),
    /// They are asked for one by one: the function gives `{ done, value }` as an iterator does.
    Pulled(Callback),
}

/// Everything that a batch needs.
pub struct Batch {
    /// What to work on.
    pub inputs: Inputs,
    /// Who works.
    pub worker: Rc<Worker>,
    /// How many pulled inputs are on their way at once, from being pulled to their result's being taken.
    pub window: usize,
    /// Takes each result as it is there; what it gives back is waited for.
    pub on_result: Option<Callback>,
    /// The same for whoever reads a stream of them: takes `[place, result]`.
    pub stream: Option<Callback>,
    /// Whether results are kept once they were taken.
    pub keeps: bool,
}

/// One input on its way.
struct Item {
    place: usize,
    key: TaskKey,
    id: Rc<str>,
    /// None for one that is written off.
    content: Option<Rc<str>>,
}

/// Asks for all of them.
///
/// # Errors
/// When inputs cannot be pulled, or results not be handed over. What fails else is in the table of the run.
pub async fn batch(run: &Run, batch: &Batch) -> Result<Map, Failure> {
    if !batch.keeps {
        run.keep_no_results();
    }
    let names = RefCell::<HashMap<Rc<str>, usize>>::default();
    let add = |place: usize, id: Rc<str>, content: Result<Rc<str>, Failure>| {
        let id = unique(&mut names.borrow_mut(), id);
        let key = run.add_task(Rc::clone(&id), "item".into(), [].into());
        let content = content.map_err(|failure| run.skip(key, Status::Failed, failure)).ok();
        Item { place, key, id, content }
    };
    let pulled = Cell::new(None);
    let failed = Cell::new(None);
    let ask = |item: Item| -> LocalBoxFuture<'_, ()> {
        let (names, failed) = (&names, &failed);
        async move {
            if let Err(failure) = one(run, batch, &item).await {
                failed.set(Some(failure));
            } else if !batch.keeps {
                run.forget(item.key);
                names.borrow_mut().remove(&item.id);
            }
        }
        .boxed_local()
    };
    let pull = |next: &Callback, place: usize| -> LocalBoxFuture<'_, ()> {
        let (add, pulled, failed) = (&add, &pulled, &failed);
        // A source without an end would be pulled for ever by calls that fail at once.
        let step = (!run.is_over()).then(|| next(Value::Null));
        async move {
            let Some(step) = step else { return };
            match run.before_deadline(step).await {
                Ok(Ok(step)) if step.get("done") == Some(&Value::Bool(true)) => run.all_added(),
                Ok(Ok(step)) => {
                    let (id, content) = read(step.get("value"), place);
                    pulled.set(Some(add(place, id, content)));
                }
                Ok(Err(failure)) => failed.set(Some(failure)),
                Err(_) => {}
            }
        }
        .boxed_local()
    };
    let mut open = Together::default();
    let mut source = None;
    match &batch.inputs {
        Inputs::All(inputs) => {
            let rows = inputs.iter().enumerate();
            let items: Vec<Item> = rows
                .map(|(place, input)| add(place, Rc::clone(&input.id), Ok(Rc::clone(&input.content))))
                .collect();
            run.all_added();
            open.extend(items.into_iter().map(ask));
        }
        Inputs::Pulled(next) => source = Some(next),
    }
    run.step("items", "running");
    let (mut place, mut idle) = (0, true);
    loop {
        if let Some(next) = source.filter(|_| idle && open.len() < batch.window) {
            open.push(pull(next, place));
            (place, idle) = (place + 1, false);
        }
        if open.next().await.is_none() {
            return Ok(Map::new());
        }
        if let Some(failure) = failed.take() {
            return Err(failure);
        }
        if let Some(item) = pulled.take() {
            open.push(ask(item));
            idle = true;
        }
    }
}

/// One input from its call to its result's being taken.
async fn one(run: &Run, batch: &Batch, item: &Item) -> Result<(), Failure> {
    let &Item { place, key, .. } = item;
    if let Some(content) = &item.content {
        let messages = messages(&batch.worker, content);
        let call = Call { worker: Rc::clone(&batch.worker), messages, path: 1 };
        // Its failure is in the table, and in what is handed over.
        let _ = run.perform(key, &call).await;
    }
    for (take, streams) in [(&batch.on_result, false), (&batch.stream, true)] {
        let (Some(take), Some(result)) = (take, run.result(key)) else { continue };
        let shown = if streams { json!([place, result]) } else { json!(result) };
        // One that takes too long is not waited for; the result stands.
        if let Ok(taken) = run.before_deadline(take(shown)).await {
            taken?;
        }
    }
    Ok(())
}

/// A name that came before gets a number: results are told apart by their names.
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

/// A string or `{ id, content }`. One that is neither fails alone.
fn read(value: Option<&Value>, place: usize) -> (Rc<str>, Result<Rc<str>, Failure>) {
    let field = |name: &str| value.and_then(|value| value.get(name)).and_then(Value::as_str);
    let id = field("id").map_or_else(|| format!("input-{}", place + 1).into(), Rc::from);
    let content =
        value.and_then(Value::as_str).or_else(|| field("content")).filter(|text| !text.trim().is_empty());
    let wrong = || {
        let message = "An input has to be a string that is not empty, or `{ id, content }`.";
        Failure::new(Code::InvalidInput, message)
    };
    (id, content.map(Rc::from).ok_or_else(wrong))
}

/// The input is the request: nothing is said around it.
pub(super) fn messages(worker: &Worker, input: &Rc<str>) -> Vec<Message> {
    let manner = worker.instructions.as_ref().map(|manner| Message::text(Role::System, Rc::clone(manner)));
    manner.into_iter().chain([Message::text(Role::User, Rc::clone(input))]).collect()
}
