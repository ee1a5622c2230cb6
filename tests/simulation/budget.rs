//! A budget cannot be overrun, and what it was enough for is kept.

use parallelization_agent::engine::task::Status;
use parallelization_agent::error::Code;
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};
use serde_json::{Value, json};

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
