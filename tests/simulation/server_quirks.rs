//! Fields that a server refuses are left out from then on, for that model at that address, and the
//! caller is told.
//!
//! The refusals are those of OpenAI, Azure, Anthropic, Gemini, Fireworks, vLLM and gateways, as
//! users report them: new-api#418, Flowise#2866, ms-agent#489, semantic-kernel#10510
//! (`stream_options`), litellm#34569 (`reasoning_effort`), js-genai#371.

use parallelization_agent::error::Code;
use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call, call_and_listen, completion, streamed};

fn body(request: &Request) -> Value {
    json::parse(&request.body).unwrap()
}

/// A server that refuses each request that has this field, in these words.
fn refusing(field: &'static str, status: u16, words: &'static str) -> Simulation {
    Simulation::new(1, move |request: &Request, _| {
        let body = body(request);
        if body.pointer(field).is_some() {
            return Reply::new(status, 1.0, words);
        }
        let answer = r#"{"name":"Ada"}"#;
        if body["stream"] == true {
            streamed(1.0, &[(1.0, answer)])
        } else {
            Reply::new(200, 1.0, completion(answer, 10, 5))
        }
    })
}

fn schema() -> Value {
    json!({ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] })
}

/// Two tasks, one after the other.
fn tasks() -> Value {
    json!(["x", [{ "id": "a", "content": "name it" }, { "id": "b", "content": "{{a}}", "dependencies": ["a"] }]])
}

fn options() -> Value {
    json!({
        "aggregate": false, "stream": true, "baseURL": "http://host.test/v1", "model": "m", "temperature": 0.5, "maxTokens": 9, "seed": 7, "stop": "x",
        "schema": schema(), "extraBody": { "top_p": 0.5, "reasoning_effort": "low" },
    })
}

