//! `batch`: the same worker for each of many inputs.

use std::rc::Rc;

use futures::future::join_all;
use futures::stream::{TryStreamExt, try_unfold};
use serde_json::{Map, Value, json};

use super::document::Document;
use crate::engine::call::Call;
use crate::engine::run::Run;
use crate::engine::task::{Status, TaskKey};
use crate::error::{Code, Failure};
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
}

/// Asks for all of them.
///
/// # Errors
/// When inputs cannot be pulled, or results not be handed over. What fails else is in the table of the run.
pub async fn batch(run: &Run, batch: &Batch) -> Result<Map<String, Value>, Failure> {
    let add = |id: Rc<str>| run.add_task(id, "item".into(), [].into());
    match &batch.inputs {
        Inputs::All(inputs) => {
            let keys: Vec<TaskKey> = inputs.iter().map(|input| add(Rc::clone(&input.id))).collect();
            run.all_added();
            run.step("items", "running");
            let all = inputs
                .iter()
                .zip(&keys)
                .map(|(input, &key)| one(run, batch, key, Ok(Rc::clone(&input.content))));
            join_all(all).await.into_iter().collect::<Result<(), _>>()?;
        }
        Inputs::Pulled(next) => {
            run.step("items", "running");
            let pulled = try_unfold(1, |place| async move {
                // A source without an end would be pulled for ever by calls that fail at once.
                if run.is_over() {
                    return Ok(None);
                }
                let step = match run.before_deadline(next(Value::Null)).await {
                    Ok(step) => step?,
                    Err(_) => return Ok(None),
                };
                let done = step.get("done") == Some(&Value::Bool(true));
                if done {
                    run.all_added();
                }
                Ok::<_, Failure>((!done).then(|| (read(step.get("value"), place), place + 1)))
            });
            let ask = |(id, content): (Rc<str>, Result<Rc<str>, Failure>)| {
                let key = add(id);
                async move { Ok(one(run, batch, key, content)) }
            };
            let asked = pulled.and_then(ask).try_buffer_unordered(batch.window);
            asked.try_for_each(|()| async { Ok(()) }).await?;
        }
    }
    Ok(Map::new())
}

/// One input from its call to its result's being taken.
async fn one(
    run: &Run,
    batch: &Batch,
    key: TaskKey,
    content: Result<Rc<str>, Failure>,
) -> Result<(), Failure> {
    match content {
        Ok(content) => {
            let messages = messages(&batch.worker, &content);
            let call = Call { worker: Rc::clone(&batch.worker), messages, path: 1 };
            // Its failure is in the table, and in what is handed over.
            let _ = run.perform(key, &call).await;
        }
        Err(failure) => run.skip(key, Status::Failed, failure),
    }
    match (&batch.on_result, run.result(key)) {
        // One that takes too long is not waited for; the result stands.
        (Some(take), Some(result)) => {
            run.before_deadline(take(json!(result))).await.map_or(Ok(()), |taken| taken.map(|_| ()))
        }
        _ => Ok(()),
    }
}

/// A string or `{ id, content }`. One that is neither fails alone.
fn read(value: Option<&Value>, place: usize) -> (Rc<str>, Result<Rc<str>, Failure>) {
    let field = |name: &str| value.and_then(|value| value.get(name)).and_then(Value::as_str);
    let id = field("id").map_or_else(|| format!("input-{place}").into(), Rc::from);
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
