//! One call a criterion, all at once.

use std::cell::RefCell;
use std::rc::Rc;

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::world::{Outcome, call, completion, said, steady};

#[test]
fn essays_are_graded_by_all_criteria_at_once() {
    let world = Simulation::new(1, |request: &Request, _| {
        let score = if said(request).contains("Criterion: grammar: no mistakes") { "8" } else { "5.5" };
        Reply::new(
            200,
            100.0,
            completion(&format!("```json\n{{\"score\": {score}, \"reasoning\": \"r\"}}\n```"), 1, 1),
        )
    });
    let criteria = json!({ "grammar": "no mistakes", "structure": { "description": "clear", "weight": 3 } });
    let result = call(&world, "evaluate", json!(["An essay ~~~", criteria]), json!({})).resolved();
    assert_eq!(result.outcome["scores"], json!({ "grammar": 8.0, "structure": 5.5 }));
    assert_eq!(result.outcome["reasons"]["grammar"], "r");
    assert_eq!(result.outcome["total"], 6.125);
    assert_eq!(result.metadata.processing_time_ms, 100.0);
    assert_eq!(result.results[0].data.as_ref().unwrap()["score"], 8);
}

#[test]
fn a_bad_score_is_asked_for_once_more_and_then_left_out() {
    let world = Simulation::new(1, |request: &Request, _| {
        let text = said(request);
        let again = text.contains("`score` has to be a number from 0 to 10");
        let score = if text.contains("Criterion: stubborn") || !again { 11 } else { 4 };
        Reply::new(200, 1.0, completion(&json!({ "score": score }).to_string(), 1, 1))
    });
    let result = call(&world, "evaluate", json!(["An essay", ["style", "stubborn"]]), json!({})).resolved();
    assert_eq!(result.outcome["scores"], json!({ "style": 4.0, "stubborn": Value::Null }));
    assert_eq!(result.outcome["total"], 4.0);
    assert_eq!(result.results[1].error.as_ref().unwrap().code.name(), "SCHEMA_MISMATCH");
    assert_eq!(result.metadata.attempts, 4);
}

#[test]
fn criteria_are_checked() {
    let world = Simulation::new(1, steady(1.0));
    let criteria = json!(["a", { "name": "a" }, { "weight": 1 }, { "name": "b", "wieght": 1 }]);
    let issues = call(&world, "evaluate", json!(["x", criteria]), json!({})).invalid();
    let paths: Vec<&str> = issues.iter().map(|issue| &*issue.path).collect();
    assert_eq!(paths, ["criteria[1]", "criteria[2].name", "criteria[3].wieght"]);
    assert_eq!(
        call(&world, "evaluate", json!(["x", ["a", "a"]]), json!({})).invalid()[0].path,
        "criteria[1]"
    );
}

/// Whatever the order and the faults: a criterion has a score exactly when its last answer was one;
/// the total is their weighted mean; nobody is asked about two criteria at once; and nothing stays
/// under way.
#[test]
fn a_score_stands_exactly_where_one_was_given() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(5);
        let weights: Vec<f64> = (0..count).map(|_| (1 + random.below(4)) as f64).collect();
        let given: Rc<RefCell<Vec<Option<f64>>>> = Rc::new(RefCell::new(vec![None; count]));
        let books = Rc::clone(&given);
        let world = Simulation::new(seed, move |request: &Request, _| {
            let text = said(request);
            let asked: Vec<usize> =
                (0..count).filter(|index| text.contains(&format!("Criterion: c{index}\n"))).collect();
            assert_eq!(asked.len(), 1, "seed {seed}");
            let score = random.below(11) as f64;
            let (status, answer) = match random.below(8) {
                0 => (503, String::new()),
                1 => (400, String::new()),
                2 => (200, "It is quite good.".into()),
                3 => (200, json!({ "score": 11 }).to_string()),
                4 => (200, format!("I say {{\"score\": \"{score}\"}}.")),
                _ => (200, json!({ "reasoning": "so", "score": score }).to_string()),
            };
            let valid = status == 200 && answer.contains("score") && !answer.contains("11");
            books.borrow_mut()[asked[0]] = valid.then_some(score);
            Reply::new(status, random.unit() * 100.0, completion(&answer, 1, 1))
        });
        let criteria: Value = weights
            .iter()
            .enumerate()
            .map(|(index, weight)| json!({ "name": format!("c{index}"), "weight": weight }))
            .collect();
        let options = json!({ "concurrency": 1 + seed % 4 });
        let outcome = call(&world, "evaluate", json!(["An essay", criteria]), options);
        let given = given.borrow();
        assert_eq!(world.open_timers(), 0, "seed {seed}");
        let Outcome::Resolved(result) = outcome else {
            assert!(given.iter().all(Option::is_none), "seed {seed}");
            continue;
        };
        for (index, score) in given.iter().enumerate() {
            assert_eq!(result.outcome["scores"][format!("c{index}").as_str()], json!(score), "seed {seed}");
        }
        let scored = || given.iter().zip(&weights).filter_map(|(score, weight)| Some(((*score)?, weight)));
        let sum: f64 = scored().map(|(score, weight)| score * weight).sum();
        let weight: f64 = scored().map(|(_, weight)| weight).sum();
        let total = result.outcome["total"].as_f64().unwrap();
        assert!((total - sum / weight).abs() < 0.001, "seed {seed}: {total}");
    }
}
