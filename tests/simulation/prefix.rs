//! Of calls that begin with the same long text, one goes first. The others follow when its answer
//! begins.

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::world::{Outcome, call, completion, said, streamed};

/// What 1,024 tokens and a few more take.
fn long() -> String {
    "The rules of the house. ".repeat(180)
}

fn sent(world: &Simulation) -> Vec<f64> {
    world.log().iter().map(|exchange| exchange.sent_at_ms.round()).collect()
}

/// A server that streams, or not, as it is asked to: the first piece comes after 100 ms, the end
/// after 500.
fn server() -> Simulation {
    Simulation::new(1, |request: &Request, _| {
        if request.body.contains("\"stream\":true") {
            return streamed(50.0, &[(50.0, "first "), (400.0, "last")]);
        }
        Reply::new(200, 500.0, completion("{\"score\": 7}", 10, 5))
    })
}

fn batch(world: &Simulation, options: Value) -> Vec<f64> {
    call(world, "batch", json!([["a", "b", "c"]]), options).resolved();
    sent(world)
}

#[test]
fn the_others_go_when_the_answer_to_the_first_begins() {
    let warm = json!({ "instructions": long(), "warmPrefix": true, "stream": true });
    assert_eq!(batch(&server(), warm), [0.0, 100.0, 100.0]);
    let whole = json!({ "instructions": long(), "warmPrefix": true });
    assert_eq!(batch(&server(), whole), [0.0, 500.0, 500.0]);
}

#[test]
fn without_being_told_calls_wait_for_streams_of_very_long_texts_alone() {
    assert_eq!(batch(&server(), json!({ "instructions": long() })), [0.0, 0.0, 0.0]);
    assert_eq!(batch(&server(), json!({ "instructions": long(), "stream": true })), [0.0, 0.0, 0.0]);
    let very = long().repeat(4);
    assert_eq!(batch(&server(), json!({ "instructions": very, "stream": true })), [0.0, 100.0, 100.0]);
    let never = json!({ "instructions": very, "stream": true, "warmPrefix": false });
    assert_eq!(batch(&server(), never), [0.0, 0.0, 0.0]);
    assert_eq!(batch(&server(), json!({ "instructions": "brief", "warmPrefix": true })), [0.0, 0.0, 0.0]);
}

#[test]
fn what_a_pattern_shows_to_several_is_a_prefix_and_other_texts_and_models_have_their_own() {
    let world = server();
    let criteria = json!(["clarity", "depth", { "name": "style", "model": "other" }]);
    call(&world, "evaluate", json!([long(), criteria]), json!({ "warmPrefix": true })).resolved();
    assert_eq!(sent(&world), [0.0, 0.0, 500.0]);
    let world = server();
    let tasks: Value = (0..4)
        .map(
            |index| json!({ "id": format!("t{index}"), "type": (["x", "y"][index % 2]), "content": "do it" }),
        )
        .collect();
    let workers = json!({ "x": { "instructions": long() }, "y": { "instructions": format!("{}!", long()) } });
    let options = json!({ "warmPrefix": true, "workers": workers, "aggregate": false });
    call(&world, "parallelProcess", json!(["work", tasks]), options).resolved();
    assert_eq!(sent(&world), [0.0, 0.0, 500.0, 500.0]);
}

#[test]
fn when_the_first_fails_the_others_go_at_once() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        match count {
            1 => Reply::new(503, 200.0, "{}").header("retry-after", "60"),
            _ => Reply::new(200, 10.0, completion("fine", 1, 1)),
        }
    });
    let options = json!({ "instructions": long(), "warmPrefix": true });
    let result = call(&world, "batch", json!([["a", "b", "c"]]), options).resolved();
    assert_eq!(result.metadata.completed_tasks, 3);
    let first = world.log().iter().filter(|exchange| exchange.sent_at_ms.round() <= 61_000.0).count();
    assert!(first >= 3, "{:?}", sent(&world));
}

#[test]
fn a_first_that_hangs_holds_the_others_up_for_one_attempt_and_not_beyond_the_deadline() {
    let hangs = |options: Value| {
        let mut count = 0;
        let world = Simulation::new(1, move |_: &Request, _| {
            count += 1;
            Reply::new(200, if count == 1 { 1e9 } else { 10.0 }, completion("fine", 1, 1))
        });
        let outcome = call(&world, "batch", json!([["a", "b", "c"]]), options);
        assert_eq!(world.open_timers(), 0);
        (outcome, sent(&world))
    };
    let (outcome, sent) =
        hangs(json!({ "instructions": long(), "warmPrefix": true, "timeoutMs": 1000, "maxRetries": 0 }));
    assert_eq!(outcome.resolved().metadata.completed_tasks, 2);
    assert_eq!(sent, [0.0, 1000.0, 1000.0]);
    let (outcome, sent) = hangs(json!({ "instructions": long(), "warmPrefix": true, "deadlineMs": 300 }));
    assert_eq!(outcome.rejected().failure.code.name(), "DEADLINE_EXCEEDED");
    assert_eq!(sent, [0.0]);
}

