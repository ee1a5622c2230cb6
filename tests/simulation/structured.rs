//! An answer that has to fit a schema is checked, asked for once more, and handed on as data.

use parallelization_agent::error::Code;
use parallelization_agent::json::{self, Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::{call, call_and_listen, completion};

/// A server that gives these answers, one after another, and the last one for ever.
pub fn server(answers: &'static [&str]) -> Simulation {
    let mut next = 0;
    Simulation::new(1, move |_: &Request, _| {
        let answer = answers[next.min(answers.len() - 1)];
        next += 1;
        Reply::new(200, 10.0, completion(answer, 10, 5))
    })
}

pub fn task() -> Value {
    json!(["x", [{ "id": "a", "content": "name it" }]])
}

pub fn options() -> Value {
    json!({
        "aggregate": false,
        "schema": {
            "type": "object",
            "properties": { "name": { "type": "string" } },
            "required": ["name"],
        },
    })
}

pub fn body(world: &Simulation, index: usize) -> Value {
    json::parse(&world.log()[index].request.body).unwrap()
}

#[test]
fn the_schema_goes_to_the_server_and_the_data_comes_back() {
    let world = server(&["Here it is:\n```json\n{\"name\": \"Ada\"}\n```"]);
    let result = call(&world, "parallelProcess", task(), options()).resolved();
    assert_eq!(result.results[0].data.as_deref(), Some(&json!({ "name": "Ada" })));
    assert_eq!(result.results[0].metadata.attempts, 1);
    let format = &body(&world, 0)["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["strict"], true);
    assert_eq!(format["json_schema"]["schema"]["additionalProperties"], false);
}

#[test]
fn an_answer_that_does_not_fit_is_asked_for_once_more_with_what_is_wrong() {
    let world = server(&["{\"name\": 7}", "{\"name\": \"Ada\"}"]);
    let result = call(&world, "parallelProcess", task(), options()).resolved();
    assert_eq!(result.results[0].data.as_deref(), Some(&json!({ "name": "Ada" })));
    assert_eq!(result.results[0].result.as_deref(), Some("{\"name\": \"Ada\"}"));
    assert_eq!((result.metadata.attempts, result.metadata.retries), (2, 1));
    assert_eq!(result.metadata.total_tokens, 30, "both answers are in the account");
    let messages = body(&world, 1)["messages"].as_array().unwrap().clone();
    assert_eq!(messages[2], json!({ "role": "assistant", "content": "{\"name\": 7}" }));
    assert!(messages[3]["content"].as_str().unwrap().contains("`name` must be of type string, not number"));
}

#[test]
fn a_second_answer_that_does_not_fit_fails_the_task() {
    for answers in [&["{\"name\": 7}"], &["no JSON at all"]] {
        let world = server(answers);
        let failure = call(&world, "parallelProcess", task(), options()).rejected();
        let result = &failure.results[0];
        assert_eq!(result.error.as_ref().unwrap().code, Code::SchemaMismatch);
        assert_eq!((&result.data, &result.result), (&None, &None));
        assert_eq!(world.log().len(), 2);
    }
}

#[test]
fn a_reader_of_the_stream_is_told_to_forget_the_first_answer() {
    let chunk = |text: &str| {
        let delta = json!({ "choices": [{ "delta": { "content": text }, "finish_reason": "stop" }] });
        format!("data: {delta}\n\ndata: [DONE]\n\n")
    };
    let mut first = true;
    let world = Simulation::new(1, move |_: &Request, _| {
        let text = if std::mem::take(&mut first) { "{}" } else { "{\"name\": \"Ada\"}" };
        Reply {
            headers: vec![("content-type".into(), "text/event-stream".into())],
            ..Reply::new(200, 1.0, chunk(text))
        }
    });
    let mut options = options();
    options["stream"] = json!(true);
    let (outcome, events) = call_and_listen(&world, "parallelProcess", task(), options);
    assert!(outcome.resolved().results[0].data.is_some());
    let retry = events.iter().find(|event| event["name"] == "retry").unwrap();
    assert_eq!(retry["value"]["code"], "SCHEMA_MISMATCH");
    assert_eq!(retry["value"]["discardsText"], true);
    let starts = events.iter().filter(|event| event["type"] == "TEXT_MESSAGE_START").count();
    assert_eq!(starts, 2);
}

#[test]
fn a_format_without_a_place_for_the_schema_is_told_in_words() {
    let world = Simulation::new(1, |_: &Request, _| {
        let content = json!([{ "type": "text", "text": "{\"name\": \"Ada\"}" }]);
        let body = json!({ "content": content, "stop_reason": "end_turn" });
        Reply::new(200, 1.0, body.to_string())
    });
    let mut options = options();
    options["provider"] = json!("anthropic");
    options["apiKey"] = json!("key");
    call(&world, "parallelProcess", task(), options.clone()).resolved();
    assert_eq!(body(&world, 0)["output_config"]["format"]["type"], "json_schema");
    let schema = options.get_mut("schema").unwrap();
    let properties = schema.get_mut("properties").unwrap();
    properties["name"]["minLength"] = json!(2);
    call(&world, "parallelProcess", task(), options).resolved();
    let second = body(&world, 1);
    assert_eq!(second.get("output_config"), None);
    let said = second["messages"][0]["content"][0]["text"].as_str().unwrap();
    assert!(said.starts_with("name it\n\n") && said.contains("\"minLength\":2"), "{said}");
}

#[test]
fn a_server_that_refuses_the_schema_is_asked_in_words_from_then_on() {
    let words = r#"{"error":{"message":"This response_format type is unavailable now"}}"#;
    let world =
        Simulation::new(1, move |request: &Request, _| match request.body.contains("\"response_format\"") {
            true => Reply::new(400, 1.0, words),
            false => Reply::new(200, 1.0, completion("{\"name\": \"Ada\"}", 10, 5)),
        });
    let tasks: Vec<Value> =
        (0..9).map(|index| json!({ "id": format!("t{index}"), "content": "name it" })).collect();
    let mut options = options();
    options["concurrency"] = json!(2);
    let result = call(&world, "parallelProcess", json!(["x", tasks]), options).resolved();
    assert!(result.results.iter().all(|task| task.data.as_deref() == Some(&json!({ "name": "Ada" }))));
    assert_eq!(result.metadata.attempts, 9 + 2, "only those that were under way asked twice");
    let last = body(&world, 10)["messages"].as_array().unwrap().last().unwrap().to_string();
    assert!(last.contains("fits this JSON Schema"), "{last}");
}

#[test]
fn a_summary_with_a_schema_comes_as_data_too() {
    const ANSWER: &str = "{\"name\": \"Ada\"}";
    let world = server(&[ANSWER]);
    let schema = options()["schema"].clone();
    let one = json!(["x", [{ "id": "a", "content": "name it" }]]);
    let aggregate = json!({ "aggregate": { "schema": schema } });
    let result = call(&world, "parallelProcess", one, aggregate).resolved();
    assert_eq!(result.outcome["summary"], json!(ANSWER));
    assert_eq!(result.outcome["summaryData"], json!({ "name": "Ada" }));
    assert_eq!(result.results[0].data, None);

    let documents = json!([["one", "two", "three"]]);
    let reduce = json!({ "reduce": { "schema": schema }, "fanIn": 2 });
    let result = call(&world, "mapReduce", documents, reduce).resolved();
    assert_eq!(result.outcome["summaryData"], json!({ "name": "Ada" }));
}

#[test]
fn a_fallback_has_to_fit_the_schema_of_the_worker_that_it_stands_in_for() {
    let world =
        Simulation::new(1, |request: &Request, _| match request.body.contains("\"model\":\"second\"") {
            true => Reply::new(200, 1.0, completion("{\"name\": \"Ada\"}", 10, 5)),
            false => Reply::new(404, 1.0, "{}"),
        });
    let mut options = options();
    let schema = options.get_mut("schema").unwrap().take();
    options.as_object_mut().unwrap().remove("schema");
    options["fallbacks"] = json!([{ "model": "second" }]);
    let task = json!(["x", [{ "id": "a", "content": "name it", "schema": schema }]]);
    let result = call(&world, "parallelProcess", task, options).resolved();
    assert_eq!(result.results[0].data.as_deref(), Some(&json!({ "name": "Ada" })));
    assert_eq!(body(&world, 1)["response_format"]["type"], "json_schema");
}

#[test]
fn what_is_no_schema_is_refused() {
    let world = server(&["{}"]);
    for schema in [json!("string"), json!([]), json!(true)] {
        let issues = call(&world, "parallelProcess", task(), json!({ "schema": schema })).invalid();
        assert_eq!(issues[0].path, "options.schema");
    }
}

/// A server of OpenAI's format that knows no `response_format`, and says so with a status.
fn plain(status: u16) -> Simulation {
    Simulation::new(1, move |request: &Request, _| {
        let body: Value = json::parse(&request.body).unwrap();
        if body.get("response_format").is_some() {
            return Reply::new(status, 10.0, json!({ "error": { "message": "unknown field" } }).to_string());
        }
        let ballot = json!({ "name": "Ada", "answer": "yes", "reasoning": "so", "confidence": 1 });
        Reply::new(200, 10.0, completion(&ballot.to_string(), 10, 5))
    })
}

#[test]
fn a_server_that_refuses_schemas_is_asked_in_words_and_not_refused_twice() {
    for status in [400, 422] {
        let world = plain(status);
        let tasks = json!(["x", [{ "id": "a", "content": "name it" }, { "id": "b", "content": "{{a}}", "dependencies": ["a"] }]]);
        let result = call(&world, "parallelProcess", tasks, options()).resolved();
        assert_eq!(
            result.results[0].data.as_deref(),
            Some(&json!({ "name": "Ada", "answer": "yes", "reasoning": "so", "confidence": 1 }))
        );
        assert_eq!((result.metadata.attempts, result.metadata.retries), (3, 1));
        let asked = body(&world, 2)["messages"][1]["content"].as_str().unwrap().to_string();
        assert!(asked.contains("Answer with JSON alone"), "{asked}");
    }
}

#[test]
fn a_server_that_took_a_schema_once_means_something_else_when_it_refuses() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &Request, _| {
        count += 1;
        Reply::new(if count == 1 { 200 } else { 400 }, 10.0, completion("{\"name\": \"Ada\"}", 10, 5))
    });
    let tasks = json!(["x", [{ "id": "a", "content": "name it" }, { "id": "b", "content": "{{a}}", "dependencies": ["a"] }]]);
    let result = call(&world, "parallelProcess", tasks, options()).resolved();
    assert_eq!(result.results[1].error.as_ref().unwrap().code, Code::ApiError);
    assert_eq!(world.log().len(), 2);
}

