//! Servers of which a share of all calls comes to nothing, in every way at once: with the default
//! options no call is lost to that. A call that always fails is given up soon.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};
use parallelization_agent::report::{Status, TaskResult};

use crate::limited_server::{Faults, HINTS, Hint, Limit, Server};
use crate::witnesses::{plain, run};
use crate::world::{call, completion, said};

/// Three calls in ten come to nothing.
const MIXED: Faults =
    Faults { refused: 0.08, overloaded: 0.05, failed: 0.05, lost: 0.05, cut: 0.05, silent: 0.02 };

fn server(hint: Hint, latency_ms: f64, faults: Faults, seed: u64) -> Simulation {
    let server = Server::seeded(Limit::Chance(0.0), hint, latency_ms, seed);
    server.borrow_mut().faults = faults;
    Server::world(&server, seed)
}

#[test]
fn no_call_is_lost_where_three_in_ten_come_to_nothing() {
    for (hint, latency_ms) in HINTS.into_iter().flat_map(|hint| [(hint, 50.0), (hint, 1_000.0)]) {
        let options = json!({ "timeoutMs": latency_ms * 20.0, "concurrency": 64 });
        let lost = |seed| run(&server(hint, latency_ms, MIXED, seed), 1, 500, &options).lost;
        let lost: Vec<(u64, usize)> =
            (1..=20).map(|seed| (seed, lost(seed))).filter(|(_, lost)| *lost > 0).collect();
        assert!(lost.is_empty(), "{hint:?}, {latency_ms} ms, (seed, lost): {lost:?}");
    }
}

/// The plain client asks again whatever it was told, until it has its answer.
#[test]
fn that_takes_no_longer_than_a_plain_client_takes() {
    let faults = Faults { silent: 0.0, ..MIXED };
    for (hint, latency_ms) in HINTS.into_iter().flat_map(|hint| [(hint, 50.0), (hint, 1_000.0)]) {
        let world = |seed| server(hint, latency_ms, faults, seed);
        let mut ratios: Vec<f64> = (1..=15)
            .map(|seed| {
                let ours = run(&world(seed), 1, 500, &json!({ "concurrency": 64 }));
                assert_eq!(ours.lost, 0, "{hint:?}, {latency_ms} ms, seed {seed}");
                ours.ms / plain(&world(seed), 64, 500)
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        println!("{hint:?}, {latency_ms} ms: {ratios:.2?}");
        assert!(ratios[7] <= 1.3, "{hint:?}, {latency_ms} ms: {ratios:?}");
    }
}

/// Asks a hundred questions, of which one is never answered. Gives its result.
fn of_the_bad_one(faults: Faults, options: &Value) -> (TaskResult, f64) {
    let server = Server::new(Limit::Chance(0.0), Hint::None, 100.0);
    server.borrow_mut().faults = faults;
    let world = Simulation::new(3, move |request: &Request, now| {
        let reply = server.borrow_mut().reply(now);
        if said(request).contains("the bad one") { Reply::new(500, 50.0, "{}") } else { reply }
    });
    let mut questions = vec!["a good one"; 100];
    questions[30] = "the bad one";
    let result = call(&world, "batch", json!([questions]), options.clone()).resolved();
    let failed = result.results.into_iter().filter(|result| result.status == Status::Failed);
    let [bad] = <[TaskResult; 1]>::try_from(failed.collect::<Vec<_>>()).expect("one fails");
    (bad, world.exact_ms())
}

#[test]
fn a_call_that_always_fails_is_given_up_after_two_retries_where_others_do_not_fail() {
    let (bad, took_ms) = of_the_bad_one(Faults::NONE, &json!({}));
    assert_eq!(bad.metadata.attempts, 3);
    assert!(took_ms < 3_000.0, "{took_ms} ms");
}

#[test]
fn a_call_that_always_fails_is_given_up_where_others_fail_too_after_more_tries() {
    let (bad, took_ms) = of_the_bad_one(Faults { silent: 0.0, ..MIXED }, &json!({}));
    assert!((5..=12).contains(&bad.metadata.attempts), "{}", bad.metadata.attempts);
    assert!(took_ms < 20_000.0, "{took_ms} ms");
}

#[test]
fn a_number_of_retries_that_the_caller_names_holds_whatever_others_meet() {
    let world = server(Hint::None, 50.0, Faults { failed: 0.5, ..Faults::NONE }, 1);
    let inputs = vec!["x"; 300];
    let result = call(&world, "batch", json!([inputs]), json!({ "maxRetries": 2 })).resolved();
    assert!(result.results.iter().all(|result| result.metadata.attempts <= 3));
    assert!(result.results.iter().any(|result| result.status == Status::Failed));
}

/// What it answers some calls makes it no outage; then it answers none.
#[test]
fn a_server_that_answers_no_more_is_given_up() {
    let mut asked = 0;
    let mut random = Random::new(5);
    let world = Simulation::new(5, move |_: &Request, _| {
        asked += 1;
        let fails = asked > 100 || random.unit() < 0.4;
        let (status, body) = if fails { (500, "{}".into()) } else { (200, completion("text", 1, 1)) };
        Reply::new(status, 100.0, body)
    });
    let result = call(&world, "batch", json!([vec!["x"; 300]]), json!({})).resolved();
    assert!(result.metadata.failed_tasks > 200);
    assert!(world.exact_ms() < 150_000.0, "{} ms", world.exact_ms());
}
