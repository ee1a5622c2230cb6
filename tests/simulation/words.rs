//! Slips that callers make: each is refused before any call, with what was meant.

use parallelization_agent::api::agent_options::AgentOptions;
use parallelization_agent::api::input::{Input, JsHandle};
use parallelization_agent::api::job;
use parallelization_agent::api::request::Request;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::sim::Simulation;

use crate::world::{call, said, steady};

/// The messages of the issues that a call is refused with, each with its path.
fn issues(strategy: &str, arguments: Value, options: Value) -> Vec<(String, String)> {
    let world = Simulation::new(1, steady(1.0));
    let issues = call(&world, strategy, arguments, options).invalid();
    assert!(world.log().is_empty());
    issues.into_iter().map(|issue| (issue.path, issue.message)).collect()
}

fn only(strategy: &str, arguments: Value, options: Value) -> (String, String) {
    let [issue] = <[_; 1]>::try_from(issues(strategy, arguments, options)).unwrap();
    issue
}

fn graph(subtasks: Value) -> Value {
    json!(["the task", subtasks])
}

#[test]
fn braces_that_stand_for_no_dependency_are_refused_with_the_remedy() {
    let two = |content: &str, needs: Value| {
        graph(
            json!([{ "id": "draft", "content": "x" }, { "id": "b", "content": content, "dependencies": needs }]),
        )
    };
    let cases = [
        ("Improve {{draft}}", json!([]), "Add it to `dependencies`"),
        ("Improve {{ draft }}", json!(["draft"]), "without blanks"),
        ("Improve {{drfat}}", json!(["draft"]), "Did you mean `{{draft}}`?"),
        ("Improve {{other_thing}}", json!(["draft"]), "`[{ type: 'text', text }]`"),
        ("Improve {{b}}", json!([]), "this subtask itself"),
        // The nearest id is its own.
        ("Improve {{c}}", json!(["draft"]), "To send it as it stands"),
    ];
    for (content, needs, words) in cases {
        let (path, message) = only("parallelProcess", two(content, needs), json!({}));
        assert_eq!(path, "subtasks[1].content");
        assert!(message.contains(words), "{content}: {message}");
    }
    let world = Simulation::new(1, steady(1.0));
    let plain = two("What does {{ user.name }} do in Vue, and {{Deep Learning}} in BibTeX?", json!([]));
    call(&world, "parallelProcess", plain, json!({ "aggregate": false })).resolved();
    assert!(world.log().iter().any(|sent| said(&sent.request).contains("{{ user.name }}")));
}

#[test]
fn a_type_that_is_nearly_that_of_a_worker_is_refused() {
    let task = |kind: &str| graph(json!([{ "id": "a", "type": kind, "content": "x" }]));
    let options = json!({ "workers": { "analysis": {}, "writing": {} }, "aggregate": false });
    let (path, message) = only("parallelProcess", task("analisys"), options.clone());
    assert_eq!(path, "subtasks[0].type");
    assert!(message.contains("Did you mean `analysis`?"), "{message}");
    for kind in ["analysis", "something else"] {
        let world = Simulation::new(1, steady(1.0));
        call(&world, "parallelProcess", task(kind), options.clone()).resolved();
    }
}

#[test]
fn names_that_options_go_by_elsewhere_are_told_with_ours() {
    let task = || graph(json!([{ "id": "a", "content": "x" }]));
    for (name, ours) in [
        ("retries", "maxRetries"),
        ("maxConcurrency", "concurrency"),
        ("systemPrompt", "instructions"),
        ("prompt", "instructions"),
        ("timeout", "timeoutMs"),
        ("max_tokens", "maxTokens"),
        ("rpm", "requestsPerMinute"),
        ("abortSignal", "signal"),
    ] {
        let (path, message) = only("parallelProcess", task(), json!({ name: 1 }));
        assert_eq!(path, format!("options.{name}"));
        assert!(message.contains(&format!("Did you mean `{ours}`?")), "{message}");
    }
    for (name, ours) in
        [("dependsOn", "dependencies"), ("prompt", "content"), ("messages", "content"), ("name", "id")]
    {
        let mut row = json!({ "id": "a", "content": "x" });
        row.as_object_mut().unwrap().insert(name.to_string(), json!("y"));
        let (path, message) = only("parallelProcess", graph(json!([row])), json!({}));
        assert_eq!(path, format!("subtasks[0].{name}"));
        assert!(message.contains(&format!("Did you mean `{ours}`?")), "{message}");
    }
}

