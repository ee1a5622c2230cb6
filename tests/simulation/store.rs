//! With a store, what was answered once is not asked again.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture, pending, ready};
use parallelization_agent::api::input::Input;
use parallelization_agent::engine::store::{Store, StoreError};
use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::message::Execute;
use parallelization_agent::platform::sim::{Reply, Simulation};
use parallelization_agent::platform::{Platform, Request};

use crate::world::{Outcome, call_with_store, steady};

#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    Failing,
    Rubbish,
    Silent,
}

struct Memory {
    mood: Cell<Mood>,
    kept: RefCell<HashMap<String, String>>,
}

impl Memory {
    fn new() -> Rc<Self> {
        Rc::new(Self { mood: Cell::new(Mood::Well), kept: RefCell::default() })
    }
}

impl Store for Memory {
    fn get(&self, key: &str) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>> {
        match self.mood.get() {
            Mood::Well => ready(Ok(self.kept.borrow().get(key).cloned())).boxed_local(),
            Mood::Failing => ready(Err(StoreError("no such table".into()))).boxed_local(),
            Mood::Rubbish => ready(Ok(Some("{\"version\":1}".into()))).boxed_local(),
            Mood::Silent => pending().boxed_local(),
        }
    }

    fn set(&self, key: &str, value: &str) -> LocalBoxFuture<'static, Result<(), StoreError>> {
        if self.mood.get() != Mood::Well {
            return ready(Err(StoreError("no such table".into()))).boxed_local();
        }
        self.kept.borrow_mut().insert(key.into(), value.into());
        ready(Ok(())).boxed_local()
    }
}

fn chain(first: &str) -> Value {
    json!(["x", [
        { "id": "a", "content": first },
        { "id": "b", "content": "b", "dependencies": ["a"] },
        { "id": "c", "content": "c" },
    ]])
}

/// Runs the chain once more in a world of its own; the sum of its attempts, and every event.
fn run(store: &Rc<Memory>, first: &str, options: Value) -> (Outcome, usize, Vec<Value>) {
    let world = Simulation::new(1, |request: &parallelization_agent::platform::Request, now| {
        // The answer depends on the question, as answers do.
        let changed = if request.body.contains("other") { 1 } else { 0 };
        let mut reply = steady(100.0)(request, now);
        if changed == 1 {
            let text = crate::world::completion("another answer", 10, 5);
            reply = parallelization_agent::platform::sim::Reply::new(200, 100.0, text);
        }
        reply
    });
    let mut all = json!({ "aggregate": false });
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let (outcome, events) = call_with_store(
        &world,
        "parallelProcess",
        chain(first),
        all,
        Some(Rc::clone(store) as Rc<dyn Store>),
    );
    (outcome, world.log().len(), events)
}

fn notes(events: &[Value]) -> Vec<&str> {
    let journal = events.iter().filter(|event| event["name"] == "journal");
    journal.map(|event| event["value"]["status"].as_str().unwrap()).collect()
}

#[test]
fn the_same_run_again_sends_nothing_and_costs_nothing() {
    let store = Memory::new();
    let (first, sent, _) = run(&store, "a", json!({}));
    assert_eq!((first.resolved().metadata.total_tokens, sent), (45, 3));
    let (again, sent, events) = run(&store, "a", json!({}));
    let again = again.resolved();
    assert_eq!((again.metadata.total_tokens, again.metadata.attempts, sent), (0, 0, 0));
    assert!(again.results.iter().all(|result| result.metadata.from_store && result.metadata.attempts == 0));
    assert_eq!(again.results[0].result.as_deref(), Some("an answer"));
    assert_eq!(notes(&events), ["hit", "hit", "hit"]);
}

#[test]
fn after_a_run_that_was_cut_off_only_what_is_missing_is_sent() {
    let store = Memory::new();
    let (cut_off, ..) = run(&store, "a", json!({ "deadlineMs": 150 }));
    assert_eq!(cut_off.resolved().metadata.completed_tasks, 2);
    let (resumed, sent, _) = run(&store, "a", json!({}));
    assert_eq!((resumed.resolved().metadata.completed_tasks, sent), (3, 1));
}

#[test]
fn a_changed_prompt_runs_again_what_depends_on_its_answer() {
    let store = Memory::new();
    run(&store, "a", json!({}));
    let (_, sent, events) = run(&store, "other", json!({}));
    assert_eq!((sent, notes(&events)), (2, vec!["hit"]));
}

#[test]
fn what_determines_an_answer_is_in_its_key_and_so_is_who_asks_whom() {
    let store = Memory::new();
    run(&store, "a", json!({}));
    for other in [
        json!({ "apiKey": "another-secret" }),
        json!({ "baseURL": "http://elsewhere/v1", "apiKey": "sk-canary-0123456789" }),
        json!({ "baseURL": "http://elsewhere/v1?code=a-secret", "apiKey": "sk-canary-0123456789" }),
        json!({ "headers": { "cookie": "session=a-secret" } }),
        json!({ "headers": { "x-tenant": "2" } }),
        json!({ "storeNamespace": "tenant 2" }),
        json!({ "model": "m" }),
        json!({ "temperature": 1 }),
        json!({ "maxTokens": 9 }),
        json!({ "stop": "x" }),
        json!({ "seed": 1 }),
        json!({ "extraBody": { "x": 1 } }),
    ] {
        assert_eq!(run(&store, "a", other.clone()).1, 3, "{other}");
    }
    // What follows a request through other systems says nothing of who asks.
    let traced =
        json!({ "headers": { "traceparent": "00-1-2-01", "X-Request-Id": "7", "tracestate": "a=b" } });
    assert_eq!(run(&store, "a", traced).1, 0);
    let all = format!("{:?}", store.kept.borrow());
    assert!(["sk-", "secret", "elsewhere", "tenant"].iter().all(|word| !all.contains(word)), "{all}");
}

