//! Each provider is found where it lives, with its own key, and no other's.

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call, completion};

/// A server that speaks every format.
fn polyglot() -> Simulation {
    Simulation::new(1, |request: &Request, _| {
        let text = "an answer";
        let body = match &request.url {
            url if url.ends_with("/messages") => json!({
                "model": "claude",
                "content": [{ "type": "text", "text": text }],
                "stop_reason": "end_turn",
                "usage": { "input_tokens": 10, "output_tokens": 5 },
            }),
            url if url.contains(":generateContent") => json!({
                "modelVersion": "gemini",
                "candidates": [{ "content": { "parts": [{ "text": text }] }, "finishReason": "STOP" }],
                "usageMetadata": { "promptTokenCount": 10, "candidatesTokenCount": 5 },
            }),
            _ => return Reply::new(200, 1.0, completion(text, 10, 5)),
        };
        Reply::new(200, 1.0, body.to_string())
    })
}

/// Runs one task and gives the request that was sent for it.
fn ask(world: &Simulation, options: Value) -> Request {
    let mut options = options;
    options["aggregate"] = json!(false);
    let subtasks = json!([{ "id": "a", "content": "a" }]);
    let result = call(world, "parallelProcess", json!(["x", subtasks]), options).resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("an answer"));
    assert_eq!(result.results[0].metadata.tokens, 15);
    world.log().remove(0).request
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_provider_brings_its_address_its_model_and_its_key() {
    let world = polyglot();
    world.set_variable("ANTHROPIC_API_KEY", "key-a");
    let request = ask(&world, json!({ "provider": "anthropic" }));
    assert_eq!(request.url, "https://api.anthropic.com/v1/messages");
    assert_eq!(header(&request, "x-api-key"), Some("key-a"));
    assert!(request.body.contains("\"model\":\"claude-haiku-5-5\""));

    for variable in ["GEMINI_API_KEY", "GOOGLE_API_KEY"] {
        let world = polyglot();
        world.set_variable(variable, "key-g");
        let request = ask(&world, json!({ "provider": "gemini", "model": "gemini-x" }));
        assert_eq!(
            request.url,
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent"
        );
        assert_eq!(header(&request, "x-goog-api-key"), Some("key-g"));
    }
}

#[test]
fn anthropic_is_asked_to_answer_other_origins_from_a_page_alone() {
    let sent = |is_page: bool| {
        let world = polyglot();
        if is_page {
            world.set_page();
        }
        let request = ask(&world, json!({ "provider": "anthropic", "apiKey": "key" }));
        header(&request, "anthropic-dangerous-direct-browser-access").map(String::from)
    };
    assert_eq!(sent(true).as_deref(), Some("true"));
    assert_eq!(sent(false), None);
}

#[test]
fn a_provider_without_a_key_is_refused_before_any_call() {
    let world = polyglot();
    let subtasks = json!([{ "id": "a", "content": "a" }]);
    let options = json!({ "provider": "gemini" });
    let issues = call(&world, "parallelProcess", json!(["x", subtasks]), options).invalid();
    let [issue] = &issues[..] else { panic!("{issues:?}") };
    assert!(issue.message.contains("GEMINI_API_KEY or GOOGLE_API_KEY"), "{}", issue.message);
    assert!(world.log().is_empty());
}

#[test]
fn what_belongs_to_one_provider_does_not_go_to_another() {
    let world = polyglot();
    world.set_variable("ANTHROPIC_API_KEY", "key-a");
    let defaults = json!({
        "apiKey": "key-o",
        "baseURL": "http://o.test/v1",
        "model": "model-o",
        "headers": { "x-own": "o" },
        "extraBody": { "own": "o" },
        "temperature": 0.5,
        "workers": { "task": { "provider": "anthropic" } },
    });
    let request = ask(&world, defaults);
    assert_eq!(request.url, "https://api.anthropic.com/v1/messages");
    assert_eq!(header(&request, "x-api-key"), Some("key-a"));
    assert_eq!(header(&request, "x-own"), None);
    let body: Value = json::parse(&request.body).unwrap();
    assert_eq!((&body["model"], &body["own"]), (&json!("claude-haiku-5-5"), &Value::Null));
    assert_eq!(body["temperature"], 0.5, "what holds for all of them does");
}

/// In the words of OpenAI, Anthropic and Google for a model that they have not got.
#[test]
fn a_model_that_its_provider_has_no_more_is_told_with_one_that_is_there() {
    for (provider, model, status, words, current) in [
        (
            "openai",
            "gpt-3.5-turbo-0301",
            404,
            r#"{"error":{"message":"The model `gpt-3.5-turbo-0301` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations","type":"invalid_request_error","code":"model_not_found"}}"#,
            "gpt-5.6-luna",
        ),
        (
            "anthropic",
            "claude-2.1",
            404,
            r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-2.1"}}"#,
            "claude-haiku-5-5",
        ),
        (
            "gemini",
            "gemini-1.0-pro",
            404,
            r#"{"error":{"code":404,"message":"models/gemini-1.0-pro is not found for API version v1beta","status":"NOT_FOUND"}}"#,
            "gemini-flash-latest",
        ),
    ] {
        let told = |base_url: Option<&str>| {
            let world = Simulation::new(1, move |_, _| Reply::new(status, 1.0, words));
            let mut options =
                json!({ "provider": provider, "model": model, "apiKey": "key", "aggregate": false });
            if let Some(base_url) = base_url {
                options["baseURL"] = json!(base_url);
            }
            let subtasks = json!([{ "id": "a", "content": "a" }]);
            let failure = call(&world, "parallelProcess", json!(["x", subtasks]), options).rejected();
            failure.results[0].error.as_ref().unwrap().message.clone()
        };
        assert!(told(None).contains(current), "{}", told(None));
        let elsewhere = told(Some("https://host.test/v1"));
        assert!(!elsewhere.contains(current), "another server has models of its own: {elsewhere}");
    }
}
