//! One call a criterion, all at once.

use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};
use serde_json::{Value, json};

use crate::world::{call, completion, said, steady};

#[test]
fn essays_are_graded_by_all_criteria_at_once() {
    let world = Simulation::new(1, |request: &Request, _| {
        let score = if said(request).contains("Criterion: grammar: no mistakes") { "8" } else { "5.5" };
        Reply::new(
            200,
            100.0,
            completion(&format!("```json\n{{\"score\": {score}, \"reasoning\": \"r\"}}\n```"), 1, 1),
        )
    });
    let criteria = json!({ "grammar": "no mistakes", "structure": { "description": "clear", "weight": 3 } });
    let result = call(&world, "evaluate", json!(["An essay ~~~", criteria]), json!({})).resolved();
    assert_eq!(result.outcome["scores"], json!({ "grammar": 8.0, "structure": 5.5 }));
    assert_eq!(result.outcome["reasons"]["grammar"], "r");
    assert_eq!(result.outcome["total"], 6.125);
    assert_eq!(result.metadata.processing_time_ms, 100.0);
    assert_eq!(result.results[0].data.as_ref().unwrap()["score"], 8);
}

#[test]
fn a_bad_score_is_asked_for_once_more_and_then_left_out() {
    let world = Simulation::new(1, |request: &Request, _| {
        let text = said(request);
        let again = text.contains("`score` has to be a number from 0 to 10");
        let score = if text.contains("Criterion: stubborn") || !again { 11 } else { 4 };
        Reply::new(200, 1.0, completion(&json!({ "score": score }).to_string(), 1, 1))
    });
    let result = call(&world, "evaluate", json!(["An essay", ["style", "stubborn"]]), json!({})).resolved();
    assert_eq!(result.outcome["scores"], json!({ "style": 4.0, "stubborn": Value::Null }));
    assert_eq!(result.outcome["total"], 4.0);
    assert_eq!(result.results[1].error.as_ref().unwrap().code.name(), "SCHEMA_MISMATCH");
    assert_eq!(result.metadata.attempts, 4);
}

#[test]
fn criteria_are_checked() {
    let world = Simulation::new(1, steady(1.0));
    let criteria = json!(["a", { "name": "a" }, { "weight": 1 }, { "name": "b", "wieght": 1 }]);
    let issues = call(&world, "evaluate", json!(["x", criteria]), json!({})).invalid();
    let paths: Vec<&str> = issues.iter().map(|issue| &*issue.path).collect();
    assert_eq!(paths, ["criteria[2].name", "criteria[3].wieght"]);
    assert_eq!(
        call(&world, "evaluate", json!(["x", ["a", "a"]]), json!({})).invalid()[0].path,
        "criteria[1]"
    );
}
