//! Finds the data in an answer: among drafts and remarks, and with small mistakes.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::structured::{options, server, task};
use crate::world::{call, completion};

/// The data of the first answer, which has to do: a second is paid for.
fn first_data(schema: Value, answer: &'static str) -> Value {
    let world = Simulation::new(1, move |_: &Request, _| Reply::new(200, 10.0, completion(answer, 10, 5)));
    let result =
        call(&world, "parallelProcess", task(), json!({ "aggregate": false, "schema": schema })).resolved();
    assert_eq!(result.results[0].metadata.attempts, 1, "{answer}");
    result.results[0].data.as_deref().cloned().unwrap()
}

#[test]
fn the_last_value_that_fits_is_the_answer() {
    let name = || options()["schema"].clone();
    for answer in [
        r#"Such as {"name": "a draft that is longer than the answer"}? No: {"name": "Ada"}"#,
        r#"{"name": "Ada"} See [1] and {"source": "an encyclopedia with a long title"}."#,
        r#"<think>{"name": "a draft that is longer than the answer"}</think>{"name": "Ada"}"#,
    ] {
        assert_eq!(first_data(name(), answer), json!({ "name": "Ada" }), "{answer}");
    }
}

#[test]
fn small_mistakes_are_mended_without_another_call() {
    let schema = || {
        json!({
            "type": "object",
            "properties": { "count": { "type": "integer" }, "sure": { "type": "boolean" } },
            "required": ["count"],
        })
    };
    for answer in [
        r#"{"count": "375"}"#,
        r#"{"count": 375,}"#,
        "{\n  \"count\": 375 // in all\n}",
        r#"[{"count": 375}]"#,
        r#""{\"count\": 375}""#,
    ] {
        assert_eq!(first_data(schema(), answer), json!({ "count": 375 }), "{answer}");
    }
    assert_eq!(
        first_data(json!({ "type": "array", "items": { "type": "integer" } }), "[1, \"2\"]"),
        json!([1, 2])
    );
}

#[test]
fn an_answer_that_broke_off_is_not_taken_for_a_part_of_it() {
    let tree = json!({
        "type": "object",
        "properties": { "name": { "type": "string" }, "children": { "type": "array", "items": { "$ref": "#" } } },
        "required": ["name"],
    });
    let world = server(&[r#"{"name": "root", "children": [{"name": "leaf"}, {"na"#, r#"{"name": "root"}"#]);
    let result =
        call(&world, "parallelProcess", task(), json!({ "aggregate": false, "schema": tree })).resolved();
    assert_eq!(result.results[0].data.as_deref(), Some(&json!({ "name": "root" })));
}
