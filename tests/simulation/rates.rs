//! `limits` and `pacing`: what the caller allows per second, minute, hour and day, in a burst or
//! evenly.

use parallelization_agent::api::agent_options::AgentOptions;
use parallelization_agent::api::input::Input;
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::redact::Redactor;
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::limited_server::{Hint, Limit, Server};
use crate::witnesses::run;
use crate::world::{completion, steady};

/// When each request of a batch was sent.
fn sent(world: &Simulation, calls: usize, options: &Value) -> Vec<f64> {
    let outcome = run(world, 1, calls, options);
    assert_eq!(outcome.lost, 0, "{options}");
    world.log().iter().map(|exchange| exchange.sent_at_ms).collect()
}

#[test]
fn no_second_minute_hour_or_day_sees_more_than_its_limit_and_each_limit_is_used() {
    for (per, ms, least_used) in
        [("second", 1e3, 0.75), ("minute", 6e4, 0.93), ("hour", 3.6e6, 0.99), ("day", 8.64e7, 0.99)]
    {
        for pacing in ["burst", "smooth"] {
            let world = Simulation::new(1, steady(700.0));
            world.set_grain(10.0);
            let options = json!({ "limits": [{ "requests": 20, "per": per }], "pacing": pacing });
            let sent = sent(&world, 200, &options);
            for (index, at) in sent.iter().enumerate().skip(20) {
                assert!(at - sent[index - 20] >= ms, "{per} {pacing}: at most 20");
            }
            let least_ms = 9.0 * ms;
            assert!(sent[199] <= least_ms / least_used + 2_000.0 + ms, "{per} {pacing}: {} ms", sent[199]);
        }
    }
}

#[test]
fn the_tightest_of_several_limits_holds_at_each_moment() {
    let world = Simulation::new(1, steady(10.0));
    let limits = json!([{ "requests": 5, "per": "second" }, { "requests": 60, "per": "minute" }]);
    let sent = sent(&world, 121, &json!({ "limits": limits }));
    for (most, ms) in [(5, 1e3), (60, 6e4)] {
        assert!((most..sent.len()).all(|index| sent[index] - sent[index - most] >= ms), "{most} in {ms} ms");
    }
    assert!(sent[59] <= 15_000.0, "the first sixty are held back by the second alone: {} ms", sent[59]);
}

#[test]
fn a_smooth_minute_spreads_its_calls_and_a_burst_does_not() {
    let gaps = |pacing: &str| {
        let world = Simulation::new(1, steady(10.0));
        let sent = sent(&world, 60, &json!({ "requestsPerMinute": 60, "pacing": pacing, "concurrency": 64 }));
        sent.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max)
    };
    assert_eq!(gaps("burst"), 0.0);
    assert!((1_000.0..1_050.0).contains(&gaps("smooth")), "{}", gaps("smooth"));
}

#[test]
fn pacing_leaves_hours_and_days_alone() {
    let world = Simulation::new(1, steady(10.0));
    let limits = json!([{ "requests": 100, "per": "hour" }, { "tokens": 1e6, "per": "day" }]);
    let sent = sent(&world, 50, &json!({ "limits": limits, "pacing": "smooth", "concurrency": 64 }));
    assert_eq!(sent[49], 0.0, "fifty calls need not be spread over half an hour");
}

#[test]
fn tokens_are_spread_by_what_answers_take_and_not_by_what_they_might() {
    // An answer may have 1,000 tokens and has 10.
    let world = Simulation::new(1, |_: &Request, _| Reply::new(200, 100.0, completion("text", 10, 10)));
    let limits = json!([{ "tokens": 6_000, "per": "minute" }]);
    let options = json!({ "limits": limits, "pacing": "smooth", "maxTokens": 1_000, "concurrency": 1 });
    let sent = sent(&world, 60, &options);
    assert!(sent[59] <= 20_000.0, "60 calls of 20 tokens are a fifth of the minute: {} ms", sent[59]);
}

