//! A budget cannot be overrun, and what it was enough for is kept.

use std::pin::pin;
use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::engine::limits::budget::{Amount, Budget};
use parallelization_agent::engine::settings::Allotment;
use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};
use parallelization_agent::report::Status;

use crate::world::{call, completion, steady};

fn tasks(count: usize) -> Value {
    (0..count).map(|index| json!({ "id": format!("t{index}"), "content": "x" })).collect()
}

#[test]
fn concurrent_tasks_cannot_overrun_it_together() {
    let world = Simulation::new(1, |_: &Request, _| Reply::new(200, 100.0, completion("text", 20, 100)));
    let options =
        json!({ "aggregate": false, "maxTokens": 100, "concurrency": 50, "budget": { "tokens": 1_000 } });
    let result = call(&world, "parallelProcess", json!(["x", tasks(50)]), options).resolved();
    assert!(result.metadata.total_tokens <= 1_000);
    assert!(result.metadata.completed_tasks >= 5);
    assert_eq!(result.metadata.completed_tasks + result.metadata.skipped_tasks, 50);
    let skipped = result.results.iter().find(|result| result.status == Status::Skipped).unwrap();
    let error = skipped.error.as_ref().unwrap();
    assert_eq!(error.code, Code::BudgetExceeded);
    assert!(error.message.contains("budget.tokens"));
}

#[test]
fn an_answer_that_nothing_bounds_is_expected_to_be_as_long_as_the_longest_so_far() {
    for (length, budget, together, most_spent) in [(4, 3_000, 8, 3_000), (2_000, 40_000, 3, 40_000)] {
        let answer = completion("text", 10, length);
        let world = Simulation::new(1, move |_: &Request, _| Reply::new(200, 100.0, answer.clone()));
        let inputs: Vec<String> = (0..30).map(|index| index.to_string()).collect();
        let options = json!({ "concurrency": 8, "budget": { "tokens": budget } });
        let result = call(&world, "batch", json!([inputs]), options).resolved();
        assert!(result.metadata.max_concurrency >= together);
        assert!(result.metadata.total_tokens <= most_spent, "{}", result.metadata.total_tokens);
    }
}

#[test]
fn what_was_reserved_and_not_used_goes_to_the_next() {
    let options = json!({ "aggregate": false, "maxTokens": 900, "budget": { "tokens": 1_000 } });
    let result = call(&Simulation::new(1, steady(10.0)), "parallelProcess", json!(["x", tasks(4)]), options)
        .resolved();
    assert_eq!((result.metadata.completed_tasks, result.metadata.max_concurrency), (4, 1));
}

/// What a server is told of the longest answer is what is reserved, whoever says it.
#[test]
fn answers_as_long_as_the_server_may_give_them_do_not_overrun_it() {
    let whole = json!({
        "model": "m", "content": [{ "type": "text", "text": "long" }], "stop_reason": "max_tokens",
        "usage": { "input_tokens": 20, "output_tokens": 8192 },
    })
    .to_string();
    let long = completion("long", 20, 8_192);
    for (answer, further) in [
        (whole, json!({ "provider": "anthropic", "apiKey": "k" })),
        (long.clone(), json!({ "extraBody": { "max_completion_tokens": 8192 } })),
        (long, json!({ "maxTokens": 8192 })),
    ] {
        let world = Simulation::new(1, move |_: &Request, _| Reply::new(200, 100.0, answer.clone()));
        let mut options = json!({ "aggregate": false, "concurrency": 50, "budget": { "tokens": 20_000 } });
        options.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        let result = call(&world, "parallelProcess", json!(["x", tasks(50)]), options).resolved();
        assert_eq!((result.metadata.completed_tasks, result.metadata.total_tokens), (2, 16_424), "{further}");
    }
}

#[test]
fn a_schema_that_is_too_long_for_the_budget_is_not_sent() {
    let schema = json!({ "type": "object", "description": "long ".repeat(10_000) });
    let options =
        json!({ "aggregate": false, "maxTokens": 10, "schema": schema, "budget": { "tokens": 9_000 } });
    let world = Simulation::new(1, steady(10.0));
    let error = call(&world, "parallelProcess", json!(["x", tasks(1)]), options).rejected();
    assert_eq!(error.results[0].error.as_ref().unwrap().code, Code::BudgetExceeded);
    assert!(world.log().is_empty());
}

