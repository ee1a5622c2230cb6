//! A graph of subtasks runs as fast as it allows, in the order that it demands.

use std::collections::HashMap;

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::world::{call, completion, steady};

/// The id of the task that a request is for: each content below starts with it.
fn task_of(request: &Request) -> String {
    let body: Value = json::parse(&request.body).unwrap();
    body["messages"][1]["content"].as_str().unwrap().split_whitespace().next().unwrap().to_string()
}

fn random_graph(seed: u64, count: usize) -> Vec<Value> {
    let mut random = Random::new(seed);
    (0..count)
        .map(|index| {
            let needs = if index == 0 { 0 } else { random.below(4) };
            let dependencies: Vec<String> =
                (0..needs).map(|_| format!("t{}", random.below(index))).collect();
            json!({ "id": format!("t{index}"), "content": format!("t{index} do it"), "dependencies": dependencies })
        })
        .collect()
}

#[test]
fn the_documented_example_starts_the_discussion_when_both_others_are_done() {
    let world = Simulation::new(1, |request: &Request, _| {
        let after = if task_of(request) == "methodology" { 300.0 } else { 200.0 };
        Reply::new(200, after, completion("text", 10, 5))
    });
    let subtasks = json!([
        { "id": "methodology", "type": "analysis", "content": "methodology section", "dependencies": [] },
        { "id": "results", "type": "analysis", "content": "results section", "dependencies": [] },
        { "id": "discussion", "type": "analysis", "content": "discussion", "dependencies": ["methodology", "results"] },
    ]);
    let result = call(&world, "parallelProcess", json!(["Analyze a paper", subtasks]), json!({})).resolved();
    let ids: Vec<_> = result.results.iter().map(|result| &*result.task_id).collect();
    assert_eq!(ids, ["methodology", "results", "discussion"]);
    assert_eq!(result.results[2].metadata.started_at_ms, Some(300.0));
    assert_eq!(result.outcome["summary"], "text");
    assert_eq!(result.metadata.total_tasks, 3);
    assert_eq!(result.metadata.completed_tasks, 3);
    assert_eq!(result.metadata.total_tokens, 60, "three tasks and the summary");
    assert_eq!(result.metadata.max_concurrency, 2);
    assert_eq!(result.metadata.processing_time_ms, 700.0);
    assert_eq!(result.metadata.critical_path_ms, 700.0);
    assert_eq!(result.metadata.sequential_time_ms, 900.0);
    let prompts = world.log();
    assert!(prompts[2].request.body.contains("result of methodology"));
}

#[test]
fn ten_thousand_subtasks_in_a_random_graph_run_in_order_and_within_the_limit() {
    let world = Simulation::new(7, {
        let mut random = Random::new(8);
        move |_: &Request, _| Reply::new(200, 10.0 + random.unit() * 990.0, completion("x", 10, 5))
    });
    let subtasks = random_graph(9, 10_000);
    let options = json!({ "concurrency": 50, "aggregate": false });
    let result = call(&world, "parallelProcess", json!(["A lot", subtasks.clone()]), options).resolved();
    assert_eq!(result.metadata.completed_tasks, 10_000);
    assert_eq!(result.metadata.max_concurrency, 50);
    let log = world.log();
    let ended: HashMap<String, f64> =
        log.iter().map(|exchange| (task_of(&exchange.request), exchange.ended_at_ms.unwrap())).collect();
    for exchange in &log {
        let id = task_of(&exchange.request);
        let index: usize = id[1..].parse().unwrap();
        for need in subtasks[index]["dependencies"].as_array().unwrap() {
            assert!(
                ended[need.as_str().unwrap()] <= exchange.sent_at_ms,
                "{id} began before {need} was done"
            );
        }
    }
    for (index, result) in result.results.iter().enumerate() {
        assert_eq!(*result.task_id, *format!("t{index}"));
    }
}

#[test]
fn a_slow_sibling_does_not_hold_up_an_unrelated_branch() {
    let world = Simulation::new(1, |request: &Request, _| {
        let after = if task_of(request) == "slow" { 10_000.0 } else { 100.0 };
        Reply::new(200, after, completion("text", 1, 1))
    });
    let subtasks = json!([
        { "id": "slow", "content": "slow" },
        { "id": "a", "content": "a" },
        { "id": "b", "content": "b", "dependencies": ["a"] },
        { "id": "c", "content": "c", "dependencies": ["b"] },
    ]);
    let result =
        call(&world, "parallelProcess", json!(["x", subtasks]), json!({ "aggregate": false })).resolved();
    assert_eq!(result.results[3].metadata.started_at_ms, Some(200.0));
}

#[test]
fn the_longest_path_goes_first_when_slots_are_few() {
    let world = Simulation::new(1, steady(100.0));
    let subtasks = json!([
        { "id": "a", "content": "a" },
        { "id": "b", "content": "b" },
        { "id": "c", "content": "c" },
        { "id": "d", "content": "d", "dependencies": ["c"] },
        { "id": "e", "content": "e", "dependencies": ["d"] },
    ]);
    let options = json!({ "concurrency": 1, "aggregate": false });
    call(&world, "parallelProcess", json!(["x", subtasks]), options).resolved();
    let order: Vec<String> = world.log().iter().map(|exchange| task_of(&exchange.request)).collect();
    assert_eq!(order, ["c", "d", "a", "b", "e"]);
}