#[test]
fn what_a_server_refuses_is_left_out_from_then_on_and_told() {
    for (field, status, words, name, instead) in [
        (
            "/stream_options",
            400,
            r#"{"error":{"message":"Unknown parameter: 'stream_options'.","param":"stream_options","code":"unknown_parameter"}}"#,
            "stream_options",
            json!(null),
        ),
        (
            "/stream_options",
            400,
            r#"{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted'}]","type":"BadRequestError","code":400}"#,
            "stream_options",
            json!(null),
        ),
        (
            "/stream_options",
            422,
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#,
            "stream_options",
            json!(null),
        ),
        (
            "/stream_options",
            400,
            r#"{"error":{"message":"Extra inputs are not permitted, field: 'stream_options'"}}"#,
            "stream_options",
            json!(null),
        ),
        ("/stream_options", 500, "stream_options: not implemented", "stream_options", json!(null)),
        ("/stream_options", 405, "stream_options", "stream_options", json!(null)),
        (
            "/response_format",
            400,
            r#"{"error":{"message":"This response_format type is unavailable now"}}"#,
            "schema",
            json!("prompt"),
        ),
        (
            "/response_format",
            404,
            r#"{"error":{"message":"No endpoints found that support structured outputs"}}"#,
            "schema",
            json!("prompt"),
        ),
        ("/response_format", 500, "failed to parse grammar", "schema", json!("prompt")),
        ("/response_format", 501, "response_format: not implemented", "schema", json!("prompt")),
        ("/response_format", 422, "{}", "schema", json!("prompt")),
        (
            "/max_tokens",
            400,
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#,
            "max_tokens",
            json!("max_completion_tokens"),
        ),
        (
            "/temperature",
            400,
            r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.","param":"temperature","code":"unsupported_value"}}"#,
            "temperature",
            json!(null),
        ),
        (
            "/temperature",
            400,
            r#"{"error":{"message":"Unsupported value.","param":"temperature","code":"unsupported_value"}}"#,
            "temperature",
            json!(null),
        ),
        ("/top_p", 400, r#"{"error":{"message":"top_p: unknown field"}}"#, "top_p", json!(null)),
        (
            "/seed",
            400,
            r#"{"error":{"message":"Unrecognized request argument supplied: seed"}}"#,
            "seed",
            json!(null),
        ),
        (
            "/stop",
            400,
            r#"{"error":{"message":"Unsupported parameter: 'stop' is not supported with this model.","param":"stop"}}"#,
            "stop",
            json!(null),
        ),
        (
            "/reasoning_effort",
            400,
            r#"{"error":{"message":"Unrecognized request argument supplied: reasoning_effort"}}"#,
            "reasoning_effort",
            json!(null),
        ),
    ] {
        let world = refusing(field, status, words);
        let (outcome, events) = call_and_listen(&world, "parallelProcess", tasks(), options());
        let result = outcome.resolved();
        assert_eq!(result.metadata.completed_tasks, 2, "{words}");
        assert_eq!(world.log().len(), 3, "refused once alone: {words}");
        let told: Vec<&Value> = events.iter().filter(|event| event["name"] == "unsupported").collect();
        let [told] = told[..] else { panic!("{words}: {told:?}") };
        assert_eq!((&told["value"]["field"], &told["value"]["instead"]), (&json!(name), &instead), "{words}");
        let (first, last) = (body(&world.log()[0].request), body(&world.log()[2].request));
        for other in first.as_object().unwrap().keys().filter(|other| !field.ends_with(&***other)) {
            assert!(last.get(other).is_some(), "{other} is still sent: {words}");
        }
        if name == "max_tokens" {
            assert_eq!(last["max_completion_tokens"], 9);
        }
    }
}

#[test]
fn a_value_that_is_wrong_is_the_callers_to_mend() {
    for words in [
        r#"{"error":{"message":"temperature must be between 0 and 1"}}"#,
        r#"{"error":{"message":"max_tokens is too large: 9. This model supports at most 8 completion tokens","param":"max_tokens"}}"#,
        r#"{"error":{"message":"Stop here."}}"#,
    ] {
        let world = refusing("/messages", 400, words);
        let options = json!({ "temperature": 2, "maxTokens": 9, "stop": "x" });
        let failure = call(&world, "parallelProcess", tasks(), options).rejected();
        assert_eq!(failure.results[0].error.as_ref().unwrap().code, Code::ApiError);
        assert_eq!(world.log().len(), 1, "{words}");
    }
}

#[test]
fn a_server_that_names_nothing_is_asked_without_what_it_hardly_knows_and_no_more_often() {
    let mut options = options();
    let world = refusing("/stream_options", 400, "Extra inputs are not permitted");
    let result = call(&world, "parallelProcess", tasks(), options.clone()).resolved();
    assert_eq!(result.metadata.completed_tasks, 2);
    assert_eq!(world.log().len(), 4, "the schema is suspected first");
    let world = refusing("/messages", 400, "Extra inputs are not permitted");
    call(&world, "parallelProcess", tasks(), options.clone()).rejected();
    assert_eq!(world.log().len(), 3);
    options.as_object_mut().unwrap().remove("schema");
    let world = refusing("/messages", 400, "{}");
    call(&world, "parallelProcess", tasks(), options).rejected();
    assert_eq!(world.log().len(), 1);
}

#[test]
fn models_that_take_no_effort_beside_tools_are_sent_none() {
    let words = r#"{"error":{"message":"Function tools with reasoning_effort are not supported for gpt-x in /v1/chat/completions.","param":"reasoning_effort"}}"#;
    let world =
        Simulation::new(1, move |request: &Request, _| match body(request)["reasoning_effort"] == "none" {
            true => Reply::new(200, 1.0, completion("done", 10, 5)),
            false => Reply::new(400, 1.0, words),
        });
    let tool = json!({ "type": "function", "function": { "name": "t" } });
    let options =
        json!({ "aggregate": false, "baseURL": "http://host.test/v1", "extraBody": { "tools": [tool] } });
    let result = call(&world, "parallelProcess", tasks(), options).resolved();
    assert_eq!((result.metadata.completed_tasks, world.log().len()), (2, 3));
}

#[test]
fn what_one_model_refuses_is_sent_to_others() {
    let world = Simulation::new(1, move |request: &Request, _| {
        let body = body(request);
        match body["model"] == "strict" && body.get("temperature").is_some() {
            true => Reply::new(400, 1.0, "temperature is not supported"),
            false => Reply::new(200, 1.0, completion("done", 10, 5)),
        }
    });
    let tasks = json!(["x", [
        { "id": "a", "content": "x", "model": "strict" },
        { "id": "b", "content": "x", "model": "other", "dependencies": ["a"] },
    ]]);
    call(&world, "parallelProcess", tasks, json!({ "aggregate": false, "temperature": 0.5 })).resolved();
    assert_eq!(body(&world.log()[2].request)["temperature"], 0.5);
}

/// What the last message of a request says.
fn last(world: &Simulation, index: usize) -> String {
    let body = body(&world.log()[index].request);
    body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().into()
}

#[test]
fn a_server_that_ignores_a_schema_is_told_it_in_words_from_then_on() {
    let world =
        Simulation::new(1, |request: &Request, _| match request.body.contains("fits this JSON Schema") {
            true => Reply::new(200, 1.0, completion("{\"name\": \"Ada\"}", 10, 5)),
            false => Reply::new(200, 1.0, completion("Her name is Ada.", 10, 5)),
        });
    let options = json!({ "aggregate": false, "schema": schema() });
    let result = call(&world, "parallelProcess", tasks(), options).resolved();
    assert_eq!((result.metadata.completed_tasks, world.log().len()), (2, 3));
    let correction = last(&world, 1);
    assert!(correction.contains("cannot be used") && correction.contains("JSON Schema"), "{correction}");
    assert!(last(&world, 2).contains("fits this JSON Schema"));
    assert!(body(&world.log()[2].request).get("response_format").is_some());
}

#[test]
fn no_empty_turn_is_sent() {
    for provider in ["openai", "anthropic"] {
        let mut count = 0;
        let world = Simulation::new(1, move |_: &Request, _| {
            count += 1;
            let text = if count == 1 { "" } else { "{\"name\": \"Ada\"}" };
            let anthropic =
                json!({ "content": [{ "type": "text", "text": text }], "stop_reason": "end_turn" });
            let body = if provider == "openai" { completion(text, 10, 5) } else { anthropic.to_string() };
            Reply::new(200, 1.0, body)
        });
        let options =
            json!({ "aggregate": false, "schema": schema(), "provider": provider, "apiKey": "key" });
        let task = json!(["x", [{ "id": "a", "content": "name it" }]]);
        call(&world, "parallelProcess", task, options).resolved();
        let second = body(&world.log()[1].request);
        for message in second["messages"].as_array().unwrap() {
            assert!(message["role"] != "assistant" && message["content"] != json!([]), "{second}");
        }
    }
}
