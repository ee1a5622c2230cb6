//! A call for each document, and a tree of calls that puts their results together.

use std::collections::HashMap;

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Exchange, Random, Reply, Simulation};

use crate::world::{Outcome, call, call_and_listen, completion, said, steady};

/// What a request is about: the labels of its fences, in their order.
fn labels(request: &Request) -> Vec<String> {
    let text = said(request);
    let mark = |line: &str| {
        let label = line.strip_prefix("~~~ ")?;
        Some(label.strip_prefix("result for ").or_else(|| label.strip_prefix("document "))?.to_string())
    };
    text.lines().filter_map(mark).collect()
}

fn is_reduce(request: &Request) -> bool {
    said(request).contains("result for ")
}

fn documents(count: usize) -> Value {
    (0..count).map(|index| json!({ "id": format!("d{index}"), "content": format!("text {index}") })).collect()
}

fn reduces(log: &[Exchange]) -> Vec<Vec<String>> {
    log.iter().map(|exchange| &exchange.request).filter(|request| is_reduce(request)).map(labels).collect()
}

#[test]
fn fifty_documents_come_together_in_their_order() {
    let mut random = Random::new(5);
    let world = Simulation::new(1, move |request: &Request, _| {
        let text =
            if is_reduce(request) { format!("({})", labels(request).join(" ")) } else { "theme".into() };
        Reply::new(200, random.unit() * 1000.0, completion(&text, 10, 5))
    });
    let options =
        json!({ "map": "List the themes.", "reduce": { "instructions": "Merge the themes." }, "fanIn": 8 });
    let result = call(&world, "mapReduce", json!([documents(50)]), options).resolved();
    assert_eq!(result.metadata.total_tasks, 50);
    assert_eq!(result.outcome["levels"], 2);
    let log = world.log();
    assert!(said(&log[0].request).starts_with("List the themes."));
    assert!(said(&log.last().unwrap().request).starts_with("Merge the themes."));
    assert_eq!(
        result.outcome["summary"],
        "(d0 to d7 d8 to d15 d16 to d23 d24 to d31 d32 to d39 d40 to d47 d48 to d49)"
    );
    assert_eq!(result.outcome["failedDocuments"], json!([]));
}

#[test]
fn a_reduce_starts_before_all_maps_are_done() {
    let world = Simulation::new(1, |_: &Request, _| Reply::new(200, 100.0, completion("x", 10, 5)));
    let options = json!({ "fanIn": 2, "concurrency": 1 });
    call(&world, "mapReduce", json!([documents(8)]), options).resolved();
    let log = world.log();
    let first = log.iter().position(|exchange| is_reduce(&exchange.request)).unwrap();
    assert_eq!(first, 2, "as soon as its two inputs are there");
}

#[test]
fn long_documents_are_cut_and_results_that_are_too_long_come_together_in_steps() {
    let world = Simulation::new(1, |request: &Request, _| {
        let text = if is_reduce(request) { "short".into() } else { "w ".repeat(60) };
        Reply::new(200, 1.0, completion(&text, 10, 5))
    });
    let long = "A sentence of some length here. ".repeat(40);
    let options = json!({ "chunkTokens": 70 });
    let result = call(&world, "mapReduce", json!([["brief", long]]), options).resolved();
    assert_eq!(&*result.results[0].task_id, "document-1");
    assert_eq!(&*result.results[1].task_id, "document-2#1");
    for inputs in reduces(&world.log()) {
        assert!(inputs.len() <= 8);
    }
    let bytes = |exchange: &Exchange| said(&exchange.request).len();
    let largest = world.log().iter().map(bytes).max().unwrap();
    assert!(largest < 1000, "{largest}: two results of 120 bytes with their fences, and no more than fit");
    assert_eq!(result.outcome["summary"], "short");
}

#[test]
fn every_call_stays_within_the_context_that_is_given() {
    const CONTEXT: u64 = 600;
    let world = Simulation::new(1, |request: &Request, _| {
        let body: Value = json::parse(&request.body).unwrap();
        let longest = body["max_completion_tokens"].as_u64().unwrap();
        Reply::new(200, 1.0, completion(&"word".repeat(longest as usize), 10, longest))
    });
    let long = "A sentence of some length here. ".repeat(300);
    let options = json!({ "contextTokens": CONTEXT, "chunkTokens": 4000 });
    let result = call(&world, "mapReduce", json!([[long, "brief"]]), options).resolved();
    assert!(result.metadata.total_tasks > 5, "the long one is cut to fit");
    for exchange in world.log() {
        let body: Value = json::parse(&exchange.request.body).unwrap();
        let tokens =
            said(&exchange.request).len() as u64 / 4 + body["max_completion_tokens"].as_u64().unwrap();
        assert!(tokens <= CONTEXT, "{tokens}: {}", said(&exchange.request));
    }
    assert!(result.outcome["summary"].is_string());
    let options = json!({ "contextTokens": 300, "map": "x ".repeat(600) });
    let issues = call(&world, "mapReduce", json!([["a"]]), options).invalid();
    assert_eq!(issues[0].path, "options.contextTokens");
}

