//! A server with a limit that refuses calls by chance as well, and one whose limit changes: a rate
//! that chance has cut is found again, and one that the limit has cut is kept.

use parallelization_agent::json::json;
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Exchange, Random, Reply, Simulation};

use crate::limited_server::{Faults, HINTS, Hint, Limit, Server};
use crate::witnesses::run;

const TEN_A_SECOND: Limit = Limit::Bucket { holds: 10.0, per_second: 10.0 };

/// How long calls for ten minutes of the limit take, in minutes.
fn minutes(limit: Limit, calls: usize, chance: f64, hint: Hint, seed: u64) -> f64 {
    let server = Server::seeded(limit, hint, 1_000.0, seed);
    server.borrow_mut().faults = Faults { refused: chance, ..Faults::NONE };
    let outcome = run(&Server::world(&server, seed), 1, calls, &json!({}));
    assert_eq!(outcome.lost, 0);
    outcome.ms / 60_000.0
}

#[test]
fn refusals_by_chance_beside_a_limit_do_not_hold_a_run_down() {
    for (limit, calls) in [
        (TEN_A_SECOND, 6_000),
        (Limit::AtOnce(10), 6_000),
        (Limit::Sliding(600), 6_000),
        (Limit::Fixed(600), 6_000),
        (Limit::Tokens(300_000.0), 3_000),
    ] {
        for (hint, (chance, seed)) in
            HINTS.into_iter().flat_map(|hint| [(0.05, 1), (0.12, 2)].map(|of| (hint, of)))
        {
            let minutes = minutes(limit, calls, chance, hint, seed);
            println!("{limit:?} {chance} {hint:?}: {minutes:.1} minutes");
            assert!(minutes <= 20.0, "{limit:?}, {chance}, {hint:?}: {minutes} minutes");
        }
    }
}

/// While it is open what refuses calls, a few go together. A bucket that holds two refuses the last
/// of three, and none after it.
#[test]
fn a_limit_that_takes_all_but_the_last_of_a_few_calls_is_told_from_chance() {
    for (per_second, latency_ms) in [(1.0, 1_000.0), (2.0, 1_000.0), (5.0, 200.0), (20.0, 2_000.0)] {
        for (hint, seed) in HINTS.into_iter().flat_map(|hint| (1..=2).map(move |seed| (hint, seed))) {
            let server = Server::seeded(Limit::Bucket { holds: 2.0, per_second }, hint, latency_ms, seed);
            // A quarter of an hour.
            let calls = (per_second * 900.0) as usize;
            let ms = run(&Server::world(&server, seed), 1, calls, &json!({})).ms;
            let used = 900_000.0 / ms;
            let refused = server.borrow().refused as f64 / server.borrow().asked as f64;
            println!("{per_second} {hint:?} {seed}: {used:.2}, refused {refused:.3}");
            assert!(used >= 0.75 && refused <= 0.1, "{per_second} {hint:?} {seed}: {used}, {refused}");
        }
    }
}

/// Refusals of calls that go together say nothing of the rate, which such a server leaves far above
/// the first ones that it lets through. On their way, calls come closer together or get apart.
#[test]
fn a_limit_that_takes_one_call_at_once_does_not_hold_a_short_run_back_for_long() {
    const WAY_MS: f64 = 5.0;
    const SECONDS: f64 = 20.0;
    const RUNS: u64 = 5;
    for (latency_ms, hint, most) in
        [(300.0, Hint::Exact, 1.3), (300.0, Hint::None, 1.4), (1_000.0, Hint::None, 1.7)]
    {
        let limit = Limit::Bucket { holds: 1.0, per_second: 10.0 };
        let seconds = (1..=RUNS).map(|seed| {
            let server = Server::seeded(limit, hint, latency_ms, seed);
            server.borrow_mut().refusal_ms = 1.0;
            let (mut way, mut last_ms) = (Random::new(seed), 0.0);
            let world = Simulation::new(seed, move |_: &Request, now| {
                last_ms = (now + way.unit() * WAY_MS).max(last_ms);
                server.borrow_mut().reply(last_ms)
            });
            run(&world, 1, (SECONDS * 10.0) as usize, &json!({})).ms / 1_000.0
        });
        let share = seconds.sum::<f64>() / RUNS as f64 / SECONDS;
        println!("{latency_ms} {hint:?}: {share:.2}");
        assert!(share < most, "{latency_ms} {hint:?}: {share:.2} times as long as the limit lets them take");
    }
}

