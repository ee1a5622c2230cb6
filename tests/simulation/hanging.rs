//! Functions of the caller's that never come to an end: none of them outlasts the deadline.

use std::cell::Cell;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, pending};
use parallelization_agent::api::input::{Input, JsHandle, LibrarySchema};
use parallelization_agent::engine::store::{Store, StoreError};
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::schema::{Schema, Validate};
use parallelization_agent::platform::Callback;
use parallelization_agent::platform::sim::{Reply, Simulation};
use parallelization_agent::report::Status;

use crate::world::{Outcome, call_with, call_with_store, completion};

const DEADLINE_MS: f64 = 1_000.0;

fn hanging(_: JsHandle) -> Callback {
    Rc::new(|_| pending().boxed_local())
}

fn function(index: usize) -> Input {
    Input::JsHandle(JsHandle { index, kind: "function" })
}

/// Runs a pattern with one option more against a server that answers all with JSON.
fn run(
    strategy: &str,
    arguments: Vec<Input>,
    option: Option<(&str, Input)>,
    functions: &dyn Fn(JsHandle) -> Callback,
) -> Outcome {
    let world = Simulation::new(1, |_, _| Reply::new(200, 10.0, completion("{\"answer\":\"x\"}", 1, 1)));
    let mut options = vec![("deadlineMs".into(), Input::Number(DEADLINE_MS))];
    options.extend(option.map(|(name, value)| (name.to_string(), value)));
    let outcome = call_with(&world, strategy, Input::List(arguments), Input::Record(options), functions).0;
    assert_eq!(world.open_timers(), 0);
    outcome
}

#[test]
fn an_iterator_without_a_next_input() {
    let functions = |_| -> Callback {
        let first = Cell::new(true);
        Rc::new(move |_| match first.replace(false) {
            true => async { Ok(json!({ "done": false, "value": "x" })) }.boxed_local(),
            false => pending().boxed_local(),
        })
    };
    let result = run("batch", vec![function(0)], None, &functions).resolved();
    assert_eq!((result.metadata.total_tasks, result.metadata.completed_tasks), (1, 1));
    assert_eq!(result.metadata.processing_time_ms, DEADLINE_MS);
}

#[test]
fn a_taker_of_results_who_never_has_enough_time() {
    let inputs = Input::from(json!(["x", "y"]));
    let result = run("batch", vec![inputs], Some(("onResult", function(0))), &hanging).resolved();
    assert_eq!((result.metadata.completed_tasks, result.metadata.processing_time_ms), (2, DEADLINE_MS));
}

#[test]
fn a_function_that_never_chooses() {
    let question = Input::Text("Which?".into());
    let result = run("voting", vec![question], Some(("select", function(0))), &hanging).resolved();
    assert_eq!((result.metadata.completed_tasks, result.metadata.processing_time_ms), (3, DEADLINE_MS));
    assert_eq!(result.outcome["selectError"]["code"], "DEADLINE_EXCEEDED");
}

struct Endless;

impl Validate for Endless {
    fn validate(&self, _: Value) -> LocalBoxFuture<'_, Result<Value, Vec<String>>> {
        pending().boxed_local()
    }
}

#[test]
fn a_schema_that_never_makes_up_its_mind() {
    let schema = Schema::new(Some(json!({})), Some(Rc::new(Endless)));
    let schema = Input::Schema(LibrarySchema { schema, remedy: "none needed".into() });
    let inputs = Input::from(json!(["x"]));
    let error = run("batch", vec![inputs], Some(("schema", schema)), &hanging).rejected();
    assert_eq!(error.failure.code.name(), "DEADLINE_EXCEEDED");
    assert_eq!(error.results[0].status, Status::Cancelled);
    assert_eq!(error.metadata.processing_time_ms, DEADLINE_MS);
}

struct Silent;

impl Store for Silent {
    fn get(&self, _: &str) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>> {
        pending().boxed_local()
    }

    fn set(&self, _: &str, _: &str) -> LocalBoxFuture<'static, Result<(), StoreError>> {
        pending().boxed_local()
    }
}

#[test]
fn a_store_that_never_answers() {
    let world = Simulation::new(1, |_, _| Reply::new(200, 10.0, completion("x", 1, 1)));
    let options = json!({ "deadlineMs": DEADLINE_MS });
    let error = call_with_store(&world, "batch", json!([["x"]]), options, Some(Rc::new(Silent))).0.rejected();
    assert_eq!(error.metadata.processing_time_ms, DEADLINE_MS);
    assert_eq!(world.open_timers(), 0);
}
