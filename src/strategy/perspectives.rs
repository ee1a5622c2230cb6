//! `perspectives`: different specialists look at the same input, and their views are put together.

use std::rc::Rc;

use super::fan_out::fan_out;
use super::prompts::roles::{PERSPECTIVE, perspective};
use super::prompts::{about, conversation};
use super::summary::{About, Source, summarize};
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::json::Map;
use crate::model::worker::Worker;

/// One specialist.
#[derive(Clone, Debug)]
pub struct Specialist {
    /// Its name.
    pub id: Rc<str>,
    /// Its worker.
    pub worker: Rc<Worker>,
}

/// Asks all specialists, then for the summary.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn perspectives(
    run: &Run,
    input: &str,
    specialists: &[Specialist],
    aggregate: Option<&Rc<Worker>>,
) -> Result<Map, Failure> {
    let input_data = about("input", input);
    let one = |specialist: &Specialist| {
        let worker = Rc::clone(&specialist.worker);
        let own = format!("\n\n{}", perspective(&specialist.id));
        let call = Call { messages: conversation(&worker, PERSPECTIVE, &input_data, &own), worker, path: 1 };
        (Rc::clone(&specialist.id), call)
    };
    let rows = specialists.iter().map(one).collect();
    let keys = fan_out(run, "perspective", "perspectives", None, rows).await;
    let source = |(one, &key): (&Specialist, &TaskKey)| Source { id: Rc::clone(&one.id), key };
    let sources: Vec<Source> = specialists.iter().zip(&keys).map(source).collect();
    Ok(summarize(run, About::Input(input), &sources, aggregate).await)
}