#[test]
fn what_a_pattern_reads_itself_is_asked_for_by_schema_and_in_words() {
    let world = server(&["{\"answer\": \"yes\"}"]);
    call(&world, "voting", json!(["Is it?"]), json!({})).resolved();
    let format = &body(&world, 0)["response_format"]["json_schema"];
    assert_eq!(format["strict"], true);
    assert_eq!(format["schema"]["required"], json!(["reasoning", "answer", "confidence"]));
    let asked = body(&world, 0)["messages"][1]["content"].as_str().unwrap().to_string();
    assert_eq!(asked.matches("JSON alone").count(), 1, "{asked}");
    let world = plain(400);
    let result = call(&world, "voting", json!(["Is it?"]), json!({ "concurrency": 1 })).resolved();
    assert_eq!(result.outcome["winner"], "yes");
    assert_eq!(world.log().len(), 3, "the second voter is asked in words, and the third is not needed");
}

#[test]
fn every_form_is_a_schema_that_each_provider_keeps_to() {
    use parallelization_agent::model::schema::closed::closed;
    use parallelization_agent::strategy::prompts::roles::{BALLOT, PICK, PLAN, SCORE, SYNTHESIS, VERDICT};
    for form in [BALLOT, PICK, PLAN, SCORE, SYNTHESIS, VERDICT] {
        let schema: Value = json::parse(form.schema).unwrap();
        assert!(closed(&schema).is_some(), "{schema}");
        for name in schema["required"].as_array().unwrap() {
            assert!(form.words.contains(&format!("{name}: ")), "{name} is not in the words");
        }
    }
}