/// The server has a bucket of five that refills at two a second, and the caller says 120 a minute:
/// a whole minute at once is within the limit, and too much for the bucket.
#[test]
fn once_a_server_refuses_within_the_limit_calls_are_spread() {
    let bucket = Limit::Bucket { holds: 5.0, per_second: 2.0 };
    let refused = |hint, pacing: Value| {
        let server = Server::new(bucket, hint, 300.0);
        let mut options = json!({ "requestsPerMinute": 120, "concurrency": 64 });
        if !pacing.is_null() {
            options["pacing"] = pacing.clone();
        }
        let outcome = run(&Server::world(&server, 1), 1, 360, &options);
        println!("{hint:?} {pacing}: refused {}, {:.1} s", server.borrow().refused, outcome.ms / 1000.0);
        assert_eq!(outcome.lost, 0);
        (server.borrow().refused, outcome.ms)
    };
    for hint in [Hint::Exact, Hint::Vague, Hint::None] {
        let told = [Value::Null, "burst".into(), "smooth".into()].map(|pacing| refused(hint, pacing));
        let [adaptive, burst, smooth] = told;
        assert_eq!(smooth.0, 0, "{hint:?}");
        assert!(adaptive.0 <= burst.0 && adaptive.0 <= 75, "{hint:?}: {adaptive:?}, as a burst {burst:?}");
    }
}

#[test]
fn nothing_is_lost_where_the_caller_says_the_limit_of_the_server_whatever_its_kind() {
    for per_second in [0.5, 5.0] {
        let minute = (per_second * 60.0) as usize;
        let kinds = [
            Limit::Bucket { holds: 1.0, per_second },
            Limit::Bucket { holds: per_second * 10.0, per_second },
            Limit::Sliding(minute),
            Limit::Fixed(minute),
        ];
        for (limit, hint) in
            kinds.into_iter().flat_map(|kind| [Hint::Exact, Hint::Vague, Hint::None].map(|hint| (kind, hint)))
        {
            for pacing in ["burst", "smooth"] {
                let server = Server::new(limit, hint, 500.0);
                let options = json!({
                    "limits": [{ "requests": minute, "per": "minute" }],
                    "pacing": pacing,
                    "concurrency": 64,
                });
                let calls = minute * 2;
                let outcome = run(&Server::world(&server, 1), 1, calls, &options);
                let (refused, seconds) = (server.borrow().refused, outcome.ms / 1000.0);
                println!("{limit:?} {hint:?} {pacing}: refused {refused} of {calls}, {seconds} s");
                assert_eq!(outcome.lost, 0, "{limit:?} {hint:?} {pacing}");
                let windowed = matches!(limit, Limit::Sliding(_) | Limit::Fixed(_));
                if windowed || pacing == "smooth" {
                    assert_eq!(refused, 0, "{limit:?} {hint:?} {pacing}: it kept to the limit");
                }
            }
        }
    }
}

#[test]
fn a_call_that_waits_for_its_day_ends_with_the_deadline_of_the_run() {
    let world = Simulation::new(1, steady(10.0));
    let options = json!({ "limits": [{ "requests": 5, "per": "day" }], "deadlineMs": 60_000 });
    let outcome = run(&world, 1, 8, &options);
    assert_eq!((outcome.lost, outcome.ms), (3, 60_000.0));
}

#[test]
fn wrong_limits_are_told_by_their_place_and_name() {
    let problems = |options: Value| {
        let options = AgentOptions::read(Input::from(options));
        options
            .issues(None)
            .take(&Redactor::new(Vec::new()))
            .issues
            .into_iter()
            .map(|issue| issue.message)
            .collect::<Vec<_>>()
    };
    let list = "an array, such as `[{ requests: 60, per: 'minute' }]`";
    let pers = "'second' or 'minute' or 'hour' or 'day'";
    let cases = [
        (json!({ "limits": 60 }), format!("Expected `options.limits` to be {list}, got `60` (number).")),
        (
            json!({ "limits": [{ "per": "minute" }] }),
            "Expected `options.limits[0]` to be `{ requests, per }` or `{ tokens, per }`, got an object."
                .into(),
        ),
        (
            json!({ "limits": [{ "requests": 60 }] }),
            format!("Expected `options.limits[0].per` to be {pers}, got undefined."),
        ),
        (
            json!({ "limits": [{ "requests": 60, "per": "week" }] }),
            format!("Expected `options.limits[0].per` to be {pers}, got `week` (string)."),
        ),
        (
            json!({ "limits": [{ "requests": 60, "per": "day" }, { "tokens": 0.5, "per": "day" }] }),
            "Expected `options.limits[1].tokens` to be a number from 1 up, got `0.5` (number).".into(),
        ),
        (
            json!({ "limits": [{ "request": 60, "tokens": 1, "per": "day" }] }),
            "Unknown option `request`. Did you mean `requests`?".into(),
        ),
        (
            json!({ "pacing": "even" }),
            "Expected `options.pacing` to be 'smooth' or 'burst', got `even` (string).".into(),
        ),
    ];
    for (options, message) in cases {
        assert_eq!(problems(options.clone()), [message], "{options}");
    }
}
