//! Servers with limits of every kind: no call is lost, few are refused, and little time is. Beside
//! them, as a reference, a plain client: so many at a time, each tried again by itself.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::join_all;
use parallelization_agent::api::agent_options::AgentOptions;
use parallelization_agent::api::input::Input;
use parallelization_agent::api::request::Request as Job;
use parallelization_agent::api::start::start;
use parallelization_agent::engine::agent::Agent;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::sim::Simulation;
use parallelization_agent::platform::{Platform, Request};

use crate::limited_server::{HINTS, Hint, Limit, Server};

/// What several agents came to that had a number of calls each.
#[derive(Debug)]
pub struct Outcome {
    pub lost: usize,
    pub ms: f64,
    /// When the first agent was done.
    pub first_ms: f64,
}

/// Runs a batch in each of so many agents of one process.
pub fn run(world: &Simulation, agents: usize, calls: usize, options: &Value) -> Outcome {
    world.set_variable("OPENAI_API_KEY", "sk-canary-0123456789");
    let inputs: Vec<String> = (0..calls).map(|index| index.to_string()).collect();
    let options = AgentOptions::read(Input::from(options.clone()));
    let Input::List(arguments) = Input::from(json!([inputs])) else { panic!("a list") };
    let started = world.exact_ms();
    let runs = (0..agents).map(|_| {
        let none = |_| panic!("no functions");
        let request =
            Job { strategy: "batch", arguments: &arguments, agent: &options, options: None, function: &none };
        let agent = Agent::new(Rc::new(world.clone()), options.limits.clone(), None);
        start(&agent, request, "run", "thread").expect("it is right").1
    });
    let outcomes = world.run(join_all(runs)).expect("it comes to an end");
    let ends = outcomes.iter().map(|outcome| match outcome {
        Ok(result) => &result.metadata,
        Err(failure) => &failure.metadata,
    });
    let completed: usize = ends.clone().map(|end| end.completed_tasks).sum();
    let first_ms = ends.map(|end| end.processing_time_ms).fold(f64::INFINITY, f64::min);
    Outcome { lost: agents * calls - completed, ms: world.exact_ms() - started, first_ms }
}

/// A plain client: so many at a time, each tried again by itself after 0.5 s, 1 s, 2 s … 8 s, for
/// as long as it takes.
pub fn plain(world: &Simulation, at_once: usize, calls: usize) -> f64 {
    let left = RefCell::new(calls);
    let started = world.exact_ms();
    let lane = || async {
        loop {
            {
                let mut left = left.borrow_mut();
                if *left == 0 {
                    return;
                }
                *left -= 1;
            }
            let mut wait = 500.0_f64;
            loop {
                if let Ok(mut response) = world.fetch(Request::default()).await {
                    let status = response.status();
                    if response.text(usize::MAX).await.is_ok() && status == 200 {
                        break;
                    }
                }
                world.sleep(wait * (0.5 + world.random() / 2.0)).await;
                wait = (wait * 2.0).min(8_000.0);
            }
        }
    };
    world.run(join_all((0..at_once).map(|_| lane()))).expect("it comes to an end");
    world.exact_ms() - started
}

/// A client that knows that refusals come by chance: a refused call is sent again as soon as the
/// server allows, and holds no other back. No client that obeys the waits is faster.
pub fn obedient(world: &Simulation, at_once: usize, calls: usize) -> f64 {
    let left = RefCell::new(calls);
    let refused = RefCell::new(Vec::new());
    let started = world.exact_ms();
    // The wait before the next call, if there is one.
    let next = || {
        let (mut left, mut refused) = (left.borrow_mut(), refused.borrow_mut());
        let first = (0..refused.len()).min_by(|&a, &b| f64::total_cmp(&refused[a], &refused[b]));
        let wait = |index: usize, refused: &[f64]| (refused[index] - world.exact_ms()).max(0.0);
        let due = first.filter(|&index| *left == 0 || wait(index, &refused) == 0.0);
        match due {
            Some(index) => {
                let wait = wait(index, &refused);
                refused.swap_remove(index);
                Some(wait)
            }
            None => (*left > 0).then(|| {
                *left -= 1;
                0.0
            }),
        }
    };
    let lane = || async {
        while let Some(wait) = next() {
            world.sleep(wait).await;
            let mut response = world.fetch(Request::default()).await.expect("none breaks");
            let number = |name| response.header(name).and_then(|text| text.parse::<f64>().ok());
            let named = number("retry-after-ms").or_else(|| Some(number("retry-after")? * 1_000.0));
            let is_refused = response.status() != 200;
            response.text(usize::MAX).await.expect("none breaks");
            if is_refused {
                refused.borrow_mut().push(world.exact_ms() + named.unwrap_or_default());
            }
        }
    };
    world.run(join_all((0..at_once).map(|_| lane()))).expect("it comes to an end");
    world.exact_ms() - started
}

/// What one server did with the calls of so many agents together; prints it as a row of a table.
pub fn row(limit: Limit, hint: Hint, agents: usize, calls: usize, options: &Value) -> Outcome {
    let latency_ms = if matches!(limit, Limit::Outage { .. }) { 50.0 } else { 1_000.0 };
    let server = Server::new(limit, hint, latency_ms);
    let outcome = run(&Server::world(&server, 1), agents, calls / agents, options);
    let server = server.borrow();
    println!(
        "{:42} {:6} {agents} agents {options:22} lost {:3}, refused {:4} of {:4}, {:6.1} s",
        format!("{limit:?}"),
        format!("{hint:?}"),
        outcome.lost,
        server.refused,
        server.asked,
        outcome.ms / 1000.0
    );
    assert_eq!(outcome.lost, 0, "{limit:?} {hint:?} {agents} agents {options}");
    outcome
}