#[test]
fn anthropic_is_told_where_the_shared_text_ends() {
    let asked = |strategy: &str, arguments: Value, warm: bool| {
        let answer =
            json!({ "content": [{ "type": "text", "text": "{\"score\": 7}" }], "stop_reason": "end_turn" });
        let world = Simulation::new(1, move |_: &Request, _| Reply::new(200, 1.0, answer.to_string()));
        let options = json!({ "provider": "anthropic", "apiKey": "k", "warmPrefix": warm, "instructions": "Be brief." });
        call(&world, strategy, arguments, options).resolved();
        json::parse(&world.log()[0].request.body).unwrap()
    };
    let body = asked("evaluate", json!(["An essay.", ["clarity"]]), true);
    let blocks = &body["messages"][0]["content"];
    assert_eq!(blocks[0]["cache_control"], json!({ "type": "ephemeral" }));
    assert!(blocks[0]["text"].as_str().unwrap().ends_with("never instructions."), "{blocks}");
    assert!(blocks[1]["text"].as_str().unwrap().starts_with("\n\nCriterion: clarity"), "{blocks}");
    assert_eq!(body.to_string().matches("cache_control").count(), 1);
    let body = asked("batch", json!([["An input."]]), true);
    assert_eq!(body["system"][0]["cache_control"], json!({ "type": "ephemeral" }));
    let body = asked("evaluate", json!(["An essay.", ["clarity"]]), false);
    assert!(!body.to_string().contains("cache_control"));
}

/// Whatever the order, the faults, the limits and the ends: until something came of the first call
/// with a prefix (a piece of its answer, or its failure) no second one is sent; and no call waits
/// for ever.
#[test]
fn nobody_overtakes_the_first_and_nobody_waits_for_ever() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let count = 2 + random.below(8);
        let streams = random.below(2) == 0;
        let mut options = json!({
            "instructions": long(),
            "warmPrefix": true,
            "stream": streams,
            "concurrency": 1 + random.below(6),
            "timeoutMs": 400,
            "maxRetries": random.below(3),
        });
        if random.below(3) == 0 {
            options["deadlineMs"] = (100 + random.below(900)).into();
        }
        if random.below(3) == 0 {
            options["hedge"] = json!({ "afterMs": 50 + random.below(200) });
        }
        let world = Simulation::new(seed, move |request: &Request, _| {
            let after = random.unit() * 300.0;
            match random.below(6) {
                0 => Reply::new(503, after, "{}"),
                1 => Reply::broken(after),
                2 => Reply::new(200, 1e9, "{}"),
                _ if streams => {
                    streamed(after, &[(random.unit() * 50.0, "x"), (random.unit() * 100.0, &said(request))])
                }
                _ => Reply::new(200, after, completion("x", 1, 1)),
            }
        });
        let inputs: Vec<String> = (0..count).map(|index| format!("input {index}")).collect();
        let outcome = call(&world, "batch", json!([inputs]), options);
        assert!(!matches!(outcome, Outcome::Hangs | Outcome::Invalid(_)), "seed {seed}");
        assert_eq!(world.open_timers(), 0, "seed {seed}");
        let log = world.log();
        let own = |exchange: &&parallelization_agent::platform::sim::Exchange| {
            said(&exchange.request) == said(&log[0].request)
        };
        let sign_of = |exchange: &parallelization_agent::platform::sim::Exchange| {
            let first = exchange.reply.body.first().map_or(0.0, |(gap, _)| *gap);
            let came = exchange.sent_at_ms + exchange.reply.after_ms + first;
            came.min(exchange.ended_at_ms.unwrap())
        };
        let sign = log.iter().filter(own).map(sign_of).fold(f64::INFINITY, f64::min);
        for exchange in log.iter().filter(|exchange| !own(exchange)) {
            assert!(exchange.sent_at_ms + 0.01 >= sign, "seed {seed}: {} before {sign}", exchange.sent_at_ms);
        }
    }
}
