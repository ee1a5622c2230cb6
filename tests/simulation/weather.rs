//! A limit and failures by chance together: each hides the other.

use parallelization_agent::json::json;

use crate::limited_server::{Faults, HINTS, Hint, Limit, Server};
use crate::witnesses::{plain, run};

const CALLS: usize = 1_000;
const SEEDS: u64 = 3;
/// A fifth of all calls comes to nothing.
const STORM: Faults = Faults { overloaded: 0.08, lost: 0.05, cut: 0.08, ..Faults::NONE };

fn times(seconds: impl Fn(u64) -> f64) -> Vec<f64> {
    let mut times: Vec<f64> = (1..=SEEDS).map(seconds).collect();
    times.sort_by(f64::total_cmp);
    times
}

/// Ours and a plain client's seconds, in the median of the seeds. The plain client is the better of
/// two, and asks again whatever it was told.
fn compared(hint: Hint, latency_ms: f64, faults: Faults) -> [f64; 2] {
    let limit = Limit::Bucket { holds: 5.0, per_second: 50.0 };
    let server = |seed| {
        let server = Server::seeded(limit, hint, latency_ms, seed);
        server.borrow_mut().faults = faults;
        server
    };
    let ours = times(|seed| {
        let server = server(seed);
        let outcome = run(&Server::world(&server, seed), 1, CALLS, &json!({ "maxRetries": 8 }));
        assert_eq!(outcome.lost, 0, "{hint:?}, {latency_ms} ms, seed {seed}");
        outcome.ms / 1_000.0
    });
    let plain =
        [8, 64].map(|at_once| times(|seed| plain(&Server::world(&server(seed), seed), at_once, CALLS)));
    let best_ms = plain.iter().map(|times| times[times.len() / 2]).fold(f64::INFINITY, f64::min);
    println!("{hint:?}, {latency_ms} ms, {faults:?}: {ours:.1?} s, and {:.1} s", best_ms / 1_000.0);
    [ours[ours.len() / 2], best_ms / 1_000.0]
}

#[test]
fn a_limit_of_a_second_is_found_and_used_whatever_fails_beside_it() {
    for (latency_ms, hint) in [100.0, 1_000.0].into_iter().flat_map(|ms| HINTS.map(|hint| (ms, hint))) {
        for faults in [Faults::NONE, STORM] {
            let [ours, plain] = compared(hint, latency_ms, faults);
            assert!(
                ours <= plain * 2.0,
                "{hint:?}, {latency_ms} ms, {faults:?}: {ours} s, and {plain} s of a plain client"
            );
        }
    }
}
