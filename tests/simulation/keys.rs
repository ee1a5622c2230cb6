//! A key from the environment goes to its provider, and to the server that the environment or the
//! options of the run put in its place; to no other, wherever a worker stands.

use std::cell::Cell;

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call, completion};

const RUN: &str = "https://run.test/v1";
const SET: &str = "https://set.test/v1";

struct Provider {
    name: &'static str,
    home: &'static str,
    address_variable: &'static str,
    key_variable: &'static str,
}

const PROVIDERS: [Provider; 3] = [
    Provider {
        name: "openai",
        home: "https://api.openai.com/v1",
        address_variable: "OPENAI_BASE_URL",
        key_variable: "OPENAI_API_KEY",
    },
    Provider {
        name: "anthropic",
        home: "https://api.anthropic.com/v1",
        address_variable: "ANTHROPIC_BASE_URL",
        key_variable: "ANTHROPIC_API_KEY",
    },
    Provider {
        name: "gemini",
        home: "https://generativelanguage.googleapis.com/v1beta",
        address_variable: "GEMINI_BASE_URL",
        key_variable: "GEMINI_API_KEY",
    },
];

/// What the simulated environment holds: `world.rs` sets the same for OpenAI.
const KEY: &str = "sk-canary-0123456789";

/// Each place where a worker may stand: the pattern, its arguments, and its options.
fn places(worker: &Value) -> Vec<(&'static str, &'static str, Value, Value)> {
    let with = |fields: Value| {
        let mut all = worker.clone();
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        all
    };
    let one = || json!(["x", [{ "id": "a", "content": "a" }]]);
    let placed = with(json!({ "id": "a", "content": "a" }));
    vec![
        ("workers", "parallelProcess", one(), json!({ "workers": { "task": worker } })),
        ("subtask", "parallelProcess", json!(["x", [placed]]), json!({})),
        ("fallbacks", "parallelProcess", one(), json!({ "fallbacks": [worker], "model": "refused" })),
        ("aggregate", "parallelProcess", one(), json!({ "aggregate": worker })),
        ("voters", "voting", json!(["x"]), json!({ "voters": [worker] })),
        ("judge", "voting", json!(["x"]), json!({ "voters": 2, "select": "judge", "judge": worker })),
        (
            "rubric",
            "voting",
            json!(["x"]),
            json!({ "voters": 1, "select": "rubric", "criteria": [with(json!({ "name": "n" }))] }),
        ),
        ("planner", "sectioning", json!(["x"]), json!({ "planner": worker })),
        ("picker", "bestOf", json!(["x", 2]), json!({ "picker": worker })),
        ("map", "mapReduce", json!([["x"]]), json!({ "map": worker })),
        ("reduce", "mapReduce", json!([["x", "y"]]), json!({ "reduce": worker })),
        ("specialist", "perspectives", json!(["x", [with(json!({ "name": "n" }))]]), json!({})),
        ("guard", "guarded", json!(["x", [with(json!({ "name": "n" }))]]), json!({})),
        ("criterion", "evaluate", json!(["x", [with(json!({ "name": "n" }))]]), json!({})),
        ("clone", "clones", json!([[with(json!({ "id": "n", "context": "c" }))], "x"]), json!({})),
    ]
}

/// Speaks every format and answers whatever any pattern asks for.
fn server() -> Simulation {
    let count = Cell::new(0);
    Simulation::new(1, move |request: &Request, _| {
        count.set(count.get() + 1);
        if request.body.contains("\"refused\"") || request.url.contains("/refused:") {
            return Reply::new(400, 1.0, "{}");
        }
        let answer = json!({
            "answer": count.get(), "choice": 1, "reason": "r", "tripped": false, "score": 5,
            "sections": [{ "title": "s", "about": "b" }], "summary": "s", "keyPoints": [],
        });
        let text = answer.to_string();
        let body = match &request.url {
            url if url.ends_with("/messages") => {
                json!({ "content": [{ "type": "text", "text": text }], "stop_reason": "end_turn" })
            }
            url if url.contains(":generateContent") => json!({
                "candidates": [{ "content": { "parts": [{ "text": text }] }, "finishReason": "STOP" }],
            }),
            _ => return Reply::new(200, 1.0, completion(&text, 1, 1)),
        };
        Reply::new(200, 1.0, body.to_string())
    })
}

