//! A batch pulls its inputs as fast as its results are taken, and no faster.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::api::input::{Input, JsHandle};
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::sim::{Random, Reply, Simulation};
use parallelization_agent::platform::{Callback, Platform, Request};

use crate::world::{Outcome, call, call_with, completion, said, steady};

/// What a batch over an iterator came to.
struct Pulled {
    outcome: Outcome,
    /// The ids of the results, as they were handed over.
    taken: Vec<String>,
    /// The most inputs that were pulled and whose results were not taken yet.
    most: usize,
}

/// A batch of so many inputs, of which every seventh is none, with a consumer that takes its time.
fn pull(seed: u64, count: usize, window: usize, breaks_at: usize) -> Pulled {
    let mut random = Random::new(seed);
    let world = Simulation::new(seed, move |request: &Request, _| {
        let status = [200, 200, 200, 400][random.below(4)];
        Reply::new(status, random.unit() * 100.0, completion(&said(request), 1, 1))
    });
    let (pulled, open, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0usize)), Rc::new(Cell::new(0)));
    let taken = Rc::new(RefCell::new(Vec::new()));
    let functions = |live: JsHandle| -> Callback {
        let (pulled, open, most) = (Rc::clone(&pulled), Rc::clone(&open), Rc::clone(&most));
        let (taken, clock) = (Rc::clone(&taken), world.clone());
        if live.index == 0 {
            return Rc::new(move |_| {
                let index = pulled.replace(pulled.get() + 1);
                if index == breaks_at {
                    let failure = parallelization_agent::error::Failure::new(
                        parallelization_agent::error::Code::CallbackFailed,
                        "the file ended early",
                    );
                    return async move { Err(failure) }.boxed_local();
                }
                let done = index >= count;
                if !done {
                    open.set(open.get() + 1);
                    most.set(most.get().max(open.get()));
                }
                let value = if index % 7 == 6 {
                    json!(7)
                } else {
                    json!({ "id": format!("i{index}"), "content": "x" })
                };
                async move { Ok(json!({ "done": done, "value": value })) }.boxed_local()
            });
        }
        Rc::new(move |result: Value| {
            let (open, taken, sleep) = (Rc::clone(&open), Rc::clone(&taken), clock.sleep(20.0));
            async move {
                sleep.await;
                open.set(open.get() - 1);
                taken.borrow_mut().push(result["taskId"].as_str().unwrap().to_string());
                Ok(Value::Null)
            }
            .boxed_local()
        })
    };
    let function = |index| Input::JsHandle(JsHandle { index, kind: "function" });
    let options = Input::Record(vec![
        ("window".into(), Input::Number(window as f64)),
        ("onResult".into(), function(1)),
        ("maxRetries".into(), Input::Number(0.0)),
    ]);
    let outcome = call_with(&world, "batch", Input::List(vec![function(0)]), options, &functions).0;
    assert_eq!(world.open_timers(), 0, "seed {seed}");
    Pulled { outcome, taken: taken.take(), most: most.get() }
}

/// Whatever fails and however long it takes: never more than a window is on its way, every input
/// has one result, every result is handed over once, and they stand in the order of the inputs.
#[test]
fn never_more_than_a_window_is_on_its_way() {
    for seed in 0..1000 {
        let (count, window) = (1 + (seed as usize * 7) % 60, 1 + seed as usize % 9);
        let Pulled { outcome, taken, most } = pull(seed, count, window, usize::MAX);
        assert_eq!(most, window.min(count), "seed {seed}");
        let results = match outcome {
            Outcome::Resolved(result) => result.results,
            Outcome::Rejected(failure) => failure.results,
            _ => panic!("seed {seed}"),
        };
        let ids: Vec<String> = results.iter().map(|result| result.task_id.to_string()).collect();
        let expected: Vec<String> = (0..count)
            .map(|index| if index % 7 == 6 { format!("input-{}", index + 1) } else { format!("i{index}") })
            .collect();
        assert_eq!(ids, expected, "seed {seed}");
        let mut sorted = taken.clone();
        sorted.sort();
        let mut all = expected;
        all.sort();
        assert_eq!(sorted, all, "seed {seed}");
    }
}

