//! Screens run beside the answer; the first that trips ends everything.

use std::cell::RefCell;
use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::api::input::Input;
use parallelization_agent::json::{self, Value, json, to_value};
use parallelization_agent::model::message::Execute;
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::world::{Outcome, call, call_and_listen, call_with, completion, said, steady, streamed};

fn verdict(tripped: bool) -> String {
    completion(&json!({ "reason": "because", "tripped": tripped }).to_string(), 10, 5)
}

/// The answer after 500 ms; the guards after 100, 200, …; the guard that looks for `bad` trips.
fn gate(request: &Request, _: f64) -> Reply {
    let text = said(request);
    if !text.contains("tripped") {
        return Reply::new(200, 500.0, completion("the answer", 10, 5));
    }
    let after = if text.contains("slow") { 9000.0 } else { 100.0 };
    Reply::new(200, after, verdict(text.contains("Screen for: bad")))
}

#[test]
fn an_answer_that_passes_is_given_when_the_last_guard_is_done() {
    let world = Simulation::new(1, gate);
    let result = call(&world, "guarded", json!(["Hello", ["spam", "slow spam"]]), json!({})).resolved();
    assert_eq!(result.outcome["answer"], "the answer");
    assert_eq!(result.outcome["blocked"], Value::Null);
    assert_eq!(
        result.outcome["verdicts"][0],
        json!({ "guard": "spam", "tripped": false, "reason": "because" })
    );
    assert_eq!(result.metadata.processing_time_ms, 9000.0);
}

#[test]
fn the_first_trip_aborts_the_answer_and_the_other_guards_at_once() {
    let world = Simulation::new(1, gate);
    let result = call(&world, "guarded", json!(["Hello", ["slow", "bad"]]), json!({})).resolved();
    assert_eq!(result.outcome["answer"], Value::Null);
    assert_eq!(result.outcome["blocked"], json!({ "guard": "bad", "reason": "because" }));
    assert_eq!(result.outcome["callsSaved"], 2);
    assert!(result.outcome["tokensSaved"].as_u64().unwrap() > 0);
    for exchange in world.log().iter().filter(|exchange| exchange.aborted) {
        assert_eq!(exchange.ended_at_ms, Some(100.0));
    }
    assert_eq!(world.log().iter().filter(|exchange| exchange.aborted).count(), 2);
    assert_eq!(result.metadata.processing_time_ms, 100.0);
}

#[test]
fn in_blocking_mode_nothing_is_answered_before_the_guards_are_done() {
    let world = Simulation::new(1, gate);
    let options = json!({ "mode": "blocking" });
    call(&world, "guarded", json!(["Hello", ["spam"]]), options.clone()).resolved();
    assert_eq!(world.log()[1].sent_at_ms, 100.0);
    let world = Simulation::new(1, gate);
    let result = call(&world, "guarded", json!(["Hello", ["bad"]]), options).resolved();
    assert_eq!(world.log().len(), 1);
    assert_eq!(result.outcome["callsSaved"], 1);
}

#[test]
fn a_guard_that_fails_trips_unless_told_otherwise() {
    let server = |request: &Request, _: f64| {
        let guard = said(request).contains("tripped");
        Reply::new(
            if guard { 400 } else { 200 },
            if guard { 1.0 } else { 9.0 },
            completion("the answer", 1, 1),
        )
    };
    let world = Simulation::new(1, server);
    let result = call(&world, "guarded", json!(["Hello", ["spam"]]), json!({})).resolved();
    assert_eq!(result.outcome["blocked"]["guard"], "spam");
    assert!(result.outcome["blocked"]["reason"].as_str().unwrap().starts_with("The guard failed: "));
    let world = Simulation::new(1, server);
    let result = call(&world, "guarded", json!(["Hello", ["spam"]]), json!({ "failOpen": true })).resolved();
    assert_eq!(result.outcome["answer"], "the answer");
}

#[test]
fn an_answer_that_an_output_guard_stops_is_shown_nowhere() {
    let world = Simulation::new(1, gate);
    let guards = json!([{ "name": "bad", "on": "output" }, "spam"]);
    let (outcome, events) = call_and_listen(&world, "guarded", json!(["Hello", guards]), json!({}));
    let result = outcome.resolved();
    assert_eq!(result.outcome["blocked"]["guard"], "bad");
    assert_eq!(result.results[0].result, None);
    assert!(said(&world.log()[2].request).contains("the answer"), "the guard itself saw it");
    let told = json::print(&to_value(&events)) + &json::print(&to_value(&result));
    assert!(!told.contains("the answer"), "{told}");
}

