//! A key that a function gives: asked for before each request, and in nothing but its header.

use std::cell::Cell;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::{pending, ready};
use parallelization_agent::api::input::Input;
use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::message::Execute;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{Outcome, call_with, completion};

/// Runs two tasks, one after the other, with keys that `give` makes of the number of the request.
fn run(
    world: &Simulation,
    options: Value,
    give: impl Fn(u32) -> Result<Value, Failure> + 'static,
) -> (Outcome, Vec<Value>) {
    let asked = Cell::new(0);
    let source = Execute(Rc::new(move |_| {
        asked.set(asked.get() + 1);
        ready(give(asked.get())).boxed_local()
    }));
    run_with(world, options, source)
}

fn run_with(world: &Simulation, options: Value, source: Execute) -> (Outcome, Vec<Value>) {
    let Input::Record(mut fields) = Input::from(options) else { panic!("options are an object") };
    fields.push(("apiKey".into(), Input::Execute(source)));
    fields.push(("aggregate".into(), Input::Bool(false)));
    let tasks =
        json!([{ "id": "a", "content": "x" }, { "id": "b", "content": "{{a}}", "dependencies": ["a"] }]);
    let none = |_| panic!("no functions");
    call_with(world, "parallelProcess", Input::from(json!(["x", tasks])), Input::Record(fields), &none)
}

fn keys(world: &Simulation) -> Vec<String> {
    let of = |headers: &[(String, String)]| {
        let key = headers.iter().find(|(name, _)| name == "authorization");
        key.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    world.log().iter().map(|exchange| of(&exchange.request.headers)).collect()
}

#[test]
fn each_request_has_a_key_of_its_own() {
    let mut count = 0;
    let world = Simulation::new(1, move |_, _| {
        count += 1;
        match count {
            1 => Reply::new(503, 1.0, "{}"),
            _ => Reply::new(200, 1.0, completion("an answer", 1, 1)),
        }
    });
    run(&world, json!({}), |count| Ok(format!(" token-{count:020} ").as_str().into())).0.resolved();
    assert_eq!(keys(&world), [1, 2, 3].map(|count| format!("Bearer token-{count:020}")));
}

#[test]
fn a_function_that_fails_fails_its_attempt_and_is_asked_again() {
    let world = Simulation::new(1, |_, _| Reply::new(200, 1.0, completion("an answer", 1, 1)));
    let failing = |count| match count {
        1 => Err(Failure::new(Code::CallbackFailed, "no token-canary-0123456789 today")),
        _ => Ok("token".into()),
    };
    let (outcome, events) = run(&world, json!({}), failing);
    let result = outcome.resolved();
    assert_eq!(result.results[0].metadata.attempts, 2);
    let told = events.iter().map(Value::to_string).collect::<String>();
    assert!(told.contains("CALLBACK_FAILED") && !told.contains("canary"), "{told}");

    let always = |_| Err(Failure::new(Code::CallbackFailed, "no token-canary-0123456789 today"));
    let world = Simulation::new(1, |_, _| panic!("nothing is sent without a key"));
    let failure = run(&world, json!({ "maxRetries": 1 }), always).0.rejected();
    let cause = failure.results[0].error.as_ref().unwrap();
    assert_eq!((cause.code, failure.results[0].metadata.attempts), (Code::CallbackFailed, 2));
    assert!(cause.message.contains("`apiKey`") && !cause.message.contains("canary"), "{}", cause.message);
    assert_eq!(failure.metadata.total_tokens, 0, "what was never sent used nothing");
}

#[test]
fn a_run_that_ends_while_the_key_is_asked_for_has_used_nothing() {
    let world = Simulation::new(1, |_, _| panic!("nothing is sent without a key"));
    let never = Execute(Rc::new(|_| pending().boxed_local()));
    let failure = run_with(&world, json!({ "timeoutMs": 50, "maxRetries": 1 }), never).0.rejected();
    assert_eq!(failure.results[0].error.as_ref().unwrap().code, Code::Timeout);
    assert_eq!(failure.metadata.total_tokens, 0);
}

#[test]
fn what_is_no_key_is_told_and_not_asked_for_again() {
    for given in [json!(null), json!(""), json!(7), json!("a\nb"), json!({ "token": "x" })] {
        let world = Simulation::new(1, |_, _| panic!("nothing is sent without a key"));
        let failure = run(&world, json!({}), move |_| Ok(given.clone())).0.rejected();
        let cause = failure.results[0].error.as_ref().unwrap();
        assert_eq!((cause.code, failure.results[0].metadata.attempts), (Code::InvalidInput, 1));
        assert!(cause.message.contains("`apiKey`"), "{}", cause.message);
    }
}

#[test]
fn a_server_that_repeats_the_key_repeats_it_in_vain() {
    let world = Simulation::new(1, |_, _| {
        Reply::new(401, 1.0, r#"{"error":{"message":"Incorrect API key provided: token-canary-0123456789"}}"#)
    });
    let (outcome, events) = run(&world, json!({}), |_| Ok("token-canary-0123456789".into()));
    let failure = outcome.rejected();
    let told = format!("{:?} {events:?}", failure.results);
    assert!(told.contains("Incorrect API key") && !told.contains("canary"), "{told}");
}

#[test]
fn the_key_belongs_to_the_address_beside_it() {
    let world = Simulation::new(1, |_, _| Reply::new(200, 1.0, completion("an answer", 1, 1)));
    let options = json!({ "workers": { "task": { "baseURL": "https://elsewhere.test/v1" } } });
    run(&world, options, |_| Ok("token-canary-0123456789".into())).0.resolved();
    assert_eq!(keys(&world), ["", ""]);
}
