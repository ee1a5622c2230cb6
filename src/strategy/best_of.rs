//! `bestOf`: the same request several times, and a call that picks the best answer.

use std::rc::Rc;

use super::fan_out::fan_out;
use super::judge::{Candidate, pick};
use super::prompts::conversation;
use super::prompts::roles::CANDIDATE;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::error::Failure;
use crate::json::{Fields, Map};
use crate::model::worker::Worker;

/// Everything that it needs.
#[derive(Debug)]
pub struct BestOf {
    /// What is asked.
    pub input: Rc<str>,
    /// How often.
    pub count: usize,
    /// The worker that answers.
    pub worker: Rc<Worker>,
    /// The worker that picks.
    pub picker: Rc<Worker>,
}

/// Asks, and has the best picked.
///
/// # Errors
/// None of its own: what fails is in the table of the run, and a winner that cannot be picked is
/// `null`, with the reason under `selectError`.
pub async fn best_of(run: &Run, input: &BestOf) -> Result<Map, Failure> {
    let id = |index: usize| Rc::<str>::from(format!("candidate-{}", index + 1));
    let one = |index: usize| {
        let messages = conversation(&input.worker, CANDIDATE, &input.input, "");
        let call = Call { worker: Rc::clone(&input.worker), messages, path: 1 };
        (id(index), call)
    };
    let rows = (0..input.count).map(one).collect();
    let keys = fan_out(run, "candidate", "candidates", None, rows).await;
    let answers = keys.iter().enumerate();
    let candidates: Vec<(usize, Candidate)> =
        answers.filter_map(|(index, &key)| Some((index, Candidate { key, text: run.text(key)? }))).collect();
    let mut outcome = Map::new();
    let mut win = |winner: Option<&(usize, Candidate)>, reason: Option<String>| {
        outcome.set("winner", winner.map(|(_, candidate)| &*candidate.text));
        outcome.set("winnerId", winner.map(|(index, _)| id(*index).to_string()));
        outcome.set("reason", &reason);
    };
    if let [] | [_] = candidates.as_slice() {
        win(candidates.first(), None);
        return Ok(outcome);
    }
    run.step("picker", "aggregating");
    let completed: Vec<Candidate> = candidates.iter().map(|(_, candidate)| candidate.clone()).collect();
    match pick(run, &input.picker, "picker", &input.input, &completed).await {
        Ok(pick) => win(candidates.get(pick.index), pick.reason),
        Err(failure) => {
            win(None, None);
            outcome.set("selectError", &failure);
        }
    }
    Ok(outcome)
}
