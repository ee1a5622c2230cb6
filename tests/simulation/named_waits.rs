//! For whom a wait holds that a refused call names: for all, unless others get through meanwhile.

use std::ops::Range;

use parallelization_agent::json::json;
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::limited_server::{Hint, Limit, Server};
use crate::witnesses::run;
use crate::world::completion;

/// When the server refuses all calls, and names when that is over.
const CLOSED_MS: Range<f64> = 2_000.0..5_000.0;
/// A refusal takes so long.
const REFUSAL_MS: f64 = 20.0;

/// A server that refuses a share of all calls by chance, and for some time all of them. It names
/// the wait in whole seconds or exactly.
fn closed_for_a_while(share: f64, is_exact: bool) -> Simulation {
    let mut random = Random::new(3);
    Simulation::new(3, move |_: &Request, now| {
        let is_closed = CLOSED_MS.contains(&now);
        if is_closed || random.unit() < share {
            let wait_ms = if is_closed { CLOSED_MS.end - now } else { 200.0 };
            let (name, wait) = match is_exact {
                true => ("retry-after-ms", wait_ms.ceil()),
                false => ("retry-after", (wait_ms / 1_000.0).ceil()),
            };
            return Reply::new(429, REFUSAL_MS, "{}").header(name, format!("{wait}"));
        }
        Reply::new(200, 50.0 + 100.0 * random.unit(), completion("text", 1, 1))
    })
}

#[test]
fn a_server_that_means_all_calls_sees_a_few_more_at_the_most_before_the_wait_is_over() {
    for (share, most) in [(0.0, 0), (0.05, 4), (0.3, 9)] {
        for is_exact in [true, false] {
            let world = closed_for_a_while(share, is_exact);
            let outcome = run(&world, 1, 3_000, &json!({ "concurrency": 64 }));
            assert_eq!(outcome.lost, 0);
            let log = world.log();
            // By then the first refusal has come: two calls in three milliseconds are sent.
            let heard_ms = CLOSED_MS.start + REFUSAL_MS + 3.0;
            let sent = log.iter().filter(|exchange| (heard_ms..CLOSED_MS.end).contains(&exchange.sent_at_ms));
            let sent = sent.count();
            assert!(log.len() > 3_000 && sent <= most, "{share}, exact: {is_exact}: {sent} were sent");
        }
    }
}

/// Of how many times the time without refusals the calls take, in the median of some seeds.
fn times_as_long(share: f64, hint: Hint, latency_ms: f64) -> f64 {
    let took_ms = |share, seed| {
        let server = Server::seeded(Limit::Chance(share), hint, latency_ms, seed);
        run(&Server::world(&server, seed), 1, 3_000, &json!({})).ms
    };
    let mut ratios: Vec<f64> = (1..=9).map(|seed| took_ms(share, seed) / took_ms(0.0, seed)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios[4]
}

/// Nearly all of what is left is the waits of the last calls.
#[test]
fn waits_that_refusals_by_chance_name_hold_few_other_calls_back() {
    for (share, hint, latency_ms, most) in [
        (0.01, Hint::Exact, 100.0, 1.2),
        (0.01, Hint::Vague, 100.0, 1.7),
        (0.05, Hint::Vague, 1_000.0, 1.3),
        (0.12, Hint::Vague, 1_000.0, 1.4),
        (0.12, Hint::Exact, 1_000.0, 1.2),
    ] {
        let times = times_as_long(share, hint, latency_ms);
        assert!(times <= most, "{share}, {hint:?}, {latency_ms} ms: {times}");
    }
}

/// It says a second, and has room again at once.
#[test]
fn a_server_with_so_many_slots_that_names_long_waits_is_used_well() {
    let server = Server::new(Limit::AtOnce(10), Hint::Vague, 50.0);
    let outcome = run(&Server::world(&server, 1), 1, 3_000, &json!({}));
    let server = server.borrow();
    assert!(15_000.0 / outcome.ms >= 0.75, "{} ms", outcome.ms);
    assert!(server.refused * 20 <= server.asked, "{} of {}", server.refused, server.asked);
}
