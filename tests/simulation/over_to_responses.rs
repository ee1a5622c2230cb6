//! Calls that OpenAI's own server refuses in chat completions go over to Responses.

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call, call_and_listen};

fn body(request: &Request) -> Value {
    json::parse(&request.body).unwrap()
}

/// Two tasks, one after the other.
fn tasks() -> Value {
    json!(["x", [{ "id": "a", "content": "name it" }, { "id": "b", "content": "{{a}}", "dependencies": ["a"] }]])
}

/// OpenAI's own words for tools beside thoughts, and for models that answer in Responses alone
/// (litellm#34569, LibreChat#14231).
#[test]
fn a_model_that_openai_refuses_in_chat_completions_is_asked_in_responses_from_then_on() {
    for (status, words) in [
        (
            400,
            r#"{"error":{"message":"Function tools with reasoning_effort are not supported for gpt-5.6 in /v1/chat/completions. Please use /v1/responses instead.","type":"invalid_request_error","param":"reasoning_effort"}}"#,
        ),
        (
            400,
            r#"{"error":{"message":"Function tools with reasoning_effort are not supported for gpt-5.6.","param":"reasoning_effort"}}"#,
        ),
        (
            404,
            r#"{"error":{"message":"This model is only supported in v1/responses and not in v1/chat/completions.","type":"invalid_request_error","param":"model"}}"#,
        ),
    ] {
        let world = Simulation::new(1, move |request: &Request, _| {
            if request.url.ends_with("/chat/completions") {
                return Reply::new(status, 1.0, words);
            }
            let text = json!([{ "type": "output_text", "text": "done" }]);
            let output = json!([{ "type": "message", "role": "assistant", "content": text }]);
            Reply::new(200, 1.0, json!({ "status": "completed", "output": output }).to_string())
        });
        let tool = json!({ "type": "function", "function": { "name": "t", "parameters": {} } });
        let options = json!({
            "aggregate": false, "model": "gpt-5.6", "maxRetries": 0,
            "extraBody": { "tools": [tool], "reasoning_effort": "high", "max_completion_tokens": 9 },
        });
        let (outcome, events) = call_and_listen(&world, "parallelProcess", tasks(), options);
        assert_eq!(outcome.resolved().metadata.completed_tasks, 2);
        let urls: Vec<String> = world.log().iter().map(|exchange| exchange.request.url.clone()).collect();
        let [chat, responses] = ["chat/completions", "responses"];
        let expected = [chat, responses, responses].map(|path| format!("https://api.openai.com/v1/{path}"));
        assert_eq!(urls, expected, "{words}");
        let body = body(&world.log()[1].request);
        assert_eq!(body["reasoning"], json!({ "effort": "high" }));
        assert_eq!(body["max_output_tokens"], 9);
        assert_eq!(body["tools"], json!([{ "type": "function", "name": "t", "parameters": {} }]));
        let told = events.iter().find(|event| event["name"] == "unsupported").unwrap();
        let told = (&told["value"]["field"], &told["value"]["instead"]);
        assert_eq!(told, (&json!("provider"), &json!("openai-responses")));
    }
}

/// OpenAI, whose model calls tools in Responses alone.
fn in_responses_alone() -> Simulation {
    Simulation::new(1, |request: &Request, _| {
        if request.url.ends_with("/chat/completions") {
            return Reply::new(404, 1.0, "This model is only supported in v1/responses.");
        }
        let output = json!([{ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "done" }] }]);
        Reply::new(200, 1.0, json!({ "status": "completed", "output": output }).to_string())
    })
}

#[test]
fn options_for_which_responses_have_no_field_are_told_when_calls_go_there() {
    let world = in_responses_alone();
    let tasks = json!(["x", [
        { "id": "a", "content": "x", "seed": 7 },
        { "id": "b", "content": "{{a}}", "dependencies": ["a"], "seed": 7 },
        { "id": "c", "content": "{{b}}", "dependencies": ["b"], "seed": 7, "stop": "x" },
    ]]);
    let options = json!({ "aggregate": false, "model": "gpt-5.6" });
    let (outcome, events) = call_and_listen(&world, "parallelProcess", tasks, options);
    assert_eq!(outcome.resolved().metadata.completed_tasks, 3);
    let told: Vec<_> = events.iter().filter(|event| event["name"] == "unsupported").collect();
    let told: Vec<_> =
        told.iter().map(|event| (&event["value"]["taskId"], &event["value"]["field"])).collect();
    let [a, c] = [json!("a"), json!("c")];
    assert_eq!(told, [(&a, &json!("provider")), (&a, &json!("seed")), (&c, &json!("stop"))]);
}

/// It is written for chat completions, and Responses would refuse it.
#[test]
fn a_body_as_it_stands_is_sent_to_the_address_that_it_was_written_for() {
    let world = in_responses_alone();
    let body = json!({ "messages": [{ "role": "user", "content": "x" }], "seed": 7 });
    let tasks = json!(["x", [
        { "id": "a", "content": "x", "seed": 7 },
        { "id": "b", "body": body, "dependencies": ["a"] },
    ]]);
    let options = json!({ "aggregate": false, "model": "gpt-5.6" });
    let result = call(&world, "parallelProcess", tasks, options).resolved();
    assert_eq!(result.results[1].error.as_ref().unwrap().status, Some(404));
    let log = world.log();
    assert_eq!(log.len(), 3);
    assert!(log[2].request.url.ends_with("/chat/completions"));
    assert_eq!(self::body(&log[2].request)["seed"], 7);
}
