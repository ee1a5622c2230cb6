//! Messages with tool calls that models write badly or in part: arguments in many forms, calls that
//! were cut off, and turns that were paused.

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::sim::Simulation;

use crate::tools::{calls, run, script, tool_results};
use crate::world::{call, completion};

/// An answer that was cut off within its call.
fn cut() -> String {
    calls(&[("weather", "{\"city\":\"Ro")])
        .replace("\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"length\"")
}

#[test]
fn calls_of_a_message_that_was_cut_off_are_not_made_and_not_sent_back_in_halves() {
    let world = Simulation::new(1, script(vec![cut(), completion("done", 1, 1)]));
    let (outcome, _, most) = run(&world, 10.0, Vec::new());
    let result = outcome.resolved();
    assert_eq!((result.results[0].result.as_deref(), most), (Some("done"), 0));
    let sent: Value = json::parse(&world.log()[1].request.body).unwrap();
    let turn =
        sent["messages"].as_array().unwrap().iter().find(|message| message["role"] == "assistant").unwrap();
    assert_eq!(turn["tool_calls"][0]["function"]["arguments"], "{}");
    assert!(tool_results(&world.log()[1].request)[0].contains("cut off"));
}

#[test]
fn no_arguments_are_written_in_many_ways() {
    for arguments in ["", "null", " ", "{}", "\"{}\""] {
        let world =
            Simulation::new(1, script(vec![calls(&[("weather", arguments)]), completion("done", 1, 1)]));
        let step = run(&world, 10.0, Vec::new()).0.resolved().results[0].steps[0].clone();
        assert_eq!(step["toolCalls"][0]["arguments"], json!({}), "{arguments}");
        let sent: Value = json::parse(&world.log()[1].request.body).unwrap();
        let turn = sent["messages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|message| message["role"] == "assistant")
            .unwrap();
        assert_eq!(turn["tool_calls"][0]["function"]["arguments"], "{}", "{arguments}");
    }
}

#[test]
fn arguments_with_small_mistakes_are_mended() {
    for arguments in
        ["{\"city\":\"Rome\",}", "\"{\\\"city\\\":\\\"Rome\\\"}\"", "```json\n{\"city\":\"Rome\"}\n```"]
    {
        let world =
            Simulation::new(1, script(vec![calls(&[("weather", arguments)]), completion("done", 1, 1)]));
        let (outcome, _, _) = run(&world, 10.0, Vec::new());
        let step = &outcome.resolved().results[0].steps[0]["toolCalls"][0];
        assert_eq!(step["arguments"], json!({ "city": "Rome" }), "{step}");
        assert!(step.get("result").is_some(), "{step}");
    }
}

/// A turn of Anthropic's that was paused, or that ended.
fn turn(text: &str, reason: &str) -> String {
    let search = json!({ "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {} });
    json!({
        "model": "claude",
        "content": [{ "type": "text", "text": text }, search],
        "stop_reason": reason,
        "usage": { "input_tokens": 10, "output_tokens": 5 },
    })
    .to_string()
}

#[test]
fn a_paused_turn_goes_back_as_it_came_and_goes_on() {
    let world =
        Simulation::new(1, script(vec![turn("I search. ", "pause_turn"), turn("It is so.", "end_turn")]));
    let options = json!({ "provider": "anthropic", "apiKey": "a-key-for-nobody", "aggregate": false });
    let subtasks = json!(["x", [{ "id": "a", "content": "a" }]]);
    let result = call(&world, "parallelProcess", subtasks.clone(), options.clone()).resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("I search. It is so."));
    assert_eq!((result.results[0].metadata.attempts, result.results[0].metadata.tokens), (2, 30));
    let sent: Value = json::parse(&world.log()[1].request.body).unwrap();
    let last = sent["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["role"], &last["content"][1]["type"]),
        (&json!("assistant"), &json!("server_tool_use"))
    );

    let world = Simulation::new(1, script(vec![turn("On. ", "pause_turn")]));
    let mut bounded = options;
    bounded["maxSteps"] = json!(3);
    let result = call(&world, "parallelProcess", subtasks, bounded).resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("On. On. On. "));
    assert_eq!(result.results[0].metadata.finish_reason.as_deref(), Some("pause_turn"));
}