/// A batch of a hundred inputs of which every third is called the same, read as a stream.
#[test]
fn what_was_read_is_not_kept_and_counts_all_the_same() {
    let world = Simulation::new(1, |request: &Request, _| {
        let status = if said(request).contains("bad") { 400 } else { 200 };
        Reply::new(status, 10.0, completion("fine", 1, 1))
    });
    let (read, pulled) = (Rc::new(RefCell::new(Vec::new())), Rc::new(Cell::new(0)));
    let functions = |live: JsHandle| -> Callback {
        let (read, pulled) = (Rc::clone(&read), Rc::clone(&pulled));
        if live.index == 0 {
            return Rc::new(move |_| {
                let place = pulled.replace(pulled.get() + 1);
                let id = if place % 3 == 0 { "same".into() } else { format!("i{place}") };
                let content = if place % 10 == 0 { "bad" } else { "good" };
                async move { Ok(json!({ "done": place == 100, "value": { "id": id, "content": content } })) }
                    .boxed_local()
            });
        }
        Rc::new(move |taken: Value| {
            read.borrow_mut().push((taken[0].as_u64().unwrap(), taken[1]["status"] == "completed"));
            async { Ok(Value::Null) }.boxed_local()
        })
    };
    let function = |index| Input::JsHandle(JsHandle { index, kind: "function" });
    let options = Input::Record(vec![("window".into(), Input::Number(5.0))]);
    let inputs = Input::List(vec![function(0), function(1)]);
    let (outcome, events) = call_with(&world, "batch", inputs, options, &functions);
    let result = outcome.resolved();
    assert!(result.results.is_empty());
    let metadata = &result.metadata;
    assert_eq!((metadata.total_tasks, metadata.completed_tasks, metadata.failed_tasks), (100, 90, 10));
    assert_eq!(metadata.critical_path_ms.round(), 10.0);
    assert_eq!(metadata.sequential_time_ms.round(), 1000.0);
    let mut places: Vec<u64> = read.borrow().iter().map(|(place, _)| *place).collect();
    places.sort_unstable();
    assert_eq!(places, (0..100).collect::<Vec<_>>());
    let subagent = |event: &&Value| event["type"] == "SUBAGENT_STARTED";
    let mut names: Vec<&Value> =
        events.iter().filter(subagent).map(|event| &event["subagentRunId"]).collect();
    names.sort_by_key(|name| name.to_string());
    names.dedup();
    assert_eq!(names.len(), 100, "readers can tell all of them apart");
}

#[test]
fn when_nothing_that_was_read_completed_the_first_failure_is_told() {
    let world = Simulation::new(1, |_: &Request, _| Reply::new(401, 10.0, "{}"));
    let functions = |_| -> Callback { Rc::new(|_| async { Ok(Value::Null) }.boxed_local()) };
    let take = Input::JsHandle(JsHandle { index: 0, kind: "function" });
    let inputs = Input::List(vec![Input::from(json!(["a", "b"])), take]);
    let failure = call_with(&world, "batch", inputs, Input::Record(vec![]), &functions).0.rejected();
    assert_eq!((failure.failure.code.name(), failure.failure.status), ("RUN_FAILED", Some(401)));
    assert!(failure.results.is_empty());
}

#[test]
fn a_consumer_that_throws_ends_the_run_at_once() {
    let world = Simulation::new(1, |request: &Request, _| {
        let after = if said(request).contains("quick") { 10.0 } else { 9000.0 };
        Reply::new(200, after, completion("fine", 1, 1))
    });
    let functions = |_| -> Callback {
        Rc::new(|_| {
            let failure = parallelization_agent::error::Failure::new(
                parallelization_agent::error::Code::CallbackFailed,
                "the disk is full",
            );
            async { Err(failure) }.boxed_local()
        })
    };
    let take = Input::JsHandle(JsHandle { index: 0, kind: "function" });
    let options = Input::Record(vec![("onResult".into(), take)]);
    let failure = call_with(&world, "batch", Input::from(json!([["slow", "quick"]])), options, &functions);
    let failure = failure.0.rejected();
    assert_eq!(failure.failure.message, "`onResult` failed: the disk is full");
    assert_eq!(failure.failure.option, Some("onResult"));
    assert_eq!(failure.metadata.processing_time_ms, 10.0);
}

#[test]
fn a_name_that_comes_again_gets_a_number() {
    let ids = ["a", "a#2", "a", "b", "a"];
    let world = Simulation::new(1, steady(1.0));
    let place = Rc::new(Cell::new(0));
    let functions = |_| -> Callback {
        let place = Rc::clone(&place);
        Rc::new(move |_| {
            let at = place.replace(place.get() + 1);
            let value = json!({ "id": ids.get(at), "content": "x" });
            async move { Ok(json!({ "done": at == ids.len(), "value": value })) }.boxed_local()
        })
    };
    let inputs = Input::List(vec![Input::JsHandle(JsHandle { index: 0, kind: "function" })]);
    let result = call_with(&world, "batch", inputs, Input::Record(vec![]), &functions).0.resolved();
    let names: Vec<&str> = result.results.iter().map(|result| &*result.task_id).collect();
    assert_eq!(names, ["a", "a#2", "a#3", "b", "a#4"]);
}

#[test]
fn the_number_of_a_row_names_its_result() {
    let world = Simulation::new(1, steady(1.0));
    let rows = json!([{ "id": 7, "content": "x" }, { "content": "y" }]);
    let listed = call(&world, "batch", json!([rows]), json!({})).resolved();
    let next = Rc::new(Cell::new(0_usize));
    let functions = |_| -> Callback {
        let (next, rows) = (Rc::clone(&next), rows.clone());
        Rc::new(move |_| {
            let value = rows.get(next.replace(next.get() + 1)).cloned();
            async move { Ok(json!({ "done": value.is_none(), "value": value })) }.boxed_local()
        })
    };
    let inputs = Input::List(vec![Input::JsHandle(JsHandle { index: 0, kind: "function" })]);
    let pulled = call_with(&world, "batch", inputs, Input::Record(vec![]), &functions).0.resolved();
    for result in [listed, pulled] {
        let names: Vec<&str> = result.results.iter().map(|result| &*result.task_id).collect();
        assert_eq!(names, ["7", "input-2"]);
    }
}

#[test]
fn an_iterator_that_throws_ends_the_run_with_what_was_done() {
    let failure = pull(1, 60, 3, 20).outcome.rejected();
    assert_eq!(failure.failure.code.name(), "CALLBACK_FAILED");
    assert_eq!(failure.results.len(), 20);
}