/// The keys that the worker at `place` sent, whatever the header.
fn keys_sent(
    world: &Simulation,
    (_, strategy, arguments, options): (&str, &str, Value, Value),
) -> Vec<String> {
    call(world, strategy, arguments, options).resolved();
    let placed = |request: &Request| request.body.contains("\"placed\"") || request.url.contains("/placed:");
    let log = world.log();
    let asked: Vec<&Request> =
        log.iter().map(|exchange| &exchange.request).filter(|one| placed(one)).collect();
    assert!(!asked.is_empty(), "the worker was not asked");
    let named = ["authorization", "x-api-key", "x-goog-api-key"];
    let headers = asked.iter().flat_map(|request| &request.headers);
    headers
        .filter(|(name, _)| named.contains(&name.as_str()))
        .map(|(_, value)| value.trim_start_matches("Bearer ").to_string())
        .collect()
}

/// Puts a worker of the provider at `address` everywhere, and looks which key it sends: none, or
/// `expected`.
fn check(provider: &Provider, address: &str, own: &Value, expected: Option<&str>) {
    for run_provider in ["openai", provider.name] {
        let mut worker = json!({ "provider": provider.name, "baseURL": address, "model": "placed" });
        worker.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        for (place, strategy, arguments, options) in places(&worker) {
            let world = server();
            world.set_variable(provider.key_variable, KEY);
            world.set_variable(provider.address_variable, SET);
            let mut all = json!({ "provider": run_provider, "baseURL": RUN });
            all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
            let sent = keys_sent(&world, (place, strategy, arguments, all));
            let what =
                format!("{} at {address} as {place} of a run with {run_provider}: {sent:?}", provider.name);
            assert!(sent.iter().all(|key| Some(key.as_str()) == expected), "{what}");
            assert_eq!(sent.is_empty(), expected.is_none(), "{what}");
        }
    }
}

#[test]
fn a_key_of_the_environment_goes_to_no_server_that_only_a_worker_names() {
    for provider in &PROVIDERS {
        let (scheme, host) = provider.home.split_once("://").unwrap();
        let (name, path) = host.split_once('/').unwrap();
        for address in [
            "https://other.test/v1".to_string(),
            "http://localhost:11434/v1".into(),
            format!("http://{host}"),
            format!("{scheme}://{name}.other.test/{path}"),
            format!("{scheme}://{name}:8443/{path}"),
            format!("{scheme}://other.test/{host}"),
            format!("{RUN}/other"),
            format!("{SET}.other.test"),
        ] {
            check(provider, &address, &json!({}), None);
        }
    }
}

#[test]
fn a_key_of_the_environment_goes_to_its_provider_and_to_what_stands_in_its_place() {
    for provider in &PROVIDERS {
        for address in [provider.home, SET, RUN] {
            check(provider, address, &json!({}), Some(KEY));
            check(provider, &format!("{address}/"), &json!({}), Some(KEY));
        }
    }
}

#[test]
fn a_key_that_is_given_with_an_address_goes_there_and_the_environments_does_not() {
    for provider in &PROVIDERS {
        for address in ["https://other.test/v1", provider.home, RUN] {
            check(provider, address, &json!({ "apiKey": "key-of-its-own" }), Some("key-of-its-own"));
        }
    }
}

#[test]
fn a_key_of_the_options_goes_to_their_address_and_to_no_other() {
    for (address, expected) in [(RUN, vec!["key-of-the-run"]), ("https://other.test/v1", vec![])] {
        let worker = json!({ "baseURL": address, "model": "placed" });
        for (place, strategy, arguments, options) in places(&worker) {
            let mut all = json!({ "baseURL": RUN, "apiKey": "key-of-the-run" });
            all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
            let mut sent = keys_sent(&server(), (place, strategy, arguments, all));
            sent.dedup();
            assert_eq!(sent, expected, "{place} at {address}");
        }
    }
}

#[test]
fn a_refusal_for_want_of_a_key_says_why_none_was_sent() {
    let world = Simulation::new(1, |_: &Request, _| Reply::new(401, 1.0, "{}"));
    let options =
        json!({ "workers": { "task": { "baseURL": "https://other.test/v1" } }, "aggregate": false });
    let failure =
        call(&world, "parallelProcess", json!(["x", [{ "id": "a", "content": "a" }]]), options).rejected();
    let message = &failure.failure.message;
    assert!(message.contains("It was sent no key") && message.contains("`apiKey`"), "{message}");
}