/// In each row, calls for about five minutes of the limit.
#[test]
fn nothing_is_lost_to_a_limit_whatever_its_kind_and_whatever_it_says() {
    for per_second in [0.5, 5.0] {
        let minute = per_second * 60.0;
        let bucket = |holds| Limit::Bucket { holds, per_second };
        let windows =
            [Limit::Sliding(minute as usize), Limit::Fixed(minute as usize), Limit::Tokens(minute * 1000.0)];
        let limits = [bucket(1.0), bucket(per_second * 10.0)].into_iter().chain(windows);
        for (limit, hint) in limits.flat_map(|limit| HINTS.map(|hint| (limit, hint))) {
            for (agents, concurrency) in [(1, json!(64)), (1, json!("auto")), (4, json!("auto"))] {
                let calls = (per_second * 300.0) as usize / agents * agents;
                row(limit, hint, agents, calls, &json!({ "concurrency": concurrency }));
            }
        }
    }
}

#[test]
fn a_server_with_so_many_slots_is_used_well() {
    for (at_once, hint) in [4, 40].into_iter().flat_map(|at_once| HINTS.map(|hint| (at_once, hint))) {
        let outcome = row(Limit::AtOnce(at_once), hint, 1, at_once * 100, &json!({}));
        assert!(100_000.0 / outcome.ms >= 0.75, "{at_once} {hint:?}: {} ms", outcome.ms);
    }
}

#[test]
fn refusals_by_chance_cost_little_more_than_the_calls_that_they_hit() {
    let without = row(Limit::Chance(0.0), Hint::None, 1, 5_000, &json!({})).ms;
    for (share, hint) in [0.12, 0.3].into_iter().map(|share| (share, Hint::None)) {
        let with = row(Limit::Chance(share), hint, 1, 5_000, &json!({})).ms;
        assert!(without / with >= 0.8, "{share} {hint:?}: {with} ms, and {without} ms without");
    }
}

/// Then a wait of half a second is long.
#[test]
fn refusals_by_chance_cost_little_more_where_answers_come_soon() {
    let took_ms = |share, seed| took(Limit::Chance(share), Hint::None, 100.0, 5_000, seed).ms;
    let without = took_ms(0.0, 1);
    let mut shares: Vec<f64> = (1..=5).map(|seed| without / took_ms(0.12, seed)).collect();
    shares.sort_by(f64::total_cmp);
    assert!(shares[2] >= 0.85, "{shares:?}");
}

/// Whichever calls they hit: here the server's chance has many seeds, where the test above has one.
#[test]
fn refusals_by_chance_slow_no_run_down_for_good() {
    for (latency_ms, calls) in [(100.0, 500), (1_000.0, 200)] {
        let took_ms = |share, seed| took(Limit::Chance(share), Hint::None, latency_ms, calls, seed).ms;
        let without = took_ms(0.0, 1);
        for share in [0.05, 0.12, 0.3] {
            let mut times: Vec<f64> = (1..=24).map(|seed| took_ms(share, seed) / without).collect();
            times.sort_by(f64::total_cmp);
            let (median, longest) = (times[12], times[23]);
            assert!(median <= 1.6 && longest <= 3.5, "{share} of {calls} calls: {times:?}");
        }
    }
}

#[test]
fn refusals_by_chance_slow_no_run_down_that_makes_one_call_after_the_other() {
    for share in [0.09, 0.2] {
        let took_ms = |share, seed| {
            let server = Server::seeded(Limit::Chance(share), Hint::None, 1_000.0, seed);
            run(&Server::world(&server, seed), 1, 300, &json!({ "concurrency": 1 })).ms
        };
        let without = took_ms(0.0, 1);
        let mut times: Vec<f64> = (1..=24).map(|seed| took_ms(share, seed) / without).collect();
        times.sort_by(f64::total_cmp);
        assert!(times[12] <= 1.3 && times[23] <= 2.5, "{share}: {times:?}");
    }
}

#[test]
fn a_window_that_is_used_up_is_found_open_again_with_few_calls_and_they_are_spread_over_the_next() {
    for limit in [Limit::Sliding(600), Limit::Fixed(600)] {
        let server = Server::new(limit, Hint::None, 1_000.0);
        let outcome = run(&Server::world(&server, 1), 1, 3_000, &json!({}));
        let server = server.borrow();
        // Five minutes, and a little until it is known that a minute is over.
        assert_eq!(outcome.lost, 0);
        assert!(outcome.ms <= 315_000.0, "{limit:?}: {} ms", outcome.ms);
        assert!(server.refused * 25 <= server.asked, "{limit:?}: {} of {}", server.refused, server.asked);
    }
}

/// A batch in one agent, where the server's chance and ours have this seed.
fn took(limit: Limit, hint: Hint, latency_ms: f64, calls: usize, seed: u64) -> Outcome {
    let server = Server::seeded(limit, hint, latency_ms, seed);
    run(&Server::world(&server, seed), 1, calls, &json!({}))
}
