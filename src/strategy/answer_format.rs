//! Answers that a strategy reads itself: ballots, picks, scores, plans, verdicts. Each is asked for
//! in words, and by its schema where the provider has a place for one; answers are read leniently.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture, ready};

use super::prompts::conversation;
use crate::engine::request::Call;
use crate::json::{self, Value};
use crate::model::schema::{Schema, Validate};
use crate::model::worker::Worker;

/// What an answer has to look like.
#[derive(Debug)]
pub struct AnswerFormat {
    /// In words, for the end of the request.
    pub words: &'static str,
    /// As JSON Schema: an object of which every property is required, since some providers take no
    /// other.
    pub schema: &'static str,
}

impl AnswerFormat {
    /// Asks `worker` for such an answer; the request is what it shares with others, and its own.
    /// `check` says what is wrong with one, so that the model can correct it.
    #[must_use]
    pub fn call(
        &self,
        worker: &Worker,
        instructions: &str,
        (shared, own): (&str, &str),
        path: u32,
        check: impl Fn(&Value) -> Result<(), String> + 'static,
    ) -> Call {
        let schema = json::parse(self.schema).ok();
        let mut schema = Schema::new(schema, Some(Rc::new(Check(Box::new(check)))));
        schema.described_in_prompt = true;
        let worker = Rc::new(Worker { schema: Some(schema), ..worker.clone() });
        let messages = conversation(&worker, instructions, shared, &format!("{own}\n\n{}", self.words));
        Call { worker, messages, path }
    }
}

/// Says what is wrong with an answer.
type Complaint = dyn Fn(&Value) -> Result<(), String>;

struct Check(Box<Complaint>);

impl Validate for Check {
    fn validate(&self, data: Value) -> LocalBoxFuture<'_, Result<Value, Vec<String>>> {
        let checked = (self.0)(&data).map_err(|complaint| vec![complaint]);
        ready(checked.map(|()| data)).boxed_local()
    }
}