#[test]
fn an_answer_is_known_again_by_who_gave_it() {
    let store = Memory::new();
    let ask = |fallback: &str| {
        let world = Simulation::new(1, |request: &Request, now| match request.url.contains("down") {
            true => Reply::new(400, 1.0, "{}"),
            false => steady(1.0)(request, now),
        });
        let options = json!({
            "baseURL": "https://down.test/v1",
            "fallbacks": [{ "baseURL": fallback, "model": "second" }],
            "aggregate": false,
        });
        let arguments = json!(["x", [{ "id": "a", "content": "a" }]]);
        let stored = Some(Rc::clone(&store) as Rc<dyn Store>);
        let (outcome, _) = call_with_store(&world, "parallelProcess", arguments, options, stored);
        (outcome.resolved(), world.log().len())
    };
    assert_eq!(ask("https://one.test/v1").1, 2);
    let (again, sent) = ask("https://one.test/v1");
    assert_eq!((sent, again.results[0].metadata.from_store), (0, true));
    assert_eq!(ask("https://two.test/v1").1, 2, "another server's answer is no answer of this one's");
}

#[test]
fn a_store_that_fails_costs_a_warning_and_a_fresh_call() {
    for (mood, what) in
        [(Mood::Failing, "unreadable"), (Mood::Rubbish, "unreadable"), (Mood::Silent, "unreadable")]
    {
        let store = Memory::new();
        store.mood.set(mood);
        let (outcome, sent, events) = run(&store, "a", json!({}));
        assert_eq!((outcome.resolved().metadata.completed_tasks, sent), (3, 3));
        assert_eq!(notes(&events).iter().filter(|note| **note == what).count(), 3);
        assert_eq!(notes(&events).iter().filter(|note| **note == "unwritable").count(), 3);
    }
}

/// A run of one task whose model calls two tools, of which the second fails, and then says what it
/// was told. Gives how often each was executed, and the requests.
fn run_with_tools(store: &Rc<Memory>, deadline_ms: f64) -> ([usize; 2], usize, Outcome) {
    let world = Simulation::new(1, |request: &Request, _| {
        let told = request.body.contains("\"tool\"");
        let call = |name: &str| json!({ "id": name, "function": { "name": name, "arguments": "{}" } });
        let asks = json!({ "tool_calls": [call("book"), call("fail")] });
        let message = if told { json!({ "content": "booked" }) } else { asks };
        let body = json!({ "choices": [{ "message": message, "finish_reason": "stop" }] });
        Reply::new(200, 100.0, body.to_string())
    });
    let executed = Rc::new(Cell::new([0, 0]));
    let tool = |index: usize, name: &str| {
        let (executed, clock) = (Rc::clone(&executed), world.clone());
        let execute = Execute(Rc::new(move |_| {
            let mut counts = executed.get();
            counts[index] += 1;
            executed.set(counts);
            let sleep = clock.sleep(50.0);
            async move {
                sleep.await;
                if index == 0 {
                    Ok(json!("seat 7"))
                } else {
                    Err(Failure::new(Code::CallbackFailed, "out of order"))
                }
            }
            .boxed_local()
        }));
        Input::Record(vec![
            ("name".into(), Input::Text(name.into())),
            ("execute".into(), Input::Execute(execute)),
        ])
    };
    let options = Input::Record(vec![
        ("tools".into(), Input::List(vec![tool(0, "book"), tool(1, "fail")])),
        ("deadlineMs".into(), Input::Number(deadline_ms)),
    ]);
    let store = Some(Rc::clone(store) as Rc<dyn Store>);
    let (outcome, _) = call_with_store(&world, "batch", json!([["Book me a seat."]]), options, store);
    (executed.get(), world.log().len(), outcome)
}

#[test]
fn a_tool_that_has_acted_does_not_act_again_and_one_that_failed_is_tried_again() {
    let store = Memory::new();
    let (executed, sent, _) = run_with_tools(&store, 200.0);
    assert_eq!((executed, sent), ([1, 1], 2), "cut off while the model reads what the tools gave");
    let (executed, sent, resumed) = run_with_tools(&store, 1e6);
    assert_eq!((executed, sent), ([0, 1], 1));
    let result = resumed.resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("booked"));
    assert_eq!(result.results[0].steps[0]["toolCalls"][0]["result"], "seat 7");
    assert_eq!(run_with_tools(&store, 1e6).1, 0);
}

#[test]
fn a_store_that_fails_costs_the_results_of_tools_and_not_the_run() {
    for mood in [Mood::Failing, Mood::Rubbish, Mood::Silent] {
        let store = Memory::new();
        store.mood.set(mood);
        let (executed, sent, outcome) = run_with_tools(&store, 1e6);
        assert_eq!((executed, sent, outcome.resolved().metadata.completed_tasks), ([1, 1], 2, 1));
    }
}
