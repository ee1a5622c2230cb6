//! `'auto'` where calls are short and the server takes so many at once: it finds that number, and
//! no pause that was made for calls of seconds leaves the places empty.

use parallelization_agent::json::json;

use crate::limited_server::{Hint, Limit, Server};
use crate::witnesses::{plain, run};

/// Answers take from 15 to 45 ms, and a refusal takes less than any of them.
const LATENCY_MS: f64 = 30.0;
const REFUSAL_MS: f64 = 3.0;

struct Outcome {
    /// Of the throughput of a client that sends as many at once as the server takes.
    share: f64,
    refused: f64,
}

fn outcome(at_once: usize, calls: usize, hint: Hint, seed: u64) -> Outcome {
    let server = || {
        let server = Server::seeded(Limit::AtOnce(at_once), hint, LATENCY_MS, seed);
        server.borrow_mut().refusal_ms = REFUSAL_MS;
        server
    };
    let best_ms = plain(&Server::world(&server(), seed), at_once, calls);
    let server = server();
    let ours = run(&Server::world(&server, seed), 1, calls, &json!({}));
    assert_eq!(ours.lost, 0);
    let server = server.borrow();
    let outcome = Outcome { share: best_ms / ours.ms, refused: server.refused as f64 / server.asked as f64 };
    println!("{at_once} {hint:?} {seed}: {:.2}, refused {:.3}", outcome.share, outcome.refused);
    outcome
}

#[test]
fn a_limit_of_calls_at_once_is_used_well_and_few_calls_are_refused() {
    for (at_once, calls) in [(4, 1_000), (20, 3_000), (50, 3_000)] {
        for seed in 1..=7 {
            let Outcome { share, refused } = outcome(at_once, calls, Hint::None, seed);
            assert!(share >= 0.9 && refused <= 0.05, "{at_once}, seed {seed}: {share}, {refused}");
        }
    }
}

#[test]
fn a_short_run_does_not_end_with_a_wait_of_half_a_second() {
    for seed in 1..=7 {
        let Outcome { share, .. } = outcome(4, 60, Hint::None, seed);
        assert!(share >= 0.9, "seed {seed}: {share}");
    }
}
