//! `guarded`: screens run beside the answer. The first that trips aborts the answer and all other screens at once.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures::future::{Either, select};
use futures::stream::{FuturesUnordered, StreamExt};

use super::batch;
use super::prompts::roles::{GUARD, VERDICT};
use super::prompts::{FENCED, conversation, fenced};
use crate::engine::call::{Call, expected_tokens};
use crate::engine::run::Run;
use crate::engine::task::{Status, TaskKey};
use crate::error::Failure;
use crate::json::{Map, Value, json};
use crate::model::worker::Worker;

/// One screen.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Its name.
    pub id: Rc<str>,
    /// What it looks for, where its instructions do not say.
    pub screens_for: Option<Rc<str>>,
    /// Who looks.
    pub worker: Rc<Worker>,
    /// Whether it looks at the answer; else at the input.
    pub on_output: bool,
}

/// Everything that it needs.
#[derive(Debug)]
pub struct Guarded {
    /// What is asked.
    pub input: Rc<str>,
    /// Who answers.
    pub worker: Rc<Worker>,
    /// The screens.
    pub guards: Vec<Guard>,
    /// Whether the answer waits for the screens of the input.
    pub blocking: bool,
    /// Whether a screen that fails lets through.
    pub fail_open: bool,
}

/// The screens with their rows and what they found.
struct Screens<'a> {
    run: &'a Run,
    input: &'a Guarded,
    keys: Vec<TaskKey>,
    verdicts: RefCell<Vec<Option<Verdict>>>,
}

#[derive(Clone)]
struct Verdict {
    tripped: bool,
    reason: String,
}

/// Answers, unless a screen trips.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn guarded(run: &Run, input: &Guarded) -> Result<Map, Failure> {
    let answer_key = run.add_task("answer".into(), "answer".into(), [].into());
    let add = |guard: &Guard| run.add_task(Rc::clone(&guard.id), "guard".into(), [].into());
    let keys: Vec<TaskKey> = input.guards.iter().map(add).collect();
    let verdicts = RefCell::new(vec![None; keys.len()]);
    let screens = Screens { run, input, keys, verdicts };
    run.step("guarded", "running");
    let call = Call {
        worker: Rc::clone(&input.worker),
        messages: batch::messages(&input.worker, &input.input),
        path: 1,
    };
    let expected = expected_tokens(&call);
    if input.guards.iter().any(|guard| guard.on_output) {
        run.mute(answer_key);
    }
    let answer = async {
        // Its failure is in the table.
        let Ok(completion) = run.perform(answer_key, &call).await else { return Ok(None) };
        screens.run(true, &completion.text).await.map_or(Ok(Some(completion.text)), Err)
    };
    let answered: Answered = if input.blocking {
        match screens.run(false, &input.input).await {
            Some(guard) => Err(guard),
            None => answer.await,
        }
    } else {
        let (screened, answer) = (pin!(screens.run(false, &input.input)), pin!(answer));
        match select(screened, answer).await {
            Either::Left((Some(guard), _)) => Err(guard),
            Either::Left((None, answer)) => answer.await,
            Either::Right((Ok(Some(text)), screened)) => screened.await.map_or(Ok(Some(text)), Err),
            Either::Right((ended, _)) => ended,
        }
    };
    // Everything that was under way is dropped by now.
    Ok(screens.outcome(answer_key, expected, answered))
}

/// The answer, if it did not fail; or the guard that tripped.
type Answered = Result<Option<String>, usize>;

impl Screens<'_> {
    /// Runs the screens of the input, or of the output, over `text`; gives the first that trips.
    async fn run(&self, on_output: bool, text: &str) -> Option<usize> {
        let rows = self.input.guards.iter().zip(&self.keys).enumerate();
        let mine = rows.filter(|(_, (guard, _))| guard.on_output == on_output);
        let one = |(index, (guard, &key)): (usize, (&Guard, &TaskKey))| {
            let worker = Rc::clone(&guard.worker);
            let call = Call { messages: conversation(&worker, GUARD, request(guard, text)), worker, path: 1 };
            async move { (index, self.run.perform_json(key, call, &|value| read(value).map(|_| ())).await) }
        };
        let mut open: FuturesUnordered<_> = mine.map(one).collect();
        while let Some((index, answer)) = open.next().await {
            let verdict = match answer.as_ref().map(read) {
                Ok(Ok(verdict)) => verdict,
                Ok(Err(reason)) => Verdict { tripped: !self.input.fail_open, reason },
                Err(failure) => Verdict {
                    tripped: !self.input.fail_open,
                    reason: format!("The guard failed: {}", failure.message),
                },
            };
            let tripped = verdict.tripped;
            if let Some(slot) = self.verdicts.borrow_mut().get_mut(index) {
                *slot = Some(verdict);
            }
            if tripped {
                return Some(index);
            }
        }
        None
    }

    fn outcome(&self, answer: TaskKey, expected: u64, answered: Answered) -> Map {
        let verdicts = self.verdicts.borrow();
        let name = |index: usize| self.input.guards.get(index).map(|guard| guard.id.to_string());
        let row = |(guard, verdict): (&Guard, &Option<Verdict>)| {
            let tripped = verdict.as_ref().map(|verdict| verdict.tripped);
            let reason = verdict.as_ref().map(|verdict| verdict.reason.as_str());
            json!({ "guard": *guard.id, "tripped": tripped, "reason": reason })
        };
        let mut outcome = Map::new();
        outcome.insert("verdicts".into(), self.input.guards.iter().zip(verdicts.iter()).map(row).collect());
        let (text, blocked) = match answered {
            Ok(text) => (text, None),
            Err(index) => {
                // Nothing may have completed, and the run has a result all the same.
                self.run.vouch();
                if self.run.outcome(answer).0 == Status::Completed {
                    self.run.withhold(answer);
                }
                let reason = verdicts.get(index).and_then(|verdict| Some(verdict.as_ref()?.reason.clone()));
                (None, Some(json!({ "guard": name(index), "reason": reason })))
            }
        };
        outcome.insert("answer".into(), json!(text));
        let cut = |key: TaskKey| matches!(self.run.outcome(key).0, Status::Waiting | Status::Cancelled);
        let calls = self.keys.iter().chain([&answer]).filter(|&&key| blocked.is_some() && cut(key)).count();
        let tokens = if blocked.is_some() && cut(answer) {
            expected.saturating_sub(self.run.tokens(answer))
        } else {
            0
        };
        outcome.insert("blocked".into(), json!(blocked));
        outcome.insert("callsSaved".into(), calls.into());
        outcome.insert("tokensSaved".into(), tokens.into());
        outcome
    }
}

fn request(guard: &Guard, text: &str) -> String {
    let label = if guard.on_output { "answer" } else { "input" };
    let looks_for =
        guard.screens_for.as_ref().map(|words| format!("Screen for: {words}\n\n")).unwrap_or_default();
    format!("{}\n\n{FENCED}\n\n{looks_for}{VERDICT}", fenced(label, text))
}

fn read(value: &Value) -> Result<Verdict, String> {
    let tripped = match value.get("tripped") {
        Some(Value::Bool(tripped)) => *tripped,
        Some(Value::String(text)) if text == "true" || text == "false" => text == "true",
        _ => return Err("`tripped` has to be true or false.".into()),
    };
    let reason = value.get("reason").and_then(Value::as_str).unwrap_or_default().into();
    Ok(Verdict { tripped, reason })
}
