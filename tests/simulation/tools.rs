//! Workers with tools: what the model asks for runs at once and goes back to it.

use std::cell::Cell;
use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::api::input::Input;
use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{self, Value, json};
use parallelization_agent::model::message::Execute;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};
use parallelization_agent::platform::{Platform, Request};

use crate::world::{Outcome, call, call_with, completion, steady};

/// An answer that calls tools: names and arguments.
pub fn calls(list: &[(&str, &str)]) -> String {
    let call = |(index, (name, arguments)): (usize, &(&str, &str))| json!({ "id": format!("c{index}"), "type": "function", "function": { "name": name, "arguments": arguments } });
    let calls: Vec<Value> = list.iter().enumerate().map(call).collect();
    json!({
        "model": "simulated",
        "choices": [{ "message": { "role": "assistant", "content": null, "tool_calls": calls }, "finish_reason": "tool_calls" }],
        "usage": { "prompt_tokens": 10, "completion_tokens": 5 },
    })
    .to_string()
}

/// What the tools said to the model in a request.
pub fn tool_results(request: &Request) -> Vec<String> {
    let body: Value = json::parse(&request.body).unwrap();
    let messages = body["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "tool");
    messages.map(|message| message["content"].as_str().unwrap().to_string()).collect()
}

/// A server that answers in turn; its last answer again and again.
pub fn script(answers: Vec<String>) -> impl FnMut(&Request, f64) -> Reply {
    let mut turn = 0;
    move |_, _| {
        let answer = answers[turn.min(answers.len() - 1)].clone();
        turn += 1;
        Reply::new(200, 10.0, answer)
    }
}

/// Counts a tool as done, also when it is stopped.
struct Leave(Rc<Cell<usize>>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// One task with a tool that takes `after_ms`; gives what came, and the most tools that ran at
/// once.
pub fn run(world: &Simulation, after_ms: f64, further: Vec<(&str, Input)>) -> (Outcome, Vec<Value>, usize) {
    run_as(world, "batch", json!([["Where does the sun shine?"]]), after_ms, further)
}

/// The same with another pattern.
fn run_as(
    world: &Simulation,
    pattern: &str,
    arguments: Value,
    after_ms: f64,
    further: Vec<(&str, Input)>,
) -> (Outcome, Vec<Value>, usize) {
    let (running, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (clock, peak) = (world.clone(), Rc::clone(&most));
    let execute = Execute(Rc::new(move |arguments: Value| {
        running.set(running.get() + 1);
        peak.set(peak.get().max(running.get()));
        let (sleep, leave) = (clock.sleep(after_ms), Leave(Rc::clone(&running)));
        async move {
            sleep.await;
            drop(leave);
            match arguments["city"].as_str() {
                Some("Nowhere") => Err(Failure::new(Code::CallbackFailed, "no such city")),
                city => Ok(json!({ "city": city, "sun": true })),
            }
        }
        .boxed_local()
    }));
    let parameters =
        json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] });
    let tool = vec![
        ("name".into(), Input::Text("weather".into())),
        ("description".into(), Input::Text("The weather in a city.".into())),
        ("parameters".into(), Input::from(parameters)),
        ("execute".into(), Input::Execute(execute)),
    ];
    let mut options: Vec<(String, Input)> = vec![("tools".into(), Input::List(vec![Input::Record(tool)]))];
    options.extend(further.into_iter().map(|(name, value)| (name.to_string(), value)));
    let (arguments, options) = (Input::from(arguments), Input::Record(options));
    let (outcome, events) = call_with(world, pattern, arguments, options, &|_| panic!("no functions"));
    (outcome, events, most.get())
}

