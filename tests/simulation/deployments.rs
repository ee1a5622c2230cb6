//! Several deployments as one model: calls go where there is room, and from one that refuses or
//! fails to the next.

use std::collections::HashMap;

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call, call_and_listen, completion};

fn two() -> Value {
    json!([
        { "baseURL": "https://one.test/v1", "apiKey": "key-of-one-0123456789" },
        { "baseURL": "https://two.test/v1", "apiKey": "key-of-two-0123456789", "model": "same-elsewhere" },
    ])
}

fn tasks(count: usize) -> Value {
    let task = |index| json!({ "id": format!("t{index}"), "content": "x" });
    json!(["x", (0..count).map(task).collect::<Vec<_>>()])
}

fn options(fields: Value) -> Value {
    let mut options = json!({ "aggregate": false, "model": two(), "concurrency": 64 });
    options.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    options
}

/// How many requests each host was sent.
fn hosts(world: &Simulation) -> HashMap<String, usize> {
    let mut hosts = HashMap::new();
    for exchange in world.log() {
        let host = exchange.request.url.split('/').nth(2).unwrap().to_string();
        *hosts.entry(host).or_default() += 1;
    }
    hosts
}

fn answering(refuse: impl Fn(&Request) -> Option<Reply> + 'static) -> Simulation {
    Simulation::new(1, move |request: &Request, _| {
        refuse(request).unwrap_or_else(|| Reply::new(200, 100.0, completion("an answer", 10, 5)))
    })
}

#[test]
fn calls_are_spread_and_each_has_the_key_and_the_name_of_its_own() {
    let world = answering(|_| None);
    let result = call(&world, "parallelProcess", tasks(20), options(json!({}))).resolved();
    assert_eq!(result.metadata.completed_tasks, 20);
    let hosts = hosts(&world);
    assert_eq!((hosts["one.test"], hosts["two.test"]), (10, 10));
    for exchange in world.log() {
        let request = &exchange.request;
        let key = &request.headers.iter().find(|(name, _)| name == "authorization").unwrap().1;
        let (owner, model) = match request.url.contains("one.test") {
            true => ("Bearer key-of-one-0123456789", "gpt-"),
            false => ("Bearer key-of-two-0123456789", "same-elsewhere"),
        };
        assert_eq!(key, owner);
        let body: Value = parallelization_agent::json::parse(&request.body).unwrap();
        assert!(body["model"].as_str().unwrap().starts_with(model), "{body}");
    }
}

#[test]
fn one_that_is_down_cools_and_no_task_fails() {
    for status in [503, 401, 404] {
        let world =
            answering(move |request| request.url.contains("one.test").then(|| Reply::new(status, 1.0, "{}")));
        let (outcome, events) =
            call_and_listen(&world, "parallelProcess", tasks(30), options(json!({ "maxRetries": 1 })));
        let result = outcome.resolved();
        assert_eq!(result.metadata.completed_tasks, 30, "{status}");
        let hosts = hosts(&world);
        assert_eq!(hosts["two.test"], 30, "{status}");
        assert!(hosts["one.test"] <= 15, "those that were on their way: {hosts:?}");
        assert!(events.iter().any(|event| event["name"] == "deployment"));
    }
}

#[test]
fn a_refusal_for_the_rate_sends_calls_to_the_other_one() {
    let world = answering(|request| {
        let refusal = || {
            let mut reply = Reply::new(429, 1.0, "{}");
            reply.headers = vec![("retry-after".into(), "600".into())];
            reply
        };
        request.url.contains("one.test").then(refusal)
    });
    let result = call(&world, "parallelProcess", tasks(30), options(json!({ "maxRetries": 0 }))).resolved();
    assert_eq!(result.metadata.completed_tasks, 30);
    assert!(result.metadata.processing_time_ms < 60_000.0, "{}", result.metadata.processing_time_ms);
    assert_eq!(hosts(&world)["two.test"], 30);
}

#[test]
fn a_limit_is_each_ones_own() {
    let world = answering(|_| None);
    let limits = json!({ "requestsPerMinute": 10 });
    let result = call(&world, "parallelProcess", tasks(20), options(limits)).resolved();
    assert!(result.metadata.processing_time_ms < 60_000.0, "{}", result.metadata.processing_time_ms);
    assert_eq!((hosts(&world)["one.test"], hosts(&world)["two.test"]), (10, 10));
}

#[test]
fn two_accounts_at_one_address_are_two_deployments() {
    let world = answering(|request| {
        let is_first = request.headers.iter().any(|(_, value)| value.contains("account-1"));
        is_first.then(|| Reply::new(429, 1.0, r#"{"error":{"code":"insufficient_quota"}}"#))
    });
    let account =
        |name: &str| json!({ "baseURL": "https://one.test/v1", "apiKey": format!("account-{name}") });
    let model = json!({ "model": [account("1"), account("2")] });
    let result = call(&world, "parallelProcess", tasks(10), options(model)).resolved();
    assert_eq!(result.metadata.completed_tasks, 10);
}

#[test]
fn a_request_that_is_wrong_is_not_tried_everywhere() {
    let world = answering(|_| Some(Reply::new(400, 1.0, r#"{"error":{"message":"too long"}}"#)));
    call(&world, "parallelProcess", tasks(1), options(json!({}))).rejected();
    assert_eq!(world.log().len(), 1);
    let world = answering(|_| Some(Reply::new(401, 1.0, "{}")));
    call(&world, "parallelProcess", tasks(1), options(json!({}))).rejected();
    assert_eq!(world.log().len(), 2, "each of them once");
}

#[test]
fn what_is_wrong_with_a_deployment_is_told() {
    let world = answering(|_| None);
    for (model, path) in [
        (json!([]), "options.model"),
        (json!([{ "url": "https://one.test" }]), "options.model[0].url"),
        (json!([{ "baseURL": "https://one.test/v1", "model": [] }]), "options.model[0].model"),
        (json!(["gpt"]), "options.model[0]"),
    ] {
        let issues = call(&world, "parallelProcess", tasks(1), options(json!({ "model": model }))).invalid();
        assert_eq!(issues[0].path, path, "{issues:?}");
    }
    assert!(world.log().is_empty());
}
