//! When a model fails for good, the next one is asked, and the result says which one answered.

use std::collections::HashMap;

use parallelization_agent::error::Code;
use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Exchange, Reply, Simulation};
use parallelization_agent::report::{RunResult, TaskResult};

use crate::world::{call, call_and_listen, completion};

fn model_of(request: &Request) -> String {
    let body: Value = json::parse(&request.body).unwrap();
    body["model"].as_str().unwrap().to_string()
}

/// A server on which each model answers with a status of its own.
fn server(statuses: &[(&str, u16)]) -> Simulation {
    let statuses: HashMap<String, u16> =
        statuses.iter().map(|(model, status)| (model.to_string(), *status)).collect();
    Simulation::new(1, move |request: &Request, _| {
        let model = model_of(request);
        match statuses[&model] {
            200 => Reply::new(200, 10.0, completion("an answer", 10, 5).replace("simulated", &model)),
            429 => Reply::new(429, 10.0, "{}").header("retry-after", "60"),
            status => Reply::new(status, 10.0, "{}"),
        }
    })
}

fn tasks(count: usize) -> Value {
    let subtasks: Vec<Value> =
        (0..count).map(|index| json!({ "id": format!("t{index}"), "content": "do it" })).collect();
    json!(["x", subtasks])
}

fn options(fallbacks: Value) -> Value {
    json!({ "model": "first", "fallbacks": fallbacks, "aggregate": false, "maxRetries": 1 })
}

fn asked(world: &Simulation) -> Vec<String> {
    world.log().iter().map(|exchange| model_of(&exchange.request)).collect()
}

#[test]
fn a_model_that_fails_for_good_is_replaced_by_the_next() {
    let world = server(&[("first", 404), ("second", 200), ("third", 200)]);
    let fallbacks = json!([{ "model": "second" }, { "model": "third" }]);
    let (outcome, events) = call_and_listen(&world, "parallelProcess", tasks(1), options(fallbacks));
    let result = &outcome.resolved().results[0];
    assert_eq!(asked(&world), ["first", "second"]);
    assert_eq!(result.metadata.model.as_deref(), Some("second"));
    assert_eq!(result.metadata.provider, Some("openai"));
    assert_eq!(result.metadata.attempts, 2);
    let told = events.iter().find(|event| event["name"] == "fallback").unwrap();
    assert_eq!(told["value"], json!({ "taskId": "t0", "code": "API_ERROR", "model": "second" }));
}

#[test]
fn a_model_is_retried_as_often_as_the_policy_says_before_the_next_is_asked() {
    let world = server(&[("first", 500), ("second", 500), ("third", 200)]);
    let fallbacks = json!([{ "model": "second" }, { "model": "third" }]);
    let result = call(&world, "parallelProcess", tasks(1), options(fallbacks)).resolved();
    assert_eq!(asked(&world), ["first", "first", "second", "second", "third"]);
    assert_eq!(result.metadata.retries, 2);
}

/// A retry of theirs would wait for its turn, among hundreds.
#[test]
fn where_hundreds_of_calls_fail_they_go_to_the_next_without_waiting_for_a_retry() {
    let world = server(&[("first", 503), ("second", 200)]);
    let result =
        call(&world, "parallelProcess", tasks(400), options(json!([{ "model": "second" }]))).resolved();
    assert_eq!(result.metadata.completed_tasks, 400);
    // At ten retries a second they would have taken forty.
    assert!(result.metadata.processing_time_ms < 5_000.0, "{} ms", result.metadata.processing_time_ms);
}

#[test]
fn a_model_that_never_answered_is_asked_now_and_then() {
    for (status, took_ms, most) in [(503, 10.0, 1_000), (504, 1_000.0, 150)] {
        let world = Simulation::new(1, move |request: &Request, _| match model_of(request).as_str() {
            "first" => Reply::new(status, took_ms, "{}"),
            _ => Reply::new(200, 100.0, completion("an answer", 10, 5)),
        });
        let mut options = options(json!([{ "model": "second" }]));
        options["concurrency"] = json!(16);
        let result = call(&world, "parallelProcess", tasks(2_000), options).resolved();
        assert_eq!(result.metadata.completed_tasks, 2_000);
        let to_the_first = asked(&world).iter().filter(|model| *model == "first").count();
        assert!(to_the_first < most, "{status}: {to_the_first} calls");
    }
}

/// Nothing of its limit is left, and nobody says until when, or a wait that is too short.
#[test]
fn calls_do_not_wait_for_a_model_that_refuses_them_all() {
    for (concurrency, wait) in [(json!(1), "0"), (json!(16), "0"), (json!(16), "1"), (json!("auto"), "0")] {
        let world = Simulation::new(1, move |request: &Request, _| match model_of(request).as_str() {
            "first" => Reply::new(429, 10.0, "{}").header("retry-after", wait),
            model => Reply::new(200, 100.0, completion("an answer", 10, 5).replace("simulated", model)),
        });
        let mut options = options(json!([{ "model": "second" }]));
        options["concurrency"] = concurrency.clone();
        let result = call(&world, "parallelProcess", tasks(40), options).resolved();
        assert_eq!(result.metadata.completed_tasks, 40);
        let took_ms = result.metadata.processing_time_ms;
        assert!(took_ms < 10_000.0, "{concurrency}: {took_ms} ms");
    }
}