#[test]
fn the_run_is_aggregating_when_the_last_reduce_runs() {
    let world = Simulation::new(1, steady(10.0));
    let options = json!({ "fanIn": 2, "concurrency": 2 });
    let (outcome, events) = call_and_listen(&world, "mapReduce", json!([documents(5)]), options);
    outcome.resolved();
    let at = |wanted: &dyn Fn(&Value) -> bool| events.iter().rposition(wanted).unwrap();
    let aggregating = at(&|event| event["patch"][0]["value"] == "aggregating");
    let last = |kind: &str| {
        at(&|event| {
            event["type"] == kind && event["name"].as_str().is_none_or(|name| name.starts_with("reduce"))
        })
    };
    assert!(aggregating < last("SUBAGENT_STARTED"));
    let reduces = events.iter().take(aggregating).filter(|event| event["type"] == "SUBAGENT_STARTED");
    assert_eq!(reduces.count(), 5 + 3, "all maps, and all reduces but the last");
}

#[test]
fn failed_documents_are_listed_and_the_reduce_is_told() {
    let world = Simulation::new(1, |request: &Request, _| {
        let failed = !is_reduce(request) && labels(request) == ["d1"];
        Reply::new(if failed { 400 } else { 200 }, 1.0, completion("x", 1, 1))
    });
    let result = call(&world, "mapReduce", json!([documents(3)]), json!({})).resolved();
    assert_eq!(result.outcome["failedDocuments"], json!(["d1"]));
    assert!(said(&world.log()[3].request).contains("(There is no result for d1.)"));
}

#[test]
fn one_document_is_reduced_too_and_without_an_aggregate_none_is() {
    let world = Simulation::new(1, steady(1.0));
    let result = call(&world, "mapReduce", json!([["only"]]), json!({})).resolved();
    assert_eq!(result.outcome["summary"], "an answer");
    assert_eq!(world.log().len(), 2);
    let world = Simulation::new(1, steady(1.0));
    let result = call(&world, "mapReduce", json!([["a", "b"]]), json!({ "aggregate": false })).resolved();
    assert_eq!(result.outcome["summary"], Value::Null);
    assert_eq!(world.log().len(), 2);
}

#[test]
fn three_thousand_documents_work() {
    let world = Simulation::new(1, steady(10.0));
    let result =
        call(&world, "mapReduce", json!([documents(3000)]), json!({ "concurrency": 100 })).resolved();
    assert_eq!(result.metadata.completed_tasks, 3000);
    assert_eq!(result.outcome["levels"], 4);
}

#[test]
fn documents_are_checked() {
    let world = Simulation::new(1, steady(1.0));
    let documents = json!([
        { "id": "a", "content": "" },
        7,
        { "id": "b", "content": "x", "author": "nobody looks", "tools": [] },
        { "id": "c", "contnt": "x" },
    ]);
    let issues = call(&world, "mapReduce", json!([documents]), json!({ "fanIn": 1 })).invalid();
    let paths: Vec<&str> = issues.iter().map(|issue| &*issue.path).collect();
    assert_eq!(
        paths,
        [
            "documents[0].content",
            "documents[1]",
            "documents[2].tools",
            "documents[3].content",
            "documents[3].contnt",
            "options.fanIn"
        ]
    );
}

/// Whatever the order and the faults: every document that was read reaches the root exactly once,
/// in the order of the documents; a reduce never starts before its inputs are there.
#[test]
fn every_document_reaches_the_summary_once_and_in_order() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let (count, fan_in) = (1 + random.below(30), 2 + random.below(4));
        let faulty = random.below(count);
        let world = Simulation::new(seed, move |request: &Request, _| {
            let after = random.unit() * 100.0;
            let text = said(request);
            if is_reduce(request) {
                let inner: Vec<&str> = text.lines().filter(|line| line.starts_with('<')).collect();
                return Reply::new(200, after, completion(&inner.join("\n"), 1, 1));
            }
            let id = labels(request).remove(0);
            let status = if id == format!("d{faulty}") { 400 } else { 200 };
            Reply::new(status, after, completion(&format!("<{id}>"), 1, 1))
        });
        let options = json!({ "fanIn": fan_in, "concurrency": 1 + seed % 5 });
        let outcome = call(&world, "mapReduce", json!([documents(count)]), options);
        let Outcome::Resolved(result) = outcome else {
            assert_eq!(count, 1, "seed {seed}");
            continue;
        };
        let expected: Vec<String> =
            (0..count).filter(|&index| index != faulty).map(|index| format!("<d{index}>")).collect();
        assert_eq!(result.outcome["summary"], expected.join("\n"), "seed {seed}");
        let mut ended: HashMap<String, f64> = HashMap::new();
        for exchange in world.log() {
            if !is_reduce(&exchange.request) {
                ended.insert(labels(&exchange.request).remove(0), exchange.ended_at_ms.unwrap());
            } else if let Some(missing) = labels(&exchange.request).iter().find_map(|label| ended.get(label))
            {
                assert!(*missing <= exchange.sent_at_ms, "seed {seed}");
            }
        }
    }
}
