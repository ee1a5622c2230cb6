//! `guarded`: screens run beside the answer. The first that trips aborts the answer and all other
//! screens at once.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, FutureExt, LocalBoxFuture, pending, select};
use futures::stream::StreamExt;

use super::batch;
use super::prompts::about;
use super::prompts::roles::{GUARD, VERDICT};
use crate::engine::join::JoinSet;
use crate::engine::request::{Call, expected_tokens};
use crate::engine::run::Run;
use crate::engine::task::{Gate, TaskKey};
use crate::error::Failure;
use crate::json::{Fields, Map, Value, json};
use crate::model::completion::Completion;
use crate::model::worker::Worker;
use crate::report::Status;

/// One screen.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Its name.
    pub id: Rc<str>,
    /// What it looks for, where its instructions do not say.
    pub screens_for: Option<Rc<str>>,
    /// Its worker.
    pub worker: Rc<Worker>,
    /// Whether it looks at the answer; else at the input.
    pub on_output: bool,
}

/// Everything that it needs.
#[derive(Debug)]
pub struct Guarded {
    /// What is asked.
    pub input: Rc<str>,
    /// The worker that answers.
    pub worker: Rc<Worker>,
    /// The screens.
    pub guards: Vec<Guard>,
    /// Whether the answer waits for the screens of the input.
    pub blocking: bool,
    /// Whether a screen that fails counts as passed.
    pub fail_open: bool,
}

/// The screens with their rows and what they found.
struct Screens<'a> {
    run: &'a Run,
    input: &'a Guarded,
    keys: Vec<TaskKey>,
    verdicts: RefCell<Vec<Option<Verdict>>>,
    /// Whether the answer is there, even if it may not be shown.
    answered: Cell<bool>,
    /// The first that tripped.
    tripped: Cell<Option<usize>>,
}

#[derive(Clone)]
struct Verdict {
    tripped: bool,
    reason: String,
}

/// Answers, unless a screen trips. Nothing of the answer is shown before it has passed all its
/// screens. None of its tools changes anything before the input has passed.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn guarded(run: &Run, input: &Guarded) -> Result<Map, Failure> {
    let answer_key = run.add_task("answer".into(), "answer".into(), [].into());
    let add = |guard: &Guard| run.add_task(Rc::clone(&guard.id), "guard".into(), [].into());
    let keys: Vec<TaskKey> = input.guards.iter().map(add).collect();
    let verdicts = RefCell::new(vec![None; keys.len()]);
    let screens =
        Screens { run, input, keys, verdicts, answered: Cell::new(false), tripped: Cell::new(None) };
    run.step("guarded", "running");
    let call = Call {
        worker: Rc::clone(&input.worker),
        messages: batch::messages(&input.worker, &input.input),
        path: 1,
    };
    let expected = expected_tokens(&call);
    let (admit, admitted) = oneshot::channel();
    let admitted: Gate = async move {
        // An input that is not let through is not let go of either.
        if admitted.await.is_err() {
            pending::<()>().await;
        }
    }
    .boxed_local()
    .shared();
    let screened = async {
        let passes = screens.run(false, &input.input).await;
        if passes {
            // Nobody waits where the answer has failed.
            let _ = admit.send(());
            if !input.guards.iter().any(|guard| guard.on_output) {
                run.release(answer_key);
            }
        }
        passes
    };
    let passes = |text: Rc<str>| {
        let (screens, admitted) = (&screens, admitted.clone());
        async move {
            screens.answered.set(true);
            admitted.await;
            screens.run(true, &text).await
        }
    };
    // Its failure is in the table.
    let answer =
        async { run.perform_withheld(answer_key, &call, admitted.clone(), passes).await.ok().flatten() };
    let answered: Option<Completion> = if input.blocking {
        if screened.await { answer.await } else { None }
    } else {
        let (screened, answer) = (pin!(screened), pin!(answer));
        match select(screened, answer).await {
            Either::Left((true, answer)) => answer.await,
            Either::Left((false, _)) => None,
            Either::Right((answered, _)) => answered,
        }
    };
    // Everything that was under way is dropped by now.
    Ok(screens.outcome(answer_key, expected, answered.map(|completion| completion.text)))
}

impl Screens<'_> {
    /// Runs the screens of the input, or of the output, over `text`, until one trips. Returns
    /// whether all of them passed.
    async fn run(&self, on_output: bool, text: &str) -> bool {
        let rows = self.input.guards.iter().zip(&self.keys).enumerate();
        let mine = rows.filter(|(_, (guard, _))| guard.on_output == on_output);
        let screened = about(if on_output { "answer" } else { "input" }, text);
        let verdict = Cell::new(None);
        let one = |(index, (guard, &key)): (usize, (&Guard, &TaskKey))| -> LocalBoxFuture<'_, ()> {
            let check = |value: &Value| read(value).map(|_| ());
            let call = VERDICT.call(&guard.worker, GUARD, (&screened, &request(guard)), 1, check);
            let verdict = &verdict;
            async move { verdict.set(Some((index, self.run.perform_data(key, &call).await))) }.boxed_local()
        };
        let mut open: JoinSet<'_> = mine.map(one).collect();
        while open.next().await.is_some() {
            let Some((index, answer)) = verdict.take() else { continue };
            let verdict = match answer.as_deref().map(read) {
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
                self.tripped.set(Some(index));
                return false;
            }
        }
        true
    }

    fn outcome(&self, answer: TaskKey, expected: u64, text: Option<String>) -> Map {
        let verdicts = self.verdicts.borrow();
        let row = |(guard, verdict): (&Guard, &Option<Verdict>)| {
            let tripped = verdict.as_ref().map(|verdict| verdict.tripped);
            let reason = verdict.as_ref().map(|verdict| verdict.reason.as_str());
            json!({ "guard": guard.id, "tripped": tripped, "reason": reason })
        };
        let blocked = self.tripped.get().and_then(|index| {
            let (guard, verdict) = (self.input.guards.get(index)?, verdicts.get(index)?.as_ref()?);
            Some(json!({ "guard": guard.id, "reason": verdict.reason }))
        });
        let (mut calls, mut tokens) = (0, 0);
        if blocked.is_some() {
            // Nothing may have completed, and the run has a result all the same.
            self.run.mark_successful();
            let cut = |key: &&TaskKey| {
                matches!(self.run.outcome(**key).0, Status::Waiting | Status::Running | Status::Cancelled)
            };
            calls = self.keys.iter().filter(cut).count();
            if cut(&&answer) && !self.answered.get() {
                calls += 1;
                tokens = expected.saturating_sub(self.run.tokens(answer));
            }
        }
        let mut outcome = Map::new();
        outcome.put("verdicts", self.input.guards.iter().zip(verdicts.iter()).map(row).collect());
        outcome.set("answer", &text);
        outcome.set("blocked", &blocked);
        outcome.put("callsSaved", calls.into());
        outcome.put("tokensSaved", tokens.into());
        outcome
    }
}

fn request(guard: &Guard) -> String {
    guard.screens_for.as_ref().map(|words| format!("\n\nScreen for: {words}")).unwrap_or_default()
}

fn read(value: &Value) -> Result<Verdict, String> {
    let tripped = match value.get("tripped") {
        Some(Value::Bool(tripped)) => *tripped,
        Some(Value::String(text)) if text == "true" || text == "false" => text == "true",
        _ => return Err("`tripped` has to be true or false".into()),
    };
    let reason = value.get("reason").and_then(Value::as_str).unwrap_or_default().into();
    Ok(Verdict { tripped, reason })
}