/// Its limit lets five through a second, and then one after the other.
#[test]
fn calls_wait_for_a_model_that_lets_some_through() {
    let mut tokens = (5.0, 0.0);
    let world = Simulation::new(1, move |request: &Request, now| {
        if model_of(request) == "second" {
            return Reply::new(200, 100.0, completion("an answer", 10, 5).replace("simulated", "second"));
        }
        tokens = (f64::min(tokens.0 + (now - tokens.1) / 200.0, 5.0), now);
        if tokens.0 < 1.0 {
            return Reply::new(429, 10.0, "{}");
        }
        tokens.0 -= 1.0;
        Reply::new(200, 100.0, completion("an answer", 10, 5).replace("simulated", "first"))
    });
    let options = json!({ "model": "first", "fallbacks": [{ "model": "second" }], "aggregate": false });
    let result = call(&world, "parallelProcess", tasks(200), options).resolved();
    let by_first = |result: &&TaskResult| result.metadata.model.as_deref() == Some("first");
    assert_eq!(result.results.iter().filter(by_first).count(), 200);
}

/// The first model answers for a second, and again after half a minute.
#[test]
fn calls_that_wait_for_a_model_that_goes_down_go_to_the_next_and_to_the_first_once_it_is_back() {
    let world = Simulation::new(1, move |request: &Request, now| match model_of(request).as_str() {
        "first" if (1_000.0..30_000.0).contains(&now) => Reply::new(503, 10.0, "{}"),
        model => Reply::new(200, 100.0, completion("an answer", 10, 5).replace("simulated", model)),
    });
    let mut options = options(json!([{ "model": "second" }]));
    options["concurrency"] = json!(16);
    let result = call(&world, "parallelProcess", tasks(10_000), options).resolved();
    assert_eq!(result.metadata.completed_tasks, 10_000);
    // At 16 calls at once they take 62 s.
    assert!(result.metadata.processing_time_ms < 70_000.0, "{} ms", result.metadata.processing_time_ms);
    let is_down = |at_ms| (1_000.0..30_000.0).contains(&at_ms);
    let to_the_first = |exchange: &&Exchange| model_of(&exchange.request) == "first";
    let log = world.log();
    let (down, up) = log.iter().filter(to_the_first).partition::<Vec<_>, _>(|one| is_down(one.sent_at_ms));
    assert!(down.len() < 100, "{} probes", down.len());
    let back = up.iter().filter(|exchange| exchange.sent_at_ms > 35_000.0).count();
    assert!(back > 1_000, "{back} calls");
}

/// The first model is down for three seconds, and the next one takes four calls at once.
fn a_small_fallback() -> Simulation {
    let mut busy: Vec<f64> = Vec::new();
    Simulation::new(1, move |request: &Request, now| {
        if model_of(request) == "first" {
            let is_down = (500.0..3_500.0).contains(&now);
            return Reply::new(if is_down { 503 } else { 200 }, 50.0, completion("an answer", 10, 5));
        }
        busy.retain(|until_ms| *until_ms > now);
        if busy.len() == 4 {
            return Reply::new(429, 5.0, "{}").header("retry-after", "1");
        }
        busy.push(now + 100.0);
        Reply::new(200, 100.0, completion("an answer", 10, 5))
    })
}

#[test]
fn calls_that_wait_for_a_small_fallback_go_back_to_the_first_model_once_it_answers() {
    for max_retries in [None, Some(1)] {
        let world = a_small_fallback();
        let mut options =
            json!({ "model": "first", "fallbacks": [{ "model": "second" }], "aggregate": false });
        options["concurrency"] = json!(16);
        if let Some(max_retries) = max_retries {
            options["maxRetries"] = json!(max_retries);
        }
        let result = call(&world, "parallelProcess", tasks(1_000), options).resolved();
        assert_eq!(result.metadata.completed_tasks, 1_000);
        // Three seconds at the first model alone, and the outage. The second one would take 25 s.
        let took_ms = result.metadata.processing_time_ms;
        assert!(took_ms < 9_000.0, "{max_retries:?}: {took_ms} ms");
    }
}

/// A call that goes back has its slot before it has its part of the budget, others the other way
/// round.
#[test]
fn calls_that_go_back_and_those_that_wait_for_the_budget_do_not_hold_each_other_up() {
    for concurrency in 1..=4 {
        for tokens in (300..3_000).step_by(100) {
            let mut options =
                json!({ "model": "first", "fallbacks": [{ "model": "second" }], "aggregate": false });
            options["concurrency"] = json!(concurrency);
            options["budget"] = json!({ "tokens": tokens });
            let result = call(&a_small_fallback(), "parallelProcess", tasks(200), options);
            assert!(
                result.resolved().metadata.total_tokens <= tokens,
                "{concurrency} at once, {tokens} tokens"
            );
        }
    }
}

