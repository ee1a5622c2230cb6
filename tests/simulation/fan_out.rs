//! Batches, specialists, candidates and clones: many calls at once, each for itself.

use parallelization_agent::json::{Map, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::world::{Outcome, call, completion, said, steady};

#[test]
fn a_batch_asks_for_each_input_and_one_bad_item_stops_no_other() {
    let world = Simulation::new(1, |request: &Request, _| {
        let status = if said(request).contains("bad") { 400 } else { 200 };
        Reply::new(status, 10.0, completion(&said(request), 1, 1))
    });
    let inputs = json!(["first", { "id": "b", "content": "bad" }, "third"]);
    let options = json!({ "instructions": "Summarize the article." });
    let result = call(&world, "batch", json!([inputs]), options).resolved();
    let ids: Vec<&str> = result.results.iter().map(|result| &*result.task_id).collect();
    assert_eq!(ids, ["input-1", "b", "input-3"]);
    assert_eq!(result.results[2].result.as_deref(), Some("Summarize the article.\nthird"));
    assert_eq!(result.metadata.failed_tasks, 1);
    assert_eq!(result.metadata.processing_time_ms, 10.0);
}

#[test]
fn a_hundred_items_keep_to_the_rate() {
    let world = Simulation::new(1, steady(10.0));
    let inputs: Vec<String> = (0..100).map(|index| format!("item {index}")).collect();
    call(&world, "batch", json!([inputs]), json!({ "requestsPerMinute": 50 })).resolved();
    let sent: Vec<f64> = world.log().iter().map(|exchange| exchange.sent_at_ms).collect();
    for (index, at) in sent.iter().enumerate().skip(50) {
        assert!(at - sent[index - 50] >= 60_000.0, "at most 50 in any minute");
    }
}

#[test]
fn three_architects_look_at_one_design() {
    let world = Simulation::new(1, |request: &Request, _| {
        let text = said(request);
        let view = ["security", "cost", "operations"]
            .iter()
            .find(|name| text.contains(&format!("view of: {name}.")));
        Reply::new(200, 10.0, completion(view.unwrap_or(&"all in all"), 1, 1))
    });
    let workers =
        json!(["security", { "name": "cost", "instructions": "You count every cent." }, "operations"]);
    let result = call(&world, "perspectives", json!(["The design.", workers]), json!({})).resolved();
    assert_eq!(&*result.results[1].task_id, "cost");
    assert_eq!(result.results[1].result.as_deref(), Some("cost"));
    assert_eq!(result.outcome["summary"], "all in all");
    let log = world.log();
    assert!(said(&log[1].request).starts_with("You count every cent."));
    assert!(!said(&log[0].request).contains("cost"), "each sees the input alone");
    assert!(said(&log[3].request).contains("result of operations"));
}

/// Whatever the order and the faults: no specialist sees another's view; the summary is asked for
/// when all are done, and sees the views that there are, in their order.
#[test]
fn views_stay_apart_until_the_summary() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(6);
        let world = Simulation::new(seed, move |request: &Request, _| {
            let text = said(request);
            let status = [200, 200, 200, 503, 401][random.below(5)];
            let view = text
                .lines()
                .last()
                .and_then(|line| line.strip_prefix("Assess the input from the point of view of: "));
            let answer = view.map_or("in all".into(), |name| format!("<{name}>"));
            Reply::new(status, random.unit() * 100.0, completion(&answer, 1, 1))
        });
        let names: Vec<String> = (0..count).map(|index| format!("s{index}")).collect();
        let options = json!({ "concurrency": 1 + seed % 4, "maxRetries": 1 });
        let outcome = call(&world, "perspectives", json!(["The plan", names]), options);
        assert_eq!(world.open_timers(), 0, "seed {seed}");
        let log = world.log();
        let (last, views): (Vec<_>, Vec<_>) =
            log.iter().partition(|exchange| said(&exchange.request).contains("Combine these results"));
        assert!(views.iter().all(|exchange| !said(&exchange.request).contains('<')), "seed {seed}");
        let Outcome::Resolved(result) = outcome else {
            assert!(last.is_empty(), "seed {seed}");
            continue;
        };
        let ended = views.iter().filter_map(|exchange| exchange.ended_at_ms).fold(0.0, f64::max);
        assert!(last[0].sent_at_ms >= ended, "seed {seed}");
        let seen = said(&last[0].request);
        let shown: Vec<&str> = seen.lines().filter(|line| line.starts_with('<')).collect();
        let given: Vec<&str> = result.results.iter().filter_map(|result| result.result.as_deref()).collect();
        assert_eq!(shown, given, "seed {seed}");
        assert_eq!(result.outcome["summary"] == Value::Null, result.outcome.get("summaryError").is_some());
    }
}