/// The answer comes in three pieces, at 100, 200 and 300 ms; the guards are done after 250 ms.
fn streamed_gate(request: &Request, _: f64) -> Reply {
    let text = said(request);
    if text.contains("tripped") {
        return Reply::new(200, 250.0, verdict(text.contains("Screen for: bad")));
    }
    streamed(0.0, &[(100.0, "the "), (100.0, "secret "), (100.0, "answer")])
}

/// The pieces of the answer that listeners saw, with how many guards had passed by then.
fn shown(events: &[Value]) -> Vec<(String, usize)> {
    let mut passed = 0;
    let mut shown = Vec::new();
    for event in events {
        match event["type"].as_str().unwrap() {
            "SUBAGENT_FINISHED" if event["subagentRunId"] != "run/answer" => passed += 1,
            "TEXT_MESSAGE_CONTENT" if event["subagentRunId"] == "run/answer" => {
                shown.push((event["delta"].as_str().unwrap().into(), passed));
            }
            _ => {}
        }
    }
    shown
}

#[test]
fn text_that_came_before_the_guards_were_done_is_held_until_they_are() {
    let world = Simulation::new(1, streamed_gate);
    let options = json!({ "stream": true });
    let (outcome, events) =
        call_and_listen(&world, "guarded", json!(["x", ["spam", "spite"]]), options.clone());
    assert_eq!(outcome.resolved().outcome["answer"], "the secret answer");
    assert_eq!(shown(&events), [("the secret ".to_string(), 2), ("answer".to_string(), 2)]);
    let world = Simulation::new(1, streamed_gate);
    let (outcome, events) = call_and_listen(&world, "guarded", json!(["x", ["spam", "bad"]]), options);
    let result = outcome.resolved();
    assert_eq!(result.outcome["blocked"]["guard"], "bad");
    let told = json::print(&to_value(&events)) + &json::print(&to_value(&result));
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn with_a_guard_of_the_output_nothing_is_shown_before_it_has_passed() {
    let world = Simulation::new(1, streamed_gate);
    let guards = json!([{ "name": "tone", "on": "output" }, "spam"]);
    let (outcome, events) =
        call_and_listen(&world, "guarded", json!(["x", guards]), json!({ "stream": true }));
    let result = outcome.resolved();
    assert_eq!(result.outcome["answer"], "the secret answer");
    assert_eq!(shown(&events), [("the secret answer".to_string(), 2)]);
    assert_eq!(result.metadata.processing_time_ms.round(), 550.0);
    assert_eq!(
        result.results[0].metadata.duration_ms.round(),
        300.0,
        "the time of its guards is not its own"
    );
}

#[test]
fn an_answer_that_waits_for_its_guards_when_the_run_ends_is_not_given_away() {
    let world = Simulation::new(1, gate);
    let options = json!({ "deadlineMs": 600, "maxRetries": 0 });
    let (outcome, events) =
        call_and_listen(&world, "guarded", json!(["Hello", ["spam", "slow spam"]]), options);
    let result = outcome.resolved();
    let told = json::print(&to_value(&events)) + &json::print(&to_value(&result));
    assert!(!told.contains("the answer"), "{told}");
    assert_eq!(result.outcome["blocked"]["guard"], "slow spam", "it did not pass");
}

#[test]
fn an_answer_that_was_made_in_full_is_no_call_saved() {
    let world = Simulation::new(1, gate);
    let guards = json!([{ "name": "bad", "on": "output" }]);
    let result = call(&world, "guarded", json!(["Hello", guards]), json!({})).resolved();
    assert_eq!(result.outcome["callsSaved"], 0);
    assert_eq!(result.outcome["tokensSaved"], 0);
    assert_eq!(result.metadata.attempts, 2);
}

/// Whatever the order and the faults: an answer is given exactly when no guard trips, and nothing
/// stays under way.
#[test]
fn nothing_passes_a_guard_that_trips() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(4);
        let kinds: Vec<&str> = (0..count).map(|_| ["ok", "ok", "trips", "fails"][random.below(4)]).collect();
        let guards: Vec<Value> = kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| json!({ "name": format!("{kind} {index}"), "on": (["input", "output"][random.below(2)]) }))
            .collect();
        let world = Simulation::new(seed, move |request: &Request, _| {
            let (text, after) = (said(request), random.unit() * 100.0);
            match text.lines().find_map(|line| line.strip_prefix("Screen for: ")) {
                None => Reply::new(200, after, completion("the answer", 1, 1)),
                Some(name) if name.starts_with("fails") => Reply::new(400, after, "{}"),
                Some(name) => Reply::new(200, after, verdict(name.starts_with("trips"))),
            }
        });
        let fail_open = seed % 2 == 0;
        let options =
            json!({ "failOpen": fail_open, "mode": if seed % 3 == 0 { "blocking" } else { "parallel" } });
        let result = match call(&world, "guarded", json!(["Hello", guards]), options) {
            Outcome::Resolved(result) => result,
            _ => panic!("seed {seed}"),
        };
        let blocked = kinds.contains(&"trips") || (!fail_open && kinds.contains(&"fails"));
        assert_eq!(result.outcome["blocked"] != Value::Null, blocked, "seed {seed}");
        assert_eq!(result.outcome["answer"] == Value::Null, blocked, "seed {seed}");
        assert_eq!(result.results[0].result.is_none(), blocked, "seed {seed}");
        assert_eq!(world.open_timers(), 0, "seed {seed}");
    }
}

