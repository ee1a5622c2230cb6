//! `clones`: the same work in several contexts that must not know of each other: locales,
//! platforms, tenants. No call is ever shown more than one context, which is why there is no
//! summary.

use std::rc::Rc;

use super::fan_out::fan_out;
use super::prompts::roles::CLONE;
use super::prompts::{about, conversation};
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::json::{Map, json};
use crate::model::worker::Worker;

/// One of the contexts.
#[derive(Clone, Debug)]
pub struct Context {
    /// Its name.
    pub key: Rc<str>,
    /// The context itself: text, or JSON as text.
    pub context: Rc<str>,
    /// Its worker.
    pub worker: Rc<Worker>,
}

/// Does the work in all of them.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn clones(run: &Run, contexts: &[Context], content: &str) -> Result<Map, Failure> {
    let one = |context: &Context| {
        let worker = Rc::clone(&context.worker);
        let label = format!("context {}", context.key);
        let request = format!("{}\n\n{content}", about(&label, &context.context));
        let call = Call { messages: conversation(&worker, CLONE, "", &request), worker, path: 1 };
        (Rc::clone(&context.key), call)
    };
    let keys = fan_out(run, "clone", "clones", None, contexts.iter().map(one).collect()).await;
    let text =
        |(context, &key): (&Context, &TaskKey)| (context.key.to_string(), json!(run.text(key).as_deref()));
    let merged: Map = contexts.iter().zip(&keys).map(text).collect();
    Ok(Map::from_iter([("merged".to_string(), merged.into())]))
}