#[test]
fn options_in_the_place_of_an_argument_and_a_conversation_as_content_are_told() {
    for (strategy, place, arguments) in [
        ("voting", "question", json!([{ "voters": 3 }])),
        ("parallelProcess", "subtasks", json!(["x", { "concurrency": 3, "model": "m" }])),
        ("evaluate", "criteria", json!(["x", { "temperature": 0 }])),
        ("bestOf", "n", json!(["x", { "picker": "the shortest" }])),
    ] {
        let found = issues(strategy, arguments, json!({}));
        let told = found.iter().any(|(path, message)| path == place && message.contains(", options)`"));
        assert!(told, "{strategy}: {found:?}");
    }
    let conversation = json!([{ "role": "user", "content": "x" }]);
    for (strategy, arguments) in [
        ("voting", json!([conversation])),
        ("parallelProcess", graph(json!([{ "id": "a", "content": conversation }]))),
    ] {
        let (_, message) = only(strategy, arguments, json!({}));
        assert!(message.contains("list of messages"), "{message}");
    }
}

#[test]
fn a_page_is_told_nothing_of_variables_and_may_name_its_own_server_by_a_path() {
    let page = Simulation::new(1, steady(1.0));
    page.set_page();
    let task = || graph(json!([{ "id": "a", "content": "x" }]));
    let missing = call(&page, "parallelProcess", task(), json!({ "provider": "gemini" })).invalid();
    assert!(missing[0].message.contains("No key"), "{missing:?}");
    assert!(missing.iter().all(|issue| !issue.message.contains("environment")), "{missing:?}");
    call(&page, "parallelProcess", task(), json!({ "baseURL": "/api/v1", "aggregate": false })).resolved();
    assert_eq!(page.log()[0].request.url, "https://page.test/api/v1/chat/completions");
    let (path, _) = only("parallelProcess", task(), json!({ "baseURL": "/api/v1" }));
    assert_eq!(path, "options.baseURL");
}

#[test]
fn a_schema_in_upper_case_or_with_what_is_not_checked_is_refused_before_any_call() {
    let schema = json!({ "type": "OBJECT", "properties": { "a": { "type": "STRING" } } });
    let task = || graph(json!([{ "id": "a", "content": "x" }]));
    let found = issues("parallelProcess", task(), json!({ "schema": schema }));
    let paths: Vec<&str> = found.iter().map(|(path, _)| &**path).collect();
    assert_eq!(paths, ["options.schema.type", "options.schema.properties.a.type"]);
    assert!(found[0].1.contains("lower case: `object`"), "{}", found[0].1);
    let elsewhere = json!({ "$ref": "https://example.com/schema.json" });
    let (path, _) = only("parallelProcess", task(), json!({ "aggregate": { "schema": elsewhere } }));
    assert_eq!(path, "options.aggregate.schema.$ref");
}

#[test]
fn empty_instructions_say_nothing_at_all() {
    let world = Simulation::new(1, steady(1.0));
    let options = json!({ "instructions": "", "aggregate": { "instructions": "" } });
    call(&world, "parallelProcess", graph(json!([{ "id": "a", "content": "just this" }])), options)
        .resolved();
    assert_eq!(said(&world.log()[0].request), "just this");
    for sent in world.log().iter() {
        assert!(!sent.request.body.contains("\"role\":\"system\""), "{}", sent.request.body);
    }
}

#[test]
fn of_fifty_thousand_wrong_rows_the_first_are_told_and_all_are_counted() {
    let world = Simulation::new(1, steady(1.0));
    let row = |index: usize| {
        let field = |name: &str, value: &str| (name.to_string(), Input::Text(value.into()));
        Input::Record(vec![field("id", &format!("t{index}")), field("conten", "x")])
    };
    let rows: Vec<Input> = (0..50_000).map(row).collect();
    let request = Request {
        strategy: "parallelProcess",
        arguments: &[Input::Text("x".into()), Input::List(rows)],
        agent: &AgentOptions::read(Input::from(json!({ "baseURL": "http://model.test" }))),
        options: None,
        function: &|_: JsHandle| unreachable!("nothing runs"),
    };
    let started = std::time::Instant::now();
    let Err(refusal) = job::read(request, &world) else { panic!("it was accepted") };
    assert_eq!((refusal.issues.len(), refusal.total), (20, 100_000));
    assert_eq!(refusal.issues[0].path, "subtasks[0].conten");
    // Minutes before; the bound is wide, for slow machines.
    assert!(started.elapsed().as_secs() < 20);
}
