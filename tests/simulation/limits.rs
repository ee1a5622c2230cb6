//! What the server's and the caller's limits allow, and how refusals of a server are handled.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};
use parallelization_agent::report::RunResult;

use crate::world::{call, completion, steady};

fn tasks(count: usize) -> Value {
    (0..count).map(|index| json!({ "id": format!("t{index}"), "content": "x" })).collect()
}

#[test]
fn a_refusal_for_the_rate_pauses_every_branch() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        let refusal = Reply::new(429, 50.0, "{}").header("retry-after", "30");
        if count == 1 { refusal } else { Reply::new(200, 100.0, completion("text", 1, 1)) }
    });
    let options = json!({ "aggregate": false, "concurrency": 2 });
    call(&world, "parallelProcess", json!(["x", tasks(10)]), options).resolved();
    assert!(world.log()[2..].iter().all(|exchange| exchange.sent_at_ms >= 30_050.0));
}

#[test]
fn two_hundred_calls_against_a_server_that_takes_sixty_a_minute_are_all_answered() {
    for (requests_per_minute, most_refused) in [(json!(60), 0), (Value::Null, 60)] {
        let mut taken: Vec<f64> = Vec::new();
        let world = Simulation::new(1, move |_: &Request, now| {
            taken.retain(|at| at + 60_000.0 > now);
            if taken.len() >= 60 {
                let wait = taken[0] + 60_000.0 - now;
                return Reply::new(429, 20.0, "{}").header("retry-after-ms", format!("{wait}"));
            }
            taken.push(now);
            Reply::new(200, 200.0, completion("text", 10, 5))
        });
        let mut options = json!({ "aggregate": false, "concurrency": 32 });
        if !requests_per_minute.is_null() {
            options["requestsPerMinute"] = requests_per_minute;
        }
        let result = call(&world, "parallelProcess", json!(["x", tasks(200)]), options).resolved();
        assert_eq!(result.metadata.completed_tasks, 200);
        assert!(result.metadata.processing_time_ms < 250_000.0, "{}", result.metadata.processing_time_ms);
        let refused = world.log().iter().filter(|exchange| exchange.reply.status == Some(429)).count();
        assert!(refused <= most_refused * 4, "{refused} refused");
    }
}

/// The places of a busy minute are free again one by one, a few milliseconds apart, and everybody
/// is told of the next.
#[test]
fn calls_that_are_told_of_the_same_place_do_not_use_up_their_retries_on_it() {
    let mut taken: Vec<f64> = Vec::new();
    let world = Simulation::new(1, move |_: &Request, now| {
        taken.retain(|at| at + 60_000.0 > now);
        if taken.len() >= 300 {
            let wait = taken[0] + 60_000.0 - now;
            return Reply::new(429, 1.0, "{}").header("retry-after-ms", format!("{}", wait.ceil()));
        }
        taken.push(now + taken.len() as f64);
        Reply::new(200, 50.0, completion("text", 10, 5))
    });
    let options = json!({ "aggregate": false, "concurrency": 64 });
    let result = call(&world, "parallelProcess", json!(["x", tasks(600)]), options).resolved();
    assert_eq!(result.metadata.completed_tasks, 600);
    assert!(result.metadata.processing_time_ms < 75_000.0, "{}", result.metadata.processing_time_ms);
}

#[test]
fn automatic_concurrency_settles_near_what_the_server_takes() {
    let mut open: Vec<f64> = Vec::new();
    let world = Simulation::new(1, move |_: &Request, now| {
        open.retain(|end| *end > now);
        if open.len() >= 40 {
            return Reply::new(529, 10.0, "{}");
        }
        open.push(now + 1_000.0);
        Reply::new(200, 1_000.0, completion("text", 10, 5))
    });
    let options = json!({ "aggregate": false, "maxRetries": 50 });
    let result = call(&world, "parallelProcess", json!(["x", tasks(2_000)]), options).resolved();
    assert_eq!(result.metadata.completed_tasks, 2_000);
    let ideal = 2_000.0 / 40.0 * 1_000.0;
    assert!(result.metadata.processing_time_ms < ideal * 2.0, "{}", result.metadata.processing_time_ms);
    assert!(f64::from(result.metadata.retries) < 200.0, "{}", result.metadata.retries);
}

