//! `batch`: the same worker for each of many inputs.

use std::rc::Rc;

use futures::future::join_all;
use serde_json::{Map, Value};

use super::document::Document;
use crate::engine::call::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::model::message::{Message, Role};
use crate::model::worker::Worker;

/// Asks for all of them.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn batch(
    run: &Run,
    inputs: &[Document],
    worker: &Rc<Worker>,
) -> Result<Map<String, Value>, Failure> {
    let add = |input: &Document| run.add_task(Rc::clone(&input.id), "item".into(), [].into());
    let keys: Vec<TaskKey> = inputs.iter().map(add).collect();
    run.step("items", "running");
    let one = |(input, &key): (&Document, &TaskKey)| {
        let call = Call { worker: Rc::clone(worker), messages: messages(worker, &input.content), path: 1 };
        async move { run.perform(key, &call).await.is_ok() }
    };
    join_all(inputs.iter().zip(&keys).map(one)).await;
    Ok(Map::new())
}

/// The input is the request: nothing is said around it.
pub(super) fn messages(worker: &Worker, input: &Rc<str>) -> Vec<Message> {
    let manner = worker.instructions.as_ref().map(|manner| Message::text(Role::System, Rc::clone(manner)));
    manner.into_iter().chain([Message::text(Role::User, Rc::clone(input))]).collect()
}
