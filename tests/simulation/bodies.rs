//! Requests whose bodies stand as they are, such as those of cookbooks and batch files.

use parallelization_agent::json::{Value, json, parse};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call, completion};

fn server() -> Simulation {
    Simulation::new(1, |_: &Request, _| Reply::new(200, 1.0, completion("an answer", 10, 5)))
}

fn sent(world: &Simulation, index: usize) -> Value {
    parse(&world.log()[index].request.body).unwrap()
}

fn body() -> Value {
    json!({
        "model": "own-model",
        "messages": [{ "role": "developer", "content": "Be brief." }, { "role": "user", "content": "x" }],
        "logprobs": true,
        "tools": [{ "type": "function", "function": { "name": "t", "parameters": {} } }],
    })
}

#[test]
fn a_body_is_sent_as_it_stands_and_the_answer_comes_back_as_it_came() {
    for (strategy, arguments) in [
        ("batch", json!([[{ "id": "a", "body": body() }]])),
        ("parallelProcess", json!(["x", [{ "id": "a", "body": body() }]])),
    ] {
        let world = server();
        let options = json!({
            "aggregate": false, "temperature": 0.5, "instructions": "Be long.", "maxTokens": 9, "topP": 0.5,
            "schema": { "type": "object" },
        });
        let mut options = options;
        if strategy == "batch" {
            options.as_object_mut().unwrap().remove("aggregate");
        }
        let result = call(&world, strategy, arguments, options).resolved();
        assert_eq!(sent(&world, 0), body(), "{strategy}");
        let [task] = &result.results[..] else { panic!("one task") };
        assert_eq!(task.result.as_deref(), Some("an answer"));
        let raw = task.extras.as_ref().unwrap().raw.as_ref().unwrap();
        assert_eq!(*raw, parse(&completion("an answer", 10, 5)).unwrap());
        assert_eq!(task.metadata.tokens, 15);
    }
}

#[test]
fn a_body_without_a_model_is_for_the_workers_and_is_retried_like_any_other() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        match count {
            1 => Reply::new(503, 1.0, "{}"),
            _ => Reply::new(200, 1.0, completion("an answer", 10, 5)),
        }
    });
    let body = json!({ "messages": [{ "role": "user", "content": "x" }], "stream": true });
    let options = json!({ "model": "m" });
    let result = call(&world, "batch", json!([[{ "body": body }]]), options).resolved();
    assert_eq!(result.results[0].metadata.attempts, 2);
    assert_eq!(sent(&world, 1), json!({ "messages": [{ "role": "user", "content": "x" }], "model": "m" }));
}

#[test]
fn what_a_body_says_counts_against_the_limits() {
    let world = server();
    let long = "moth ".repeat(1_000);
    let body = json!({ "messages": [{ "role": "user", "content": long }], "max_tokens": 9 });
    let options = json!({ "budget": { "tokens": 1_000 } });
    let failure = call(&world, "batch", json!([[{ "body": body }]]), options).rejected();
    assert_eq!(failure.results[0].error.as_ref().unwrap().code.name(), "BUDGET_EXCEEDED");
    assert!(world.log().is_empty());
}

#[test]
fn a_body_and_a_content_are_one_too_many() {
    let world = server();
    for (strategy, arguments, path) in [
        ("parallelProcess", json!(["x", [{ "id": "a", "body": {}, "content": "x" }]]), "subtasks[0].body"),
        ("parallelProcess", json!(["x", [{ "id": "a", "body": "x" }]]), "subtasks[0].body"),
        ("mapReduce", json!([[{ "body": {} }]]), "documents[0].content"),
    ] {
        let issues = call(&world, strategy, arguments, json!({})).invalid();
        assert_eq!(issues[0].path, path, "{issues:?}");
    }
}