/// A page has six connections to a host over HTTP/1.1. Here each call takes as long as it may.
#[test]
fn a_call_that_waits_for_a_connection_is_not_under_way_and_its_time_does_not_run() {
    let model = |index| format!("m{}", index % 3);
    let tasks: Value = (0..30)
        .map(|index| json!({ "id": format!("t{index}"), "content": "x", "model": model(index) }))
        .collect();
    for concurrency in [json!("auto"), json!(64)] {
        let world = Simulation::new(1, |_: &Request, _| Reply::new(200, 100.0, completion("1", 10, 5)));
        world.set_connections(6);
        let options =
            json!({ "aggregate": false, "concurrency": concurrency, "timeoutMs": 150, "maxRetries": 0 });
        let result = call(&world, "parallelProcess", json!(["x", tasks]), options).resolved();
        assert_eq!(result.metadata.completed_tasks, 30);
        assert_eq!(result.metadata.max_concurrency, 6);
        let sent: Vec<f64> = world.log().iter().map(|exchange| exchange.sent_at_ms).collect();
        let at_once = |at: f64| sent.iter().filter(|&&sent| sent <= at && at < sent + 100.0).count();
        assert_eq!(sent.iter().map(|&at| at_once(at)).max(), Some(6), "over all models of the host");
        assert!(result.metadata.processing_time_ms < 600.0, "{}", result.metadata.processing_time_ms);
    }
}

#[test]
fn headers_that_say_that_nothing_is_left_hold_calls_back_until_the_reset() {
    let world = Simulation::new(1, |_: &Request, now| {
        let left = if now < 20_000.0 { "0" } else { "60" };
        Reply::new(200, 100.0, completion("text", 1, 1))
            .header("x-ratelimit-limit-requests", "60")
            .header("x-ratelimit-remaining-requests", left)
            .header("x-ratelimit-reset-requests", "20s")
    });
    let options = json!({ "aggregate": false, "concurrency": 1 });
    call(&world, "parallelProcess", json!(["x", tasks(3)]), options).resolved();
    let sent: Vec<f64> = world.log().iter().map(|exchange| exchange.sent_at_ms.round()).collect();
    assert_eq!(sent, [0.0, 20_100.0, 20_200.0]);
}

#[test]
fn a_hundred_thousand_tasks_are_no_trouble() {
    let world = Simulation::new(1, steady(100.0));
    let options = json!({ "aggregate": false, "concurrency": 100 });
    let inputs: Vec<String> = (0..100_000).map(|index| index.to_string()).collect();
    let result = call(&world, "batch", json!([inputs]), options);
    assert_eq!(result.resolved().metadata.completed_tasks, 100_000);
}

/// A batch in which one input is refused for the rate so often while the others get through.
fn refused_beside_others(times: usize) -> RunResult {
    let mut refused = 0;
    let world = Simulation::new(1, move |request: &Request, _| {
        if request.body.contains("unlucky") && refused < times {
            refused += 1;
            return Reply::new(429, 20.0, "{}").header("retry-after-ms", "50");
        }
        Reply::new(200, 5.0, completion("text", 1, 1))
    });
    let inputs: Vec<&str> = std::iter::once("unlucky").chain(std::iter::repeat_n("x", 500)).collect();
    let options = json!({ "concurrency": 2, "maxRetries": 1 });
    call(&world, "batch", json!([inputs]), options).resolved()
}

#[test]
fn standing_in_line_while_others_get_through_is_no_retry_but_does_not_go_on_for_ever() {
    assert_eq!(refused_beside_others(10).metadata.completed_tasks, 501);
    let given_up = refused_beside_others(usize::MAX);
    assert_eq!(given_up.metadata.failed_tasks, 1);
    assert_eq!(given_up.results[0].metadata.attempts, 130);
}