/// Its first refusals are those of a limit, and all later ones come by chance.
#[test]
fn a_server_that_is_closed_at_first_and_refuses_by_chance_later_slows_no_run_down_for_good() {
    for (closed_ms, share, latency_ms, longest_s) in
        [(500.0, 0.12, 100.0, 100.0), (5_000.0, 0.3, 1_000.0, 1_200.0), (40_000.0, 0.12, 1_000.0, 400.0)]
    {
        let mut seconds: Vec<f64> = (1..=9)
            .map(|seed| {
                let server = Server::seeded(Limit::Chance(share), Hint::None, latency_ms, seed);
                let mut calls = 0;
                let world = Simulation::new(seed, move |_: &Request, now| {
                    calls += 1;
                    if now < closed_ms && calls > 4 {
                        return Reply::new(429, 5.0, "{}");
                    }
                    server.borrow_mut().reply(now)
                });
                run(&world, 1, 1_000, &json!({})).ms / 1_000.0
            })
            .collect();
        seconds.sort_by(f64::total_cmp);
        println!("{closed_ms} {share} {latency_ms}: {seconds:?}");
        assert!(seconds[8] <= longest_s, "{closed_ms} {share} {latency_ms}: {seconds:?}");
    }
}

/// A server whose limit changes at that time.
fn changing(before: Limit, after: Limit, at_ms: f64, hint: Hint) -> Simulation {
    let (first, then) = (Server::new(before, hint, 1_000.0), Server::new(after, hint, 1_000.0));
    Simulation::new(1, move |_: &Request, now| {
        let server = if now < at_ms { &first } else { &then };
        server.borrow_mut().reply(now)
    })
}

/// The share of refusals in the first minute after the limit has changed, and in the third.
fn after_a_change(before: Limit, after: Limit, hint: Hint) -> [f64; 2] {
    const CHANGE_MS: f64 = 120_000.0;
    let world = changing(before, after, CHANGE_MS, hint);
    assert_eq!(run(&world, 1, 4_500, &json!({})).lost, 0);
    [0.0, 120_000.0].map(|from_ms| {
        let minute = CHANGE_MS + from_ms..CHANGE_MS + from_ms + 60_000.0;
        let sent: Vec<_> =
            world.log().into_iter().filter(|exchange| minute.contains(&exchange.sent_at_ms)).collect();
        let refused = sent.iter().filter(|exchange| exchange.reply.status == Some(429)).count();
        refused as f64 / sent.len() as f64
    })
}

#[test]
fn a_limit_that_is_halved_is_found_again() {
    let halved = [
        (TEN_A_SECOND, Limit::Bucket { holds: 5.0, per_second: 5.0 }),
        (Limit::AtOnce(20), Limit::AtOnce(8)),
        (Limit::Sliding(600), Limit::Sliding(300)),
    ];
    for ((before, after), hint) in halved.into_iter().flat_map(|limits| HINTS.map(|hint| (limits, hint))) {
        let [soon, later] = after_a_change(before, after, hint);
        println!("{before:?} {hint:?}: {soon:.2}, later {later:.2}");
        assert!(soon <= 0.3 && later <= 0.1, "{before:?}, {hint:?}: {soon}, later {later}");
    }
}

/// Of a few calls a minute, one that is refused is many: such a limit is kept to, and not asked for
/// more in each minute.
#[test]
fn a_small_limit_that_is_raised_is_left_behind_within_some_minutes() {
    const RAISED_MS: f64 = 600_000.0;
    const THEN_A_SECOND: f64 = 2.0;
    for hint in [Hint::Exact, Hint::Vague] {
        let then = Limit::Bucket { holds: 2.0, per_second: THEN_A_SECOND };
        let world = changing(Limit::Fixed(10), then, RAISED_MS, hint);
        run(&world, 1, 1_000, &json!({}));
        let minute = RAISED_MS + 480_000.0..RAISED_MS + 540_000.0;
        let is_answered = |exchange: &&Exchange| {
            minute.contains(&exchange.sent_at_ms) && exchange.reply.status == Some(200)
        };
        let answered = world.log().iter().filter(is_answered).count();
        assert!(answered as f64 >= THEN_A_SECOND * 60.0 * 0.8, "{hint:?}: {answered}");
    }
}

/// A process that starts in the minute in which another one has used the limit up.
#[test]
fn a_server_that_is_closed_at_first_is_back_at_full_speed_soon_after() {
    for (closed_ms, hint) in [8_000.0, 30_000.0].into_iter().flat_map(|ms| HINTS.map(|hint| (ms, hint))) {
        let open = Server::new(Limit::Chance(0.0), hint, 100.0);
        let world = Simulation::new(1, move |_: &Request, now| match (now < closed_ms, hint) {
            (false, _) => open.borrow_mut().reply(now),
            (true, Hint::None) => Reply::new(429, 20.0, "{}"),
            (true, _) => {
                let left_ms = (closed_ms - now).ceil();
                Reply::new(429, 20.0, "{}").header("retry-after-ms", left_ms.to_string())
            }
        });
        let outcome = run(&world, 1, 2_000, &json!({}));
        println!("{closed_ms} {hint:?}: {:.1} s", outcome.ms / 1_000.0);
        assert_eq!(outcome.lost, 0);
        assert!(outcome.ms <= closed_ms + 10_000.0, "{closed_ms} {hint:?}: {} ms", outcome.ms);
    }
}
