//! A batch pulls its inputs as fast as its results are taken, and no faster.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::api::input::{Input, Live};
use parallelization_agent::platform::sim::{Random, Reply, Simulation};
use parallelization_agent::platform::{Callback, Platform, Request};
use serde_json::{Value, json};

use crate::world::{Outcome, call_with, completion, said};

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
    let functions = |live: Live| -> Callback {
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
    let function = |index| Input::Live(Live { index, kind: "function" });
    let options = Input::Record(vec![
        ("window".into(), Input::Number(window as f64)),
        ("onResult".into(), function(1)),
        ("maxRetries".into(), Input::Number(0.0)),
    ]);
    let outcome = call_with(&world, "batch", Input::List(vec![function(0)]), options, &functions).0;
    assert_eq!(world.open_timers(), 0, "seed {seed}");
    Pulled { outcome, taken: taken.take(), most: most.get() }
}

/// Whatever fails and however long it takes: never more than a window is on its way, every input has one result, every
/// result is handed over once, and they stand in the order of the inputs.
#[test]
fn never_more_than_a_window_is_on_its_way() {
    for seed in 0..300 {
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

#[test]
fn an_iterator_that_throws_ends_the_run_with_what_was_done() {
    let failure = pull(1, 60, 3, 20).outcome.rejected();
    assert_eq!(failure.failure.code.name(), "CALLBACK_FAILED");
    assert_eq!(failure.results.len(), 20);
}