const TWO: [(&str, &str); 2] = [("weather", r#"{"city": "Rome"}"#), ("weather", r#"{"city": "Oslo"}"#)];

#[test]
fn the_tools_of_one_message_run_at_once_and_their_results_go_back() {
    let world = Simulation::new(1, script(vec![calls(&TWO), completion("In Rome.", 20, 5)]));
    let (outcome, events, most) = run(&world, 100.0, vec![]);
    let result = outcome.resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("In Rome."));
    assert_eq!(result.metadata.processing_time_ms, 120.0);
    assert_eq!(most, 2);
    assert_eq!(
        tool_results(&world.log()[1].request),
        [r#"{"city":"Rome","sun":true}"#, r#"{"city":"Oslo","sun":true}"#]
    );
    assert_eq!(result.results[0].metadata.tokens, 40, "both calls are in the account");
    let step = &result.results[0].steps[0]["toolCalls"][1];
    assert_eq!(step["arguments"], json!({ "city": "Oslo" }));
    assert_eq!(step["durationMs"], 100.0);
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .filter(|kind| kind.starts_with("TOOL"))
        .collect();
    let start = ["TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END"];
    assert_eq!(kinds, [&start[..], &start[..], &["TOOL_CALL_RESULT"; 2][..]].concat());
}

#[test]
fn what_goes_wrong_goes_back_to_the_model() {
    let wrong = [
        ("whether", "{}"),
        ("weather", "{\"city\""),
        ("weather", r#"{"city": 7}"#),
        ("weather", r#"{"city": "Nowhere"}"#),
        ("weather", r#"{"city": no such}"#),
    ];
    let world = Simulation::new(1, script(vec![calls(&wrong), completion("Sorry.", 1, 1)]));
    run(&world, 1.0, vec![]).0.resolved();
    let results = tool_results(&world.log()[1].request);
    assert_eq!(results[0], "Error: There is no tool `whether`. There are: weather.");
    assert_eq!(results[1], "Error: The arguments are no JSON: they end too early.");
    assert!(results[2].starts_with("Error: The arguments do not fit"), "{}", results[2]);
    assert_eq!(results[3], "Error: no such city");
    assert_eq!(results[4], "Error: The arguments are no JSON at line 1, column 11.");
}

#[test]
fn an_answer_that_does_not_fit_is_asked_for_again_without_running_the_tools_again() {
    let answers = vec![
        calls(&[("weather", r#"{"city":"Oslo"}"#)]),
        completion("sunny", 1, 1),
        completion(r#"{"sun":true}"#, 1, 1),
    ];
    let world = Simulation::new(1, script(answers));
    let schema =
        json!({ "type": "object", "properties": { "sun": { "type": "boolean" } }, "required": ["sun"] });
    let (outcome, ..) = run(&world, 1.0, vec![("schema", Input::from(schema))]);
    let result = outcome.resolved();
    assert_eq!(result.results[0].data.as_deref(), Some(&json!({ "sun": true })));
    let log = world.log();
    assert_eq!(log.len(), 3);
    assert_eq!(tool_results(&log[2].request).len(), 1, "the tool's result is still there");
}

#[test]
fn tools_keep_to_their_limits() {
    let world = Simulation::new(1, script(vec![calls(&TWO), completion("Done.", 1, 1)]));
    let (outcome, _, most) = run(&world, 100.0, vec![("toolConcurrency", Input::Number(1.0))]);
    assert_eq!((outcome.resolved().metadata.processing_time_ms, most), (220.0, 1));
    let world = Simulation::new(1, script(vec![calls(&TWO), completion("Done.", 1, 1)]));
    let (outcome, ..) = run(&world, 1e6, vec![("toolTimeoutMs", Input::Number(50.0))]);
    assert_eq!(outcome.resolved().metadata.processing_time_ms, 70.0);
    assert_eq!(tool_results(&world.log()[1].request)[0], "Error: It took longer than 50 ms and was stopped.");
}

#[test]
fn it_stops_at_max_steps_and_at_the_deadline() {
    let world = Simulation::new(1, script(vec![calls(&TWO)]));
    let result = run(&world, 1.0, vec![("maxSteps", Input::Number(3.0))]).0.resolved();
    assert_eq!(world.log().len(), 3);
    assert_eq!(result.results[0].steps.len(), 2);
    assert_eq!(result.results[0].metadata.finish_reason.as_deref(), Some("tool_calls"));
    let world = Simulation::new(1, script(vec![calls(&TWO)]));
    let asked_for_data =
        vec![("maxSteps", Input::Number(3.0)), ("schema", Input::from(json!({ "type": "object" })))];
    let failure = run(&world, 1.0, asked_for_data).0.rejected();
    assert_eq!(world.log().len(), 3);
    let cause = &failure.results[0].error.as_ref().unwrap();
    assert_eq!(cause.code.name(), "SCHEMA_MISMATCH");
    assert!(cause.message.ends_with("after 3 steps. Raise `maxSteps`."), "{}", cause.message);
    let world = Simulation::new(1, script(vec![calls(&TWO)]));
    let failure =
        run(&world, 1e9, vec![("deadlineMs", Input::Number(500.0)), ("toolTimeoutMs", Input::Number(1e8))])
            .0
            .rejected();
    assert_eq!(failure.failure.code.name(), "DEADLINE_EXCEEDED");
    assert_eq!(world.open_timers(), 0);
}

#[test]
fn tools_are_checked() {
    let world = Simulation::new(1, steady(1.0));
    let tools = json!([{ "name": "has space" }, { "name": "a", "parameters": 7, "exekute": 1 }, 3]);
    let issues = call(&world, "batch", json!([["x"]]), json!({ "tools": tools, "maxSteps": 0 })).invalid();
    let paths: Vec<&str> = issues.iter().map(|issue| &*issue.path).collect();
    for path in [
        "options.tools[0].name",
        "options.tools[0].execute",
        "options.tools[1].parameters",
        "options.tools[1].exekute",
        "options.tools[2]",
        "options.maxSteps",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
}

#[test]
fn no_call_of_a_tool_is_shown_before_the_guards_have_passed_and_no_result_without_its_call() {
    let shown = |guard_ms: f64, tripped: bool| {
        let mut turn = 0;
        let world = Simulation::new(1, move |request: &Request, _| {
            if request.body.contains("tripped") {
                let verdict = json!({ "reason": "so", "tripped": tripped }).to_string();
                return Reply::new(200, guard_ms, completion(&verdict, 1, 1));
            }
            turn += 1;
            Reply::new(200, 10.0, if turn < 3 { calls(&TWO) } else { completion("In Rome.", 1, 1) })
        });
        let arguments = json!(["Where does the sun shine?", ["spam"]]);
        let (outcome, events, _) = run_as(&world, "guarded", arguments, 100.0, vec![]);
        let types = events.iter().map(|event| event["type"].as_str().unwrap());
        let tools: Vec<&str> = types.filter(|kind| kind.starts_with("TOOL_CALL_")).collect();
        let count = |kind: &str| tools.iter().filter(|tool| **tool == kind).count();
        let result = outcome.resolved();
        (count("TOOL_CALL_START"), count("TOOL_CALL_RESULT"), result.results[0].steps.len())
    };
    assert_eq!(shown(1.0, false), (4, 4, 2));
    assert_eq!(shown(50.0, false), (2, 2, 2), "the first two were asked for while the guard was at work");
    assert_eq!(shown(300.0, false), (2, 2, 2), "what was asked for before the guard had passed is not shown");
    assert_eq!(shown(150.0, true), (0, 0, 0), "what a guard forbids is not in the result either");
}

/// Whatever the model asks for, in whatever order its tools come to their end, and whatever fails:
/// it sees one result for each call, in the order of the calls; never more tools run at once, and
/// never more steps are taken, than are allowed; and nothing stays under way.
#[test]
fn every_call_of_a_tool_is_answered_in_its_place() {
    const ASKED: [(&str, &str); 4] = [
        ("weather", r#"{"city": "Rome"}"#),
        ("weather", r#"{"city": "Nowhere"}"#),
        ("weather", "{"),
        ("other", "{}"),
    ];
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let (at_once, steps) = (1 + random.below(3), 1 + random.below(4));
        let after = random.unit() * 40.0;
        let world = Simulation::new(seed, move |_: &Request, _| {
            let wanted: Vec<(&str, &str)> = (0..random.below(5)).map(|_| ASKED[random.below(4)]).collect();
            let (status, answer) = match (random.below(6), wanted.is_empty()) {
                (0, _) => (503, "{}".into()),
                (_, true) => (200, completion("done", 1, 1)),
                (_, false) => (200, calls(&wanted)),
            };
            Reply::new(status, random.unit() * 50.0, answer)
        });
        let options = vec![
            ("toolConcurrency", Input::Number(at_once as f64)),
            ("toolTimeoutMs", Input::Number(20.0)),
            ("maxSteps", Input::Number(steps as f64)),
        ];
        let (outcome, _, most) = run(&world, after, options);
        assert!(!matches!(outcome, Outcome::Hangs | Outcome::Invalid(_)), "seed {seed}");
        assert!(most <= at_once, "seed {seed}: {most} at once");
        assert_eq!(world.open_timers(), 0, "seed {seed}");
        for exchange in world.log() {
            let body: Value = json::parse(&exchange.request.body).unwrap();
            let messages = body["messages"].as_array().unwrap();
            let asked: Vec<&Value> = messages
                .iter()
                .filter_map(|message| message["tool_calls"].as_array())
                .flatten()
                .map(|call| &call["id"])
                .collect();
            let answered: Vec<&Value> = messages
                .iter()
                .filter(|message| message["role"] == "tool")
                .map(|message| &message["tool_call_id"])
                .collect();
            assert_eq!(asked, answered, "seed {seed}");
            let questions = 1 + messages.iter().filter(|message| message.get("tool_calls").is_some()).count();
            assert!(questions <= steps, "seed {seed}: {questions} of {steps} steps");
        }
    }
}

#[test]
fn further_tools_join_the_workers_own_and_a_forced_choice_holds_for_the_first_step() {
    let world = Simulation::new(1, script(vec![calls(&[("weather", "{}")]), completion("done", 1, 1)]));
    let extra = json!({ "tools": [{ "type": "web_search" }], "tool_choice": "required" });
    run(&world, 10.0, vec![("extraBody", extra.into())]).0.resolved();
    let bodies: Vec<Value> =
        world.log().iter().map(|exchange| json::parse(&exchange.request.body).unwrap()).collect();
    for (index, body) in bodies.iter().enumerate() {
        let kinds: Vec<&str> =
            body["tools"].as_array().unwrap().iter().map(|tool| tool["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["function", "web_search"]);
        assert_eq!(body.get("tool_choice").is_some(), index == 0, "step {index}");
    }
}
