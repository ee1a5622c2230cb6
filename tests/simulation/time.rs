//! Time-outs of attempts and of streams, the deadline of a run.

use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Piece, Reply, Simulation};
use parallelization_agent::report::Status;

use crate::world::{call, completion};

const NEVER_MS: f64 = 1e9;

fn tasks(contents: &[&str]) -> Value {
    contents
        .iter()
        .enumerate()
        .map(|(index, content)| json!({ "id": format!("t{index}"), "content": content }))
        .collect()
}

fn chunk(text: &str) -> Piece {
    let value = json!({ "choices": [{ "delta": { "content": text } }] });
    Piece::Bytes(format!("data: {value}\n\n").into_bytes())
}

fn stream(body: Vec<(f64, Piece)>) -> Simulation {
    Simulation::new(1, move |_: &Request, _| {
        let mut reply = Reply::new(200, 100.0, "");
        reply.headers = vec![("content-type".into(), "text/event-stream".into())];
        reply.body.clone_from(&body);
        reply
    })
}

/// Refusals, waits, hedges and answers that nobody needed are no work that one by one would have
/// been done.
#[test]
fn the_times_of_a_run_count_work_and_no_waits() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        match count {
            2 => Reply::new(429, 50.0, "{}").header("retry-after", "30"),
            _ => Reply::new(200, 1_000.0, completion("text", 1, 1)),
        }
    });
    let tasks = json!(["x", [
        { "id": "a", "content": "a" }, { "id": "b", "content": "b", "dependencies": ["a"] },
        { "id": "c", "content": "c" },
    ]]);
    let metadata = call(&world, "parallelProcess", tasks, json!({ "aggregate": false, "concurrency": 1 }))
        .resolved()
        .metadata;
    assert!(metadata.processing_time_ms > 30_000.0);
    assert_eq!((metadata.critical_path_ms.round(), metadata.sequential_time_ms.round()), (2_000.0, 3_000.0));
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        Reply::new(200, if count == 1 { 9_000.0 } else { 1_000.0 }, completion("text", 1, 1))
    });
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 2_000 } });
    let one = json!(["x", [{ "id": "a", "content": "a" }]]);
    let metadata = call(&world, "parallelProcess", one, options).resolved().metadata;
    assert_eq!(
        (metadata.processing_time_ms.round(), metadata.sequential_time_ms.round()),
        (3_000.0, 1_000.0)
    );
    assert_eq!(metadata.attempts, 2);
}

#[test]
fn an_attempt_that_hangs_is_aborted_and_tried_again() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        Reply::new(200, if count == 1 { NEVER_MS } else { 10.0 }, completion("text", 1, 1))
    });
    let options = json!({ "aggregate": false, "timeoutMs": 2_000 });
    call(&world, "parallelProcess", json!(["x", tasks(&["a"])]), options).resolved();
    assert_eq!((world.log()[0].ended_at_ms, world.log()[0].aborted), (Some(2_000.0), true));
}

#[test]
fn comments_that_keep_a_stream_alive_are_no_progress() {
    let comments = (0..1_000).map(|_| (500.0, Piece::Bytes(b": still here\n\n".to_vec())));
    let world = stream([(0.0, chunk("so"))].into_iter().chain(comments).collect());
    let options = json!({ "aggregate": false, "stream": true, "idleTimeoutMs": 3_000, "maxRetries": 0 });
    let results = call(&world, "parallelProcess", json!(["x", tasks(&["a"])]), options).rejected().results;
    assert_eq!(results[0].error.as_ref().unwrap().code, Code::Timeout);
    assert_eq!(world.log()[0].ended_at_ms, Some(3_100.0));
}

#[test]
fn a_stream_may_take_long_as_long_as_it_moves() {
    let end = Piece::Bytes(
        b"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".to_vec(),
    );
    let pieces = (0..50).map(|_| (900.0, chunk("x")));
    let world = stream(pieces.chain([(900.0, end)]).collect());
    let options = json!({ "aggregate": false, "stream": true, "idleTimeoutMs": 1_000 });
    let result = call(&world, "parallelProcess", json!(["x", tasks(&["a"])]), options).resolved();
    assert_eq!(result.results[0].result.as_deref().map(str::len), Some(50));
}

#[test]
fn the_clock_for_stillness_starts_when_the_model_writes() {
    let data = |chunk: Value| Piece::Bytes(format!("data: {chunk}\n\n").into_bytes());
    let role = data(
        json!({ "choices": [{ "delta": { "role": "assistant", "content": "" }, "finish_reason": null }] }),
    );
    let filter = data(json!({ "choices": [], "prompt_filter_results": [] }));
    let end = data(json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] }));
    let thought =
        data(json!({ "choices": [{ "delta": { "reasoning_content": "Hm." }, "finish_reason": null }] }));
    let options = json!({ "aggregate": false, "stream": true, "idleTimeoutMs": 1_000, "maxRetries": 0 });
    let run = |pieces| call(&stream(pieces), "parallelProcess", json!(["x", tasks(&["a"])]), options.clone());
    let silent = vec![(0.0, filter), (0.0, role), (60_000.0, chunk("so")), (0.0, end.clone())];
    assert_eq!(run(silent).resolved().results[0].result.as_deref(), Some("so"));
    let stuck = vec![(0.0, thought), (60_000.0, chunk("so")), (0.0, end)];
    assert_eq!(run(stuck).rejected().results[0].error.as_ref().unwrap().code, Code::Timeout);
}

#[test]
fn a_stream_that_ends_early_is_a_failure_and_never_a_short_answer() {
    let world = stream(vec![(0.0, chunk("half an ans"))]);
    let options = json!({ "aggregate": false, "stream": true, "maxRetries": 1 });
    let error = call(&world, "parallelProcess", json!(["x", tasks(&["a"])]), options).rejected();
    assert_eq!((error.results[0].error.as_ref().unwrap().code, world.log().len()), (Code::Truncated, 2));
    assert!(error.results[0].metadata.estimated && error.results[0].metadata.completion_tokens > 0);
}

#[test]
fn at_the_deadline_the_run_resolves_with_what_is_done() {
    let world = Simulation::new(1, |request: &Request, _| {
        Reply::new(200, if request.body.contains("slow") { NEVER_MS } else { 10.0 }, completion("text", 1, 1))
    });
    let options = json!({ "aggregate": false, "deadlineMs": 5_000 });
    let result = call(&world, "parallelProcess", json!(["x", tasks(&["a", "slow"])]), options).resolved();
    assert_eq!(result.results[1].status, Status::Cancelled);
    assert_eq!(result.results[1].error.as_ref().unwrap().code, Code::DeadlineExceeded);
    assert_eq!(result.metadata.processing_time_ms, 5_000.0);
    assert_eq!(world.open_timers(), 0);
}

#[test]
fn a_wait_that_ends_after_the_deadline_is_not_begun_by_any_branch() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        if count == 1 {
            return Reply::new(200, 10.0, completion("text", 1, 1));
        }
        Reply::new(429, 10.0, "{}").header("retry-after", "90")
    });
    let options = json!({ "aggregate": false, "deadlineMs": 60_000, "concurrency": 1 });
    let result =
        call(&world, "parallelProcess", json!(["x", tasks(&["a", "b", "c", "d"])]), options).resolved();
    assert!(result.metadata.processing_time_ms < 100.0, "{}", result.metadata.processing_time_ms);
    assert_eq!(world.log().len(), 2);
    assert!(result.results[1].error.as_ref().unwrap().message.contains("past the deadline"));
    assert_eq!(result.results[3].status, Status::Cancelled);
}
