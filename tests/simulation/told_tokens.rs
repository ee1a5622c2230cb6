//! Attempts that fail are in the account with the tokens that the server told of, each once.

use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Piece, Reply, Simulation};

use crate::world::{Outcome, call, completion};

const NEVER_MS: f64 = 1e9;

/// What the server says of each attempt.
fn usage() -> Value {
    json!({ "prompt_tokens": 100, "completion_tokens": 7 })
}

fn whole(status: u16, fields: &Value) -> Reply {
    let mut body = fields.clone();
    body["usage"] = usage();
    Reply::new(status, 10.0, body.to_string())
}

/// A stream that says what it has taken so far, and what follows.
fn stream(text: &str, rest: (f64, Piece)) -> Reply {
    let chunk = json!({ "choices": [{ "delta": { "content": text } }], "usage": usage() });
    let mut reply = Reply::new(200, 1.0, format!("data: {chunk}\n\n"));
    reply.headers = vec![("content-type".into(), "text/event-stream".into())];
    reply.body.push(rest);
    reply
}

fn ask(world: &Simulation, options: Value) -> Outcome {
    call(world, "batch", json!([["x"]]), options)
}

/// Read, written, and whether any of it is an estimate.
fn account(outcome: Outcome) -> (u64, u64, bool) {
    let (results, run) = match outcome {
        Outcome::Rejected(failure) => (failure.results, failure.metadata),
        outcome => {
            let result = outcome.resolved();
            (result.results, result.metadata)
        }
    };
    let row = &results[0].metadata;
    assert_eq!((row.prompt_tokens, row.completion_tokens), (run.prompt_tokens, run.completion_tokens));
    (row.prompt_tokens, row.completion_tokens, row.estimated)
}

/// The account of a call whose two attempts get this reply.
fn of_two(reply: Reply, more: Value) -> (u64, u64, bool) {
    let world = Simulation::new(1, move |_: &Request, _| reply.clone());
    let mut options = json!({ "maxRetries": 1 });
    options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let account = account(ask(&world, options));
    assert_eq!(world.log().len(), 2);
    account
}

#[test]
fn what_the_server_told_is_exact_whatever_came_of_the_answer() {
    let choice = |content: &str, reason: &str| json!({ "choices": [{ "message": { "content": content }, "finish_reason": reason }] });
    for reply in [
        whole(200, &choice("x", "error")),
        whole(200, &choice("<think>Hm", "stop")),
        whole(200, &json!({ "choices": [] })),
        whole(200, &json!({ "error": { "message": "boom" } })),
        whole(500, &json!({ "error": { "message": "boom" } })),
    ] {
        assert_eq!(of_two(reply, json!({})), (200, 14, false));
    }
    let schema = json!({ "type": "object", "properties": { "a": { "type": "number" } }, "required": ["a"] });
    let misfit = whole(200, &choice("no data", "stop"));
    assert_eq!(of_two(misfit, json!({ "schema": schema })), (200, 14, false));
    let silent = Reply::new(500, 10.0, json!({ "error": { "message": "boom" } }).to_string());
    assert_eq!(of_two(silent, json!({})), (0, 0, false), "nothing is guessed of a refusal");
}

#[test]
fn of_a_stream_that_broke_off_the_larger_of_count_and_estimate_is_taken() {
    let bytes = |text: &str| Piece::Bytes(text.into());
    for (gap, end) in [(1.0, bytes("")), (1.0, Piece::Break), (NEVER_MS, bytes(""))] {
        let more = json!({ "stream": true, "idleTimeoutMs": 100 });
        assert_eq!(of_two(stream("ab", (gap, end.clone())), more.clone()), (200, 14, true));
        assert_eq!(of_two(stream(&"etaoin".repeat(20), (gap, end)), more), (200, 60, true));
    }
    let failed = bytes("data: {\"error\":{\"message\":\"boom\"}}\n\n");
    assert_eq!(of_two(stream("ab", (1.0, failed)), json!({ "stream": true })), (200, 14, true));
}

#[test]
fn a_hedge_that_lost_and_a_worker_that_refused_are_counted_once() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        match count {
            1 => stream("ab", (NEVER_MS, Piece::Bytes(Vec::new()))),
            _ => Reply::new(200, 10.0, completion("yes", 10, 5)),
        }
    });
    let options = json!({ "stream": true, "hedge": { "afterMs": 1_000 } });
    assert_eq!(account(ask(&world, options)), (110, 12, true));
    assert!(world.log()[0].aborted);

    let world = Simulation::new(1, |request: &Request, _| {
        if request.body.contains("\"other\"") {
            return Reply::new(200, 10.0, completion("yes", 10, 5));
        }
        whole(200, &json!({ "choices": [{ "message": { "refusal": "No." }, "finish_reason": "stop" }] }))
    });
    let options = json!({ "fallbacks": [{ "model": "other" }] });
    assert_eq!(account(ask(&world, options)), (110, 12, false));
    assert_eq!(world.log().len(), 2);
}

#[test]
fn failures_use_up_the_budget() {
    let world = Simulation::new(1, |_: &Request, _| whole(200, &json!({ "error": { "message": "boom" } })));
    let options = json!({ "maxTokens": 20, "maxRetries": 9, "budget": { "tokens": 200 } });
    let error = ask(&world, options).rejected();
    assert_eq!(error.results[0].error.as_ref().unwrap().code, Code::BudgetExceeded);
    assert_eq!((world.log().len(), error.metadata.total_tokens), (2, 214));
}
