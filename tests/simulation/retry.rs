//! Which calls are tried again, when, and which are not.

use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{Outcome, call, completion};

fn one_task() -> Value {
    json!(["x", [{ "id": "a", "content": "a" }]])
}

/// Runs one task against a server that gives `first`, then answers.
fn after(first: Reply, options: Value) -> (Outcome, Vec<f64>) {
    let mut first = Some(first);
    let world = Simulation::new(1, move |_: &Request, _| {
        first.take().unwrap_or_else(|| Reply::new(200, 100.0, completion("text", 10, 5)))
    });
    let mut all = json!({ "aggregate": false });
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let outcome = call(&world, "parallelProcess", one_task(), all);
    (outcome, world.log().iter().map(|exchange| exchange.sent_at_ms).collect())
}

fn refusal(status: u16) -> Reply {
    Reply::new(status, 0.0, json!({ "error": { "message": "no" } }).to_string())
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept_in_full_in_each_of_its_forms() {
    let limited = || refusal(429);
    let words = json!({ "error": { "message": "Please try again in 634ms." } }).to_string();
    for (reply, wait) in [
        (limited().header("retry-after", "90"), 90_000.0),
        (limited().header("retry-after-ms", "1500").header("retry-after", "90"), 1_500.0),
        (limited().header("retry-after", "Thu, 01 Jan 2026 00:02:00 GMT"), 120_000.0),
        (
            limited()
                .header("x-ratelimit-remaining-requests", "0")
                .header("x-ratelimit-reset-requests", "1m0.5s"),
            60_500.0,
        ),
        (
            limited()
                .header("anthropic-ratelimit-tokens-remaining", "0")
                .header("anthropic-ratelimit-tokens-reset", "2026-01-01T00:00:07Z"),
            7_000.0,
        ),
        (Reply::new(429, 0.0, words), 634.0),
        (refusal(503).header("retry-after", "3"), 3_000.0),
        // Longer than any one timer of the web can run.
        (limited().header("retry-after", "2592000"), 2_592_000_000.0),
        (refusal(500).header("retry-after", "3"), 3_000.0),
    ] {
        let headers = reply.headers.clone();
        let (outcome, sent) = after(reply, json!({ "maxWaitMs": 3e9 }));
        outcome.resolved();
        assert!(sent[1] >= wait && sent[1] < wait + 1.0, "{headers:?}: {sent:?}");
    }
}

#[test]
fn a_wait_that_is_longer_than_the_caller_allows_goes_to_a_fallback_or_fails_at_once() {
    for status in [429, 503] {
        let hour = || refusal(status).header("retry-after", "3600");
        let (outcome, sent) = after(hour(), json!({}));
        let error = outcome.rejected().results.remove(0).error.unwrap();
        assert_eq!((error.status, error.retry_after_ms, sent.len()), (Some(status), Some(3_600_000.0), 1));
        assert!(error.message.contains("maxWaitMs"), "{}", error.message);
        let (outcome, sent) = after(hour(), json!({ "fallbacks": [{ "model": "other" }] }));
        outcome.resolved();
        assert!(sent[1] < 1.0, "{sent:?}");
    }
}

#[test]
fn calls_that_come_while_a_server_is_shut_for_long_fail_at_once_as_well() {
    let closed = refusal(429).header("retry-after", "3600");
    let used_up = Reply::new(200, 0.0, completion("text", 1, 1))
        .header("x-ratelimit-remaining-requests", "0")
        .header("x-ratelimit-reset-requests", "23h0m0s");
    for (first, completed) in [(closed, 0), (used_up, 1)] {
        let world = Simulation::new(1, move |_: &Request, _| first.clone());
        let tasks: Vec<Value> =
            (0..20).map(|index| json!({ "id": format!("t{index}"), "content": "x" })).collect();
        let options = json!({ "aggregate": false, "concurrency": 1 });
        let results = match call(&world, "parallelProcess", json!(["x", tasks]), options) {
            Outcome::Resolved(result) => result.results,
            Outcome::Rejected(failure) => failure.results,
            _ => panic!("it ends"),
        };
        assert!(world.exact_ms() < 1.0 && world.log().len() == 1, "{} ms", world.exact_ms());
        let lost: Vec<_> = results.iter().filter_map(|result| result.error.as_ref()).collect();
        assert_eq!(lost.len(), 20 - completed);
        for error in lost {
            assert_eq!(error.code, Code::RateLimited, "{}", error.message);
            assert!(error.retry_after_ms.unwrap() > 3_500_000.0 && error.message.contains("`fallbacks`"));
        }
    }
}

#[test]
fn a_wait_of_nothing_or_of_nonsense_falls_back_to_backoff() {
    for value in
        ["0", "-5", "soon", "", "NaN", "1e400", "1e18", "1798761600", "Thu, 01 Jan 1970 00:00:00 GMT"]
    {
        let (outcome, sent) = after(refusal(429).header("retry-after", value), json!({}));
        outcome.resolved();
        assert!((250.0..=500.0).contains(&sent[1]), "{value}: {sent:?}");
    }
}

#[test]
fn passing_trouble_is_tried_again_and_what_is_final_is_not() {
    for status in [408, 409, 429, 500, 502, 503, 504, 529] {
        let (outcome, sent) = after(refusal(status), json!({}));
        assert_eq!((outcome.resolved().metadata.retries, sent.len()), (1, 2), "{status}");
    }
    for status in [301, 400, 401, 403, 404, 413, 422] {
        let (outcome, sent) = after(refusal(status), json!({}));
        assert_eq!((outcome.rejected().failure.status, sent.len()), (Some(status), 1));
    }
}

#[test]
fn what_the_server_says_of_trying_again_goes_before_its_status() {
    let (_, sent) = after(refusal(400).header("x-should-retry", "true"), json!({}));
    assert_eq!(sent.len(), 2);
    let (_, sent) = after(refusal(500).header("x-should-retry", "false"), json!({}));
    assert_eq!(sent.len(), 1);
}

#[test]
fn an_account_without_credit_is_not_asked_again() {
    let body = json!({ "error": { "code": "insufficient_quota", "message": "none left" } }).to_string();
    let (outcome, sent) = after(Reply::new(429, 0.0, body).header("x-should-retry", "true"), json!({}));
    let results = outcome.rejected().results;
    assert_eq!((results[0].error.as_ref().unwrap().code, sent.len()), (Code::QuotaExceeded, 1));
}

#[test]
fn nonsense_under_status_200_is_a_failure_and_is_tried_again() {
    for body in ["", "<html>busy</html>", "{}", "{\"choices\": [", "{\"error\": \"overloaded\"}", "null"] {
        let (outcome, sent) = after(Reply::new(200, 0.0, body), json!({}));
        assert_eq!(
            (outcome.resolved().results[0].result.as_deref(), sent.len()),
            (Some("text"), 2),
            "{body}"
        );
    }
}

#[test]
fn a_task_that_waits_to_be_tried_again_holds_no_slot() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        if count == 1 {
            refusal(500).header("retry-after", "10")
        } else {
            Reply::new(200, 100.0, completion("text", 1, 1))
        }
    });
    let tasks = json!(["x", [{ "id": "a", "content": "a" }, { "id": "b", "content": "b" }]]);
    let result =
        call(&world, "parallelProcess", tasks, json!({ "aggregate": false, "concurrency": 1 })).resolved();
    assert!(result.results[1].metadata.started_at_ms.unwrap() < 1.0);
    assert!(result.results[0].metadata.duration_ms >= 10_000.0);
}

#[test]
fn an_outage_does_not_multiply_the_traffic() {
    let world = Simulation::new(1, |_: &Request, _| refusal(500));
    let tasks: Vec<Value> =
        (0..500).map(|index| json!({ "id": format!("t{index}"), "content": "x" })).collect();
    let options = json!({ "aggregate": false, "concurrency": 1000 });
    call(&world, "parallelProcess", json!(["x", tasks]), options).rejected();
    let retries = world
        .log()
        .iter()
        .filter(|exchange| exchange.sent_at_ms > 0.0 && exchange.sent_at_ms < 10_000.0)
        .count();
    assert!(retries < 130, "{retries} retries in ten seconds");
}
