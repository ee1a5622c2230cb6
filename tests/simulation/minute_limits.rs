//! A limit of calls or tokens a minute, where the server says nothing of when to come back: few
//! calls are refused, since each minute that ends early costs some, and the limit is used well.

use parallelization_agent::json::json;

use crate::limited_server::{Hint, Limit, Server};
use crate::witnesses::run;

struct Outcome {
    /// Of what the limit lets through in the time that it took.
    used: f64,
    refused: f64,
}

/// Of ten minutes.
fn outcome(limit: Limit, a_minute: f64, latency_ms: f64, hint: Hint, seed: u64) -> Outcome {
    outcome_of(10, limit, a_minute, latency_ms, hint, seed)
}

fn outcome_of(
    minutes: usize,
    limit: Limit,
    a_minute: f64,
    latency_ms: f64,
    hint: Hint,
    seed: u64,
) -> Outcome {
    let server = Server::seeded(limit, hint, latency_ms, seed);
    let calls = a_minute as usize * minutes;
    let ours = run(&Server::world(&server, seed), 1, calls, &json!({}));
    assert_eq!(ours.lost, 0);
    let server = server.borrow();
    let used = calls as f64 / (a_minute * ours.ms / 60_000.0);
    let outcome = Outcome { used, refused: server.refused as f64 / server.asked as f64 };
    println!("{limit:?} {hint:?} {seed}: {used:.2}, refused {:.3}", outcome.refused);
    outcome
}

#[test]
fn where_no_wait_is_named_it_is_found_out_with_few_refusals() {
    for (limit, a_minute, latency_ms, most_refused) in [
        // Of 600 calls, the start and the first two minutes cost fifty to sixty.
        (Limit::Sliding(60), 60.0, 1_000.0, 0.1),
        (Limit::Fixed(60), 60.0, 1_000.0, 0.11),
        (Limit::Sliding(600), 600.0, 1_000.0, 0.05),
        (Limit::Fixed(600), 600.0, 1_000.0, 0.05),
        (Limit::Sliding(300), 300.0, 50.0, 0.1),
        (Limit::Tokens(300_000.0), 300.0, 1_000.0, 0.1),
    ] {
        for seed in 1..=5 {
            let Outcome { used, refused } = outcome(limit, a_minute, latency_ms, Hint::None, seed);
            assert!(used >= 0.85 && refused <= most_refused, "{limit:?}, seed {seed}: {used}, {refused}");
        }
    }
}

#[test]
fn where_waits_are_named_the_next_minute_does_not_end_in_a_flood() {
    for (limit, a_minute, latency_ms) in [
        (Limit::Sliding(300), 300.0, 50.0),
        (Limit::Fixed(300), 300.0, 50.0),
        (Limit::Tokens(300_000.0), 300.0, 1_000.0),
    ] {
        for (hint, seed) in [(Hint::Exact, 1), (Hint::Exact, 2), (Hint::Vague, 1), (Hint::Vague, 2)] {
            let Outcome { used, refused } = outcome(limit, a_minute, latency_ms, hint, seed);
            assert!(used >= 0.9 && refused <= 0.08, "{limit:?}, seed {seed}: {used}, {refused}");
        }
    }
}

/// Calls that went together in one minute may go together in the next. Such a burst loses some of
/// them each time, and after ten minutes it is gone.
#[test]
fn no_more_is_refused_in_a_run_of_twenty_minutes() {
    for (limit, a_minute, latency_ms) in [
        (Limit::Sliding(600), 600.0, 1_000.0),
        (Limit::Sliding(600), 600.0, 5_000.0),
        (Limit::Tokens(300_000.0), 300.0, 1_000.0),
    ] {
        for seed in 1..=3 {
            let Outcome { used, refused } = outcome_of(20, limit, a_minute, latency_ms, Hint::Exact, seed);
            assert!(used >= 0.85 && refused <= 0.05, "{limit:?}, seed {seed}: {used}, {refused}");
        }
    }
}

/// One call in 20 s, three at once or not, and five a minute. Until it is known, each wait is named
/// to all the calls under way.
#[test]
fn a_few_calls_a_minute_are_not_asked_for_again_and_again_where_waits_are_named() {
    let bucket = |holds| Limit::Bucket { holds, per_second: 0.05 };
    for (limit, a_minute, most_refused) in [
        (bucket(1.0), 3.0, 0.35),
        (bucket(3.0), 3.0, 0.35),
        (Limit::Sliding(5), 5.0, 0.15),
        (Limit::Fixed(5), 5.0, 0.15),
    ] {
        for (hint, seed) in [(Hint::Exact, 1), (Hint::Exact, 2), (Hint::Vague, 1), (Hint::Vague, 2)] {
            let Outcome { used, refused } = outcome_of(20, limit, a_minute, 1_000.0, hint, seed);
            assert!(used >= 0.85 && refused <= most_refused, "{limit:?}, seed {seed}: {used}, {refused}");
        }
    }
}