#[test]
fn a_budget_of_money_needs_the_price_of_every_model_that_may_be_asked() {
    let priced = json!({ "input": 1, "output": 2 });
    let options = json!({
        "model": "a",
        "budget": { "cost": 1 },
        "prices": { "a": priced },
        "workers": { "special": { "model": "b" } },
        "fallbacks": [{ "model": "c" }],
        "aggregate": { "model": "d" },
    });
    let subtasks = json!([{ "id": "x", "content": "x" }, { "id": "y", "type": "special", "content": "y" }]);
    let world = Simulation::new(1, steady(10.0));
    let issues = call(&world, "parallelProcess", json!(["x", subtasks]), options).invalid();
    let mut models: Vec<&str> = issues.iter().map(|issue| &*issue.received).collect();
    models.sort_unstable();
    assert_eq!(models, ["no price for `b`", "no price for `c`", "no price for `d`"]);
    assert!(world.log().is_empty());
}

#[test]
fn a_call_that_does_not_fit_is_not_made_cheaper_by_a_fallback() {
    let options = json!({
        "aggregate": false, "maxTokens": 500, "budget": { "tokens": 100 },
        "fallbacks": [{ "model": "spare", "maxTokens": 10 }],
    });
    let world = Simulation::new(1, steady(10.0));
    call(&world, "parallelProcess", json!(["x", tasks(1)]), options).rejected();
    assert!(world.log().is_empty());
}

fn purse(tokens: f64) -> Rc<Budget> {
    Budget::new(Allotment { tokens: Some(tokens), cost: None })
}

fn tokens(tokens: f64) -> Amount {
    Amount { tokens, cost: 0.0 }
}

#[test]
fn a_large_call_that_waits_is_not_overtaken_by_small_ones() {
    let budget = purse(100.0);
    let taken = budget.try_reserve(tokens(60.0)).unwrap();
    let mut large = pin!(budget.reserve(&|| tokens(80.0), false));
    assert!(large.as_mut().now_or_never().is_none());
    assert!(
        budget.reserve(&|| tokens(30.0), false).now_or_never().is_none(),
        "it fits, and another was here first"
    );
    assert!(budget.try_reserve(tokens(30.0)).is_none());
    drop(taken);
    assert!(large.now_or_never().unwrap().is_ok());
}

#[test]
fn what_one_of_several_calls_leaves_can_be_used_at_once_and_to_the_last_bit() {
    let budget = purse(100.0);
    let (_one, other) = (budget.try_reserve(tokens(40.0)).unwrap(), budget.try_reserve(tokens(40.0)));
    assert!(budget.try_reserve(tokens(50.0)).is_none());
    drop(other);
    assert!(budget.try_reserve(tokens(50.0)).is_some());
    let budget = purse(0.7);
    let small: Vec<_> = (0..7).map(|_| budget.try_reserve(tokens(0.1))).collect();
    assert!(small.iter().filter(|one| one.is_some()).count() >= 6);
    drop(small);
    assert!(budget.try_reserve(tokens(0.7)).is_some());
}

/// Those that wait for a slot may wait for the slot of the call that waits for this one.
#[test]
fn a_call_that_another_waits_for_takes_what_is_reserved_for_those_without_a_slot() {
    let budget = purse(100.0);
    let mut outer = budget.try_reserve(tokens(40.0)).unwrap();
    assert!(outer.begin(tokens(40.0)));
    budget.lend();
    let mut queued = budget.try_reserve(tokens(40.0)).unwrap();
    let ahead = |amount: f64| budget.reserve(&|| tokens(amount), true).now_or_never();
    assert!(ahead(80.0).unwrap().is_err(), "nothing is under way that would make room");
    let mut inner = ahead(40.0).unwrap().unwrap();
    assert!(inner.begin(tokens(40.0)));
    assert!(!queued.begin(tokens(40.0)), "it has to wait for its turn again");
    assert!(ahead(40.0).is_none(), "it waits for the one that is under way");
    drop(inner);
    assert!(queued.begin(tokens(40.0)));
}