/// Each answers for half a second. Then the first hangs, and calls to the second may fail.
fn once_the_first_hangs(second_is_up: bool, count: usize) -> (Simulation, RunResult) {
    let world = Simulation::new(1, move |request: &Request, now| match model_of(request).as_str() {
        "first" if now >= 500.0 => Reply::new(200, 3_600_000.0, completion("late", 10, 5)),
        "second" if now >= 500.0 && !second_is_up => Reply::new(503, 10.0, "{}"),
        _ => Reply::new(200, 50.0, completion("an answer", 10, 5)),
    });
    let mut options = json!({ "model": "first", "fallbacks": [{ "model": "second" }], "aggregate": false });
    options["concurrency"] = json!(16);
    options["timeoutMs"] = json!(1_000);
    let result = call(&world, "parallelProcess", tasks(count), options).resolved();
    (world, result)
}

#[test]
fn calls_at_a_fallback_do_not_wait_for_a_first_model_that_hangs() {
    let (_, result) = once_the_first_hangs(true, 1_000);
    assert_eq!(result.metadata.completed_tasks, 1_000);
    let took_ms = result.metadata.processing_time_ms;
    assert!(took_ms < 12_000.0, "{took_ms} ms");
}

#[test]
fn where_all_models_go_down_for_good_calls_do_not_go_to_and_fro_for_ever() {
    let (world, result) = once_the_first_hangs(false, 400);
    assert!(result.metadata.failed_tasks > 100, "{} failed", result.metadata.failed_tasks);
    let (took_ms, asked) = (result.metadata.processing_time_ms, world.log().len());
    assert!(took_ms < 60_000.0 && asked < 2_000, "{took_ms} ms, {asked} requests");
}

/// The first model never answers, and the last one does not for three seconds.
#[test]
fn calls_outlast_an_outage_of_the_last_model_there_is() {
    let world = Simulation::new(1, move |request: &Request, now| match model_of(request).as_str() {
        "second" if !(1_000.0..4_000.0).contains(&now) => Reply::new(200, 100.0, completion("yes", 10, 5)),
        _ => Reply::new(503, 10.0, "{}"),
    });
    let mut options = json!({ "model": "first", "fallbacks": [{ "model": "second" }], "aggregate": false });
    options["concurrency"] = json!(16);
    let result = call(&world, "parallelProcess", tasks(1_000), options).resolved();
    assert_eq!(result.metadata.completed_tasks, 1_000);
    // 6.25 s at 16 calls at once, and the outage.
    assert!(result.metadata.processing_time_ms < 15_000.0, "{} ms", result.metadata.processing_time_ms);
}

#[test]
fn a_model_that_stays_limited_past_the_deadline_is_replaced_at_once() {
    let world = server(&[("first", 429), ("second", 200)]);
    let mut options = options(json!([{ "model": "second" }]));
    options["deadlineMs"] = json!(30_000);
    let result = call(&world, "parallelProcess", tasks(1), options).resolved();
    assert_eq!(result.results[0].metadata.model.as_deref(), Some("second"));
    assert!(result.metadata.processing_time_ms < 100.0, "{}", result.metadata.processing_time_ms);
}

#[test]
fn every_task_finds_its_own_way_and_all_of_it_is_in_the_account() {
    let world = server(&[("first", 401), ("second", 200)]);
    let result =
        call(&world, "parallelProcess", tasks(50), options(json!([{ "model": "second" }]))).resolved();
    assert_eq!(result.metadata.completed_tasks, 50);
    assert_eq!(result.metadata.attempts, 100);
    assert_eq!(result.metadata.total_tokens, 50 * 15, "a refused request costs nothing");
    assert!(result.results.iter().all(|result| result.metadata.model.as_deref() == Some("second")));
}

#[test]
fn when_nobody_answers_the_last_failure_counts() {
    let world = server(&[("first", 500), ("second", 403)]);
    let failure =
        call(&world, "parallelProcess", tasks(1), options(json!([{ "model": "second" }]))).rejected();
    assert_eq!(failure.failure.code, Code::RunFailed);
    let error = failure.results[0].error.as_ref().unwrap();
    assert_eq!((error.code, error.status), (Code::ApiError, Some(403)));
}

#[test]
fn a_budget_that_is_spent_is_not_spent_elsewhere() {
    let world = server(&[("first", 200), ("second", 200)]);
    let mut options = options(json!([{ "model": "second" }]));
    options["budget"] = json!({ "tokens": 1 });
    let failure = call(&world, "parallelProcess", tasks(1), options).rejected();
    assert_eq!(failure.results[0].error.as_ref().unwrap().code, Code::BudgetExceeded);
    assert!(asked(&world).is_empty());
}