#[test]
fn specialists_can_be_given_by_name_with_their_instructions() {
    let world = Simulation::new(1, steady(10.0));
    let workers =
        json!({ "cost": "You count every cent.", "risk": { "instructions": "You look for holes." } });
    let options = json!({ "aggregate": false });
    let result = call(&world, "perspectives", json!(["The design.", workers]), options).resolved();
    let ids: Vec<_> = result.results.iter().map(|result| &*result.task_id).collect();
    assert_eq!(ids, ["cost", "risk"]);
    let log = world.log();
    assert!(said(&log[0].request).starts_with("You count every cent."));
    assert!(said(&log[1].request).starts_with("You look for holes."));
}

#[test]
fn the_best_of_n_is_picked_whatever_order_the_picker_saw() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let faulty = random.below(4);
        let mut asked = 0;
        let world = Simulation::new(seed, move |request: &Request, _| {
            let text = said(request);
            let after = random.unit() * 100.0;
            if text.contains("candidate 1") {
                let best = text.lines().position(|line| line == "answer 2").map(|at| {
                    text.lines().take(at).filter(|line| line.starts_with("~~~ candidate ")).count()
                });
                return Reply::new(
                    200,
                    after,
                    completion(&json!({ "choice": best.unwrap_or(1) }).to_string(), 1, 1),
                );
            }
            asked += 1;
            let status = if asked - 1 == faulty { 400 } else { 200 };
            Reply::new(status, after, completion(&format!("answer {}", asked - 1), 1, 1))
        });
        let result = call(&world, "bestOf", json!(["Say it.", 3]), json!({})).resolved();
        if faulty != 2 {
            assert_eq!(result.outcome["winner"], "answer 2", "seed {seed}");
            assert_eq!(result.outcome["winnerId"], "candidate-3", "seed {seed}");
        } else {
            assert_ne!(result.outcome["winner"], Value::Null, "seed {seed}");
        }
    }
}

#[test]
fn a_picker_that_cannot_be_read_leaves_the_candidates() {
    let world = Simulation::new(1, steady(1.0));
    let result =
        call(&world, "bestOf", json!(["Say it."]), json!({ "picker": "Take the shortest." })).resolved();
    assert_eq!(result.outcome["winner"], Value::Null);
    assert_eq!(result.outcome["selectError"]["code"], "SCHEMA_MISMATCH");
    assert_eq!(result.metadata.completed_tasks, 3);
    assert_eq!(world.log().len(), 5, "the picker was asked twice");
    assert!(said(&world.log()[3].request).starts_with("Take the shortest."));
}

/// No request ever holds a secret of a context other than its own, whatever fails and is tried
/// again.
#[test]
fn a_context_never_reaches_another_clone() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let count = 2 + random.below(6);
        let world = Simulation::new(seed, move |_: &Request, _| {
            let status = [200, 200, 200, 429, 400][random.below(5)];
            Reply::new(status, random.unit() * 100.0, completion("done", 1, 1))
        });
        let contexts: Value = (0..count)
            .map(|index| (format!("tenant{index}"), json!({ "secret": format!("canary<{index}>") })))
            .collect::<Map>()
            .into();
        let outcome =
            call(&world, "clones", json!([contexts, "Write the page."]), json!({ "concurrency": 3 }));
        if let Outcome::Resolved(result) = outcome {
            assert_eq!(result.outcome["merged"].as_object().unwrap().len(), count);
        }
        for exchange in world.log() {
            let text = said(&exchange.request);
            let seen = (0..count).filter(|index| text.contains(&format!("canary<{index}>"))).count();
            assert_eq!(seen, 1, "seed {seed}");
            let named = (0..count).filter(|index| text.contains(&format!("tenant{index}"))).count();
            assert_eq!(named, 1, "seed {seed}");
        }
    }
}

#[test]
fn locales_are_results_by_their_key() {
    let world = Simulation::new(1, |request: &Request, _| {
        let text = if said(request).contains("German") { "Hallo" } else { "Bonjour" };
        Reply::new(200, 1.0, completion(text, 1, 1))
    });
    let contexts =
        json!([{ "id": "de", "context": "German", "temperature": 0 }, { "id": "fr", "context": "French" }]);
    let result = call(&world, "clones", json!([contexts, "Say hello."]), json!({})).resolved();
    assert_eq!(result.outcome["merged"], json!({ "de": "Hallo", "fr": "Bonjour" }));
    assert!(world.log()[0].request.body.contains("\"temperature\":0"));
}

#[test]
fn their_arguments_are_checked() {
    let world = Simulation::new(1, steady(1.0));
    let paths = |strategy: &str, arguments: Value| -> Vec<String> {
        call(&world, strategy, arguments, json!({})).invalid().into_iter().map(|issue| issue.path).collect()
    };
    assert_eq!(paths("batch", json!([[]])), ["inputs"]);
    assert_eq!(paths("perspectives", json!(["", ["a", "a"]])), ["input", "workers[1]"]);
    assert_eq!(paths("bestOf", json!(["x", 0])), ["n"]);
    assert_eq!(
        paths("clones", json!([[{ "context": "x" }, 3], ""])),
        ["contexts[0].id", "contexts[1]", "content"]
    );
}
