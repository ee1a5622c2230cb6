//! A slow call gets one hedge, and the first answer wins.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call_and_listen, completion};

fn tasks(count: usize) -> Value {
    (0..count).map(|index| json!({ "id": format!("t{index}"), "content": "x" })).collect()
}

/// A server that takes a minute for the requests with these numbers.
fn slow_at(slow: &'static [usize]) -> Simulation {
    let mut count = 0;
    Simulation::new(1, move |_: &Request, _| {
        count += 1;
        let after = if slow.contains(&(count - 1)) { 60_000.0 } else { 100.0 };
        Reply::new(200, after, completion(&format!("answer {}", count - 1), 10, 5))
    })
}

#[test]
fn the_twin_of_a_slow_call_wins_and_the_loser_is_dropped_and_accounted_for() {
    let world = slow_at(&[0]);
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 1_000 } });
    let (outcome, events) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(1)]), options);
    let result = outcome.resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("answer 1"));
    assert_eq!((result.metadata.hedges, result.metadata.attempts, result.metadata.retries), (1, 2, 0));
    assert_eq!(result.metadata.processing_time_ms, 1_100.0);
    assert!(result.results[0].metadata.estimated && result.metadata.prompt_tokens > 10);
    assert!(world.log()[0].aborted);
    assert_eq!(events.iter().filter(|event| event["name"] == "hedge").count(), 1);
}

#[test]
fn a_percentile_is_that_of_the_answers_of_this_run() {
    let world = slow_at(&[3]);
    let options = json!({ "aggregate": false, "hedge": { "percentile": 95 }, "concurrency": 20 });
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(20)]), options);
    let result = outcome.resolved();
    assert_eq!(result.metadata.hedges, 1);
    assert!(result.metadata.processing_time_ms < 500.0);
}

#[test]
fn twins_are_one_in_ten_at_the_most() {
    let world = Simulation::new(1, |_: &Request, _| Reply::new(200, 5_000.0, completion("slow", 10, 5)));
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 100 }, "concurrency": 500 });
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(100)]), options);
    let hedges = outcome.resolved().metadata.hedges;
    assert!((1..=12).contains(&hedges), "{hedges}");
}

#[test]
fn a_twin_gets_the_next_slot_so_that_slow_calls_do_not_hold_theirs_for_long() {
    let run = |options: Value| {
        let world = slow_at(&[0, 20, 40, 60]);
        let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(100)]), options);
        outcome.resolved().metadata
    };
    let options = json!({ "aggregate": false, "concurrency": 4 });
    let mut hedged = options.clone();
    hedged["hedge"] = json!({ "afterMs": 500 });
    let (without, with) = (run(options), run(hedged));
    assert_eq!(with.hedges, 4);
    // 100 calls of 100 ms, 4 at a time, take 2,500 ms.
    assert!(with.processing_time_ms < 4_000.0 && without.processing_time_ms > 60_000.0);
}

#[test]
fn a_twin_takes_no_request_that_a_limit_would_leave_to_another_call() {
    let world = slow_at(&[0]);
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 100 }, "requestsPerMinute": 1 });
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(2)]), options);
    assert_eq!(outcome.resolved().metadata.hedges, 0);
}

#[test]
fn a_call_that_has_the_only_slot_gets_no_twin() {
    let world = slow_at(&[0]);
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 100 }, "concurrency": 1 });
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(2)]), options);
    assert_eq!(outcome.resolved().metadata.hedges, 0);
}

/// A server that answers its requests as told, the last of these again and again.
fn told(replies: Vec<Reply>) -> Simulation {
    let mut count = 0;
    Simulation::new(1, move |_: &Request, _| {
        count += 1;
        replies[(count - 1).min(replies.len() - 1)].clone()
    })
}

fn answer(after_ms: f64) -> Reply {
    Reply::new(200, after_ms, completion("answer", 10, 5))
}

#[test]
fn what_is_refused_to_one_for_good_is_refused_to_both() {
    let world = told(vec![answer(5_000.0), Reply::new(400, 100.0, "{}")]);
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 1_000 } });
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(1)]), options);
    assert_eq!(outcome.rejected().metadata.processing_time_ms, 1_100.0);
    assert!(world.log()[0].aborted);
}

#[test]
fn a_wait_that_is_asked_of_one_holds_for_both() {
    let busy = |after_ms| Reply::new(500, after_ms, "{}");
    let world = told(vec![busy(2_000.0), busy(100.0).header("retry-after", "30"), answer(10.0)]);
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 1_000 } });
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(1)]), options);
    outcome.resolved();
    assert_eq!(world.log()[2].sent_at_ms, 31_100.0);
}

#[test]
fn a_refusal_of_one_for_the_rate_holds_back_other_calls_while_its_twin_runs_on() {
    let limited = Reply::new(429, 100.0, "{}").header("retry-after", "30");
    // `a`, then `b`, then the hedge of `a`, then `c`.
    let world = told(vec![answer(5_000.0), answer(1_500.0), limited, answer(10.0)]);
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 1_000 }, "concurrency": 3 });
    let tasks = json!([
        { "id": "a", "content": "x" },
        { "id": "b", "content": "x" },
        { "id": "c", "content": "x", "dependencies": ["b"] },
    ]);
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks]), options);
    assert_eq!(outcome.resolved().metadata.hedges, 1);
    assert_eq!(world.log()[3].sent_at_ms, 31_100.0);
}

#[test]
fn no_twin_is_sent_at_the_deadline() {
    let world = slow_at(&[0]);
    let options = json!({ "aggregate": false, "hedge": { "afterMs": 1_000 }, "deadlineMs": 1_000 });
    let (outcome, _) = call_and_listen(&world, "parallelProcess", json!(["x", tasks(1)]), options);
    outcome.rejected();
    assert_eq!(world.log().len(), 1);
}
