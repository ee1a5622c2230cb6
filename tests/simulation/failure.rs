//! What a failure costs, and what it does not.

use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};
use parallelization_agent::report::Status;

use crate::world::{call, completion};

/// Answers, save for contents with `bad` in them; those with `slow` take long.
fn world() -> Simulation {
    Simulation::new(1, |request: &Request, _| {
        let after = if request.body.contains("slow") { 5_000.0 } else { 100.0 };
        if request.body.contains("bad") {
            return Reply::new(400, after, json!({ "error": { "message": "no such thing" } }).to_string());
        }
        Reply::new(200, after, completion("text", 10, 5))
    })
}

fn graph() -> Value {
    json!(["x", [
        { "id": "a", "content": "bad" },
        { "id": "b", "content": "b", "dependencies": ["a"] },
        { "id": "c", "content": "c", "dependencies": ["b"] },
        { "id": "d", "content": "slow" },
    ]])
}

#[test]
fn what_needs_a_failed_task_is_skipped_and_names_it_and_the_rest_runs_on() {
    let result = call(&world(), "parallelProcess", graph(), json!({ "aggregate": false })).resolved();
    let status: Vec<Status> = result.results.iter().map(|result| result.status).collect();
    assert_eq!(status, [Status::Failed, Status::Skipped, Status::Skipped, Status::Completed]);
    for skipped in &result.results[1..3] {
        let error = skipped.error.as_ref().unwrap();
        assert_eq!((error.code, error.skipped_because_of.as_deref()), (Code::DependencyFailed, Some("a")));
    }
}

#[test]
fn under_throw_the_first_failure_cancels_the_rest() {
    let options = json!({ "aggregate": false, "onError": "throw" });
    let world = world();
    let error = call(&world, "parallelProcess", graph(), options).rejected();
    assert_eq!((error.failure.code, error.cause.unwrap().status), (Code::RunFailed, Some(400)));
    assert_eq!(error.results[3].status, Status::Cancelled);
    assert!(world.log().iter().any(|exchange| exchange.aborted), "the slow request is aborted");
    assert_eq!(error.metadata.processing_time_ms, 100.0);
}

#[test]
fn under_throw_a_failure_at_the_very_end_rejects_too() {
    let tasks =
        json!(["x", [{ "id": "a", "content": "a" }, { "id": "b", "content": "bad", "dependencies": ["a"] }]]);
    let options = json!({ "aggregate": false, "onError": "throw" });
    assert_eq!(call(&world(), "parallelProcess", tasks, options).rejected().failure.code, Code::RunFailed);
}

#[test]
fn a_run_without_any_result_rejects_and_says_why() {
    let tasks = json!(["x", [{ "id": "a", "content": "bad" }]]);
    let error = call(&world(), "parallelProcess", tasks, json!({})).rejected();
    assert_eq!(error.failure.code, Code::RunFailed);
    assert!(error.failure.message.contains("`a`") && error.failure.message.contains("no such thing"));
}

#[test]
fn a_quorum_that_is_out_of_reach_ends_the_run_at_once() {
    let options = json!({ "aggregate": false, "quorum": 2 });
    let error = call(&world(), "parallelProcess", graph(), options).rejected();
    assert_eq!(error.failure.code, Code::QuorumNotMet);
    assert_eq!(error.metadata.processing_time_ms, 100.0, "the slow task is not waited for");
    let options = json!({ "aggregate": false, "quorum": 1 });
    assert_eq!(call(&world(), "parallelProcess", graph(), options).resolved().metadata.completed_tasks, 1);
}

#[test]
fn every_pattern_ends_once_its_quorum_is_out_of_reach() {
    let three = json!(["a", "b", "c"]);
    for (pattern, arguments) in [
        ("batch", json!([three])),
        ("sectioning", json!(["topic", three])),
        ("voting", json!(["question"])),
        ("mapReduce", json!([three])),
        ("perspectives", json!(["input", three])),
        ("bestOf", json!(["input", 3])),
        ("evaluate", json!(["subject", three])),
        ("clones", json!([{ "a": "x", "b": "y", "c": "z" }, "content"])),
    ] {
        let mut count = 0;
        let world = Simulation::new(1, move |_: &Request, _| {
            count += 1;
            let (status, after) = if count == 2 { (403, 100.0) } else { (200, 5_000.0) };
            Reply::new(status, after, completion("text", 10, 5))
        });
        let error = call(&world, pattern, arguments, json!({ "quorum": 3 })).rejected();
        assert_eq!(error.failure.code, Code::QuorumNotMet, "{pattern}");
        assert_eq!(error.metadata.processing_time_ms, 100.0, "{pattern}");
    }
}

#[test]
fn the_text_of_a_worker_that_failed_is_not_continued_by_its_fallback() {
    let chunk =
        |text: &str| format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": text } }] }));
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        let end = if count == 1 {
            "data: {\"error\":{\"type\":\"invalid_request_error\"}}\n\n"
        } else {
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        };
        let mut reply = Reply::new(200, 10.0, format!("{}{end}", chunk(&format!("text {count}"))));
        reply.headers = vec![("content-type".into(), "text/event-stream".into())];
        reply
    });
    let options = json!({ "aggregate": false, "stream": true, "fallbacks": [{ "model": "spare" }] });
    let tasks = json!(["x", [{ "id": "a", "content": "a" }]]);
    let (outcome, events) = crate::world::call_and_listen(&world, "parallelProcess", tasks, options);
    let result = outcome.resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("text 2"));
    assert_eq!(result.metadata.completion_tokens, 4, "what was written before the error was written");
    let deltas = events.iter().filter(|event| event["type"] == "TEXT_MESSAGE_CONTENT");
    let ids: Vec<_> = deltas.map(|event| (&event["messageId"], &event["delta"])).collect();
    assert_eq!((ids.len(), ids[0].1, ids[1].1), (2, &json!("text 1"), &json!("text 2")));
    assert_ne!(ids[0].0, ids[1].0);
}

/// So many tasks are polled again and again within one moment, in which the end of the run has not
/// been seen yet.
#[test]
fn nothing_is_sent_in_the_moment_of_the_end() {
    let tasks: Value = (0..60).map(|index| json!({ "id": format!("t{index}"), "content": "bad" })).collect();
    let options = json!({ "aggregate": false, "onError": "throw", "concurrency": 1 });
    let world = world();
    call(&world, "parallelProcess", json!(["x", tasks]), options).rejected();
    assert_eq!(world.log().len(), 1);
}