#[test]
fn its_arguments_are_checked() {
    let world = Simulation::new(1, steady(1.0));
    let guards = json!(["a", { "name": "b", "on": "both" }, { "name": "answer" }]);
    let issues = call(&world, "guarded", json!(["x", guards]), json!({ "mode": "serial" })).invalid();
    let paths: Vec<&str> = issues.iter().map(|issue| &*issue.path).collect();
    assert_eq!(paths, ["guards[1].on", "guards[2]", "options.mode"]);
}

/// A model that calls its tool at once, and a guard that takes 300 ms. When the tools were run, and
/// what came of it.
fn guarded_with_tool(guard: &str, read_only: bool, options: Value) -> (Vec<f64>, Outcome, f64) {
    let world = Simulation::new(1, |request: &Request, _| {
        let text = said(request);
        if text.contains("tripped") {
            return Reply::new(200, 300.0, verdict(text.contains("Screen for: bad")));
        }
        if request.body.contains("\"role\":\"tool\"") {
            return Reply::new(200, 100.0, completion("sent", 10, 5));
        }
        let tool_call = json!({ "id": "c", "function": { "name": "send", "arguments": "{}" } });
        let body = json!({ "choices": [{ "message": { "tool_calls": [tool_call] } }] });
        Reply::new(200, 100.0, body.to_string())
    });
    let ran = Rc::new(RefCell::new(Vec::new()));
    let (runs, clock) = (Rc::clone(&ran), world.clone());
    let execute = Execute(Rc::new(move |_| {
        runs.borrow_mut().push(clock.exact_ms());
        async { Ok(json!("sent")) }.boxed_local()
    }));
    let tool = vec![
        ("name".into(), Input::Text("send".into())),
        ("readOnly".into(), Input::Bool(read_only)),
        ("execute".into(), Input::Execute(execute)),
    ];
    let mut fields = vec![("tools".to_string(), Input::List(vec![Input::Record(tool)]))];
    let Input::Record(further) = Input::from(options) else { panic!("options are an object") };
    fields.extend(further);
    let none = |_| panic!("no functions");
    let arguments = Input::from(json!(["Send it.", [guard]]));
    let (outcome, _) = call_with(&world, "guarded", arguments, Input::Record(fields), &none);
    (ran.take(), outcome, world.exact_ms())
}

#[test]
fn a_tool_that_changes_things_waits_for_the_guards_of_the_input() {
    let (ran, outcome, took) = guarded_with_tool("spam", false, json!({}));
    assert_eq!(
        (ran, took),
        (vec![300.0], 400.0),
        "the model was asked beside the guard, the tool was not run"
    );
    assert_eq!(outcome.resolved().outcome["answer"], "sent");
    let (ran, outcome, _) = guarded_with_tool("bad", false, json!({}));
    assert!(ran.is_empty(), "nothing was done for an input that is blocked");
    assert_eq!(outcome.resolved().outcome["blocked"]["guard"], "bad");
    // A wait for the guards is no fault of the tool.
    let (ran, outcome, _) = guarded_with_tool("spam", false, json!({ "toolTimeoutMs": 50 }));
    assert_eq!((ran, &outcome.resolved().outcome["answer"]), (vec![300.0], &json!("sent")));
    assert_eq!(guarded_with_tool("spam", false, json!({ "mode": "blocking" })).0, [400.0]);
    assert!(guarded_with_tool("spam", false, json!({ "deadlineMs": 200 })).0.is_empty());
}

#[test]
fn a_tool_that_only_reads_need_not_wait() {
    let (ran, outcome, took) = guarded_with_tool("spam", true, json!({}));
    assert_eq!((ran, took), (vec![100.0], 300.0));
    assert_eq!(outcome.resolved().outcome["answer"], "sent");
    let (ran, outcome, _) = guarded_with_tool("bad", true, json!({}));
    assert_eq!((ran, &outcome.resolved().outcome["answer"]), (vec![100.0], &Value::Null));
}
