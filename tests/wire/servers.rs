//! Servers that speak OpenAI's format and depart from it: what they are known to do, and are not to
//! trip over.
//!
//! Sources: docs.mistral.ai/api, openrouter.ai/docs/api/reference/errors-and-debugging, the issues
//! ollama/ollama#15457, avante.nvim#2347 (Mistral's `stream_options`) and vllm-project/vllm#886
//! (its errors).

use parallelization_agent::error::Code;
use parallelization_agent::json::{self, Value, json};
use parallelization_agent::model::completion::Completion;
use parallelization_agent::model::formats::format_of;
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::worker::Worker;

use crate::exchanges::{KEY, streamed, whole, worker};

fn at(base_url: &str, model: &str) -> Worker {
    Worker {
        base_url: base_url.into(),
        model: model.into(),
        max_tokens: Some(9),
        seed: Some(7),
        ..worker(Provider::OpenAi)
    }
}

/// The headers and the body of a streamed request.
fn sent(worker: &Worker) -> (Vec<(String, String)>, Value) {
    let request = format_of(Provider::OpenAi).unwrap().request(worker, &[], true);
    (request.headers, json::parse(&request.body).unwrap())
}

fn stream(chunks: &[Value]) -> String {
    chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect()
}

fn delta(delta: Value) -> Value {
    json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] })
}

fn end(reason: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] })
}

/// The calls of a streamed answer: id, name and arguments.
fn calls(parts: &[Value]) -> Vec<(String, String, String)> {
    let mut chunks: Vec<Value> = parts.iter().map(|part| delta(json!({ "tool_calls": [part] }))).collect();
    chunks.push(end("tool_calls"));
    let Completion { tool_calls, .. } = streamed(Provider::OpenAi, &stream(&chunks), 50).outcome.unwrap();
    tool_calls.into_iter().map(|call| (call.id, call.name, call.arguments)).collect()
}

fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
    (id.into(), name.into(), arguments.into())
}

#[test]
fn models_that_think_are_told_the_longest_answer_by_its_new_name_wherever_they_are() {
    const NEW: &str = "max_completion_tokens";
    const OLD: &str = "max_tokens";
    for (base_url, model, field, other) in [
        ("https://api.openai.com/v1", "gpt-4.1-mini", NEW, OLD),
        ("https://r.openai.azure.com/openai/deployments/d?api-version=1", "any", NEW, OLD),
        ("https://r.cognitiveservices.azure.com/openai/v1", "any", NEW, OLD),
        ("https://my.proxy/v1", "o3-mini", NEW, OLD),
        ("https://my.proxy/v1", "openai/gpt-5.2-nano", NEW, OLD),
        ("https://my.proxy/v1", "gpt-4o", OLD, NEW),
        ("https://my.proxy/v1", "gpt-oss-20b", OLD, NEW),
        ("https://my.proxy/api.openai.com/v1", "olmo", OLD, NEW),
        ("https://r.services.ai.azure.com/models", "llama", OLD, NEW),
    ] {
        let (_, body) = sent(&at(base_url, model));
        assert_eq!((&body[field], body.get(other)), (&json!(9), None), "{model} at {base_url}");
    }
}

#[test]
fn azure_takes_its_key_in_a_header_of_its_own() {
    for (base_url, name, value) in [
        ("https://r.openai.azure.com/openai/v1", "api-key", KEY.to_string()),
        ("https://r.cognitiveservices.azure.com/openai/v1", "api-key", KEY.to_string()),
        ("https://r.services.ai.azure.com/models", "api-key", KEY.to_string()),
        ("https://models.inference.ai.azure.com", "authorization", format!("Bearer {KEY}")),
        ("https://host/.openai.azure.com/v1", "authorization", format!("Bearer {KEY}")),
    ] {
        let (headers, _) = sent(&at(base_url, "m"));
        let holders: Vec<_> = headers.iter().filter(|(_, value)| value.contains(KEY)).collect();
        assert_eq!(holders, [&(name.to_string(), value)], "{base_url}");
    }
}

#[test]
fn mistral_is_sent_nothing_that_it_refuses() {
    let (_, body) = sent(&at("https://api.mistral.ai/v1", "mistral-small-latest"));
    assert_eq!((&body["random_seed"], &body["max_tokens"]), (&json!(7), &json!(9)));
    assert_eq!((body.get("seed"), body.get("stream_options")), (None, None));
    let (_, body) = sent(&at("https://api.groq.com/openai/v1", "llama"));
    assert_eq!((&body["seed"], body.get("random_seed")), (&json!(7), None));
}

#[test]
fn text_in_parts_is_read_without_its_thinking() {
    let content = json!([
        { "type": "thinking", "thinking": [{ "type": "text", "text": "Hm." }] },
        { "type": "text", "text": "Yes" },
        { "type": "text", "text": "." },
    ]);
    let body = json!({ "choices": [{ "message": { "content": content }, "finish_reason": "stop" }] });
    assert_eq!(whole(Provider::OpenAi, 200, &body.to_string()).outcome.unwrap().text, "Yes.");
    let chunks = stream(&[delta(json!({ "content": content })), end("stop")]);
    assert_eq!(streamed(Provider::OpenAi, &chunks, 9).outcome.unwrap().text, "Yes.");
}

#[test]
fn an_answer_of_no_words_is_read_alike_whole_and_streamed() {
    let message = json!({ "content": null, "reasoning_content": "Hm." });
    let body = json!({ "choices": [{ "message": message, "finish_reason": "stop" }] });
    let whole = whole(Provider::OpenAi, 200, &body.to_string()).outcome.unwrap();
    assert_eq!((&*whole.text, whole.finish_reason.as_deref()), ("", Some("stop")));
    let chunks = stream(&[delta(message), end("stop")]);
    assert_eq!(streamed(Provider::OpenAi, &chunks, 9).outcome.unwrap(), whole);
}

#[test]
fn an_empty_finish_reason_in_each_chunk_does_not_end_the_answer() {
    let chunk = json!({ "choices": [{ "delta": { "content": "half" }, "finish_reason": "" }] });
    let failure = streamed(Provider::OpenAi, &stream(&[chunk]), 50).outcome.unwrap_err();
    assert_eq!(failure.code, Code::Truncated);
}

#[test]
fn arguments_may_be_an_object_where_a_string_is_documented() {
    let part = json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": { "x": 1 } } });
    assert_eq!(calls(std::slice::from_ref(&part)), [call("a", "f", r#"{"x":1}"#)]);
    let body = json!({ "choices": [{ "message": { "tool_calls": [part] }, "finish_reason": "tool_calls" }] });
    let answer = whole(Provider::OpenAi, 200, &body.to_string()).outcome.unwrap();
    assert_eq!(answer.tool_calls[0].arguments, r#"{"x":1}"#);
}

#[test]
fn pieces_of_tool_calls_find_their_calls() {
    let piece = |index: Value, id: &str, name: &str, arguments: &str| json!({ "index": index, "id": id, "function": { "name": name, "arguments": arguments } });
    let interleaved = [
        piece(json!(0), "a", "f", "{\"x\""),
        piece(json!(1), "b", "g", "{\"y\""),
        piece(json!(0), "", "", ":1}"),
        piece(json!(1), "", "", ":2}"),
    ];
    let repeated = [piece(json!(0), "a", "f", "{\"x\""), piece(json!(0), "a", "f", ":1}")];
    let all_the_first = [piece(json!(0), "a", "f", "{\"x\":1}"), piece(json!(0), "b", "g", "{\"y\":2}")];
    let without_index = [
        piece(Value::Null, "a", "f", "{\"x\""),
        piece(Value::Null, "", "", ":1}"),
        piece(Value::Null, "b", "g", "{\"y\":2}"),
    ];
    let without_anything =
        [piece(Value::Null, "", "f", "{\"x\":1}"), piece(Value::Null, "", "g", "{\"y\":2}")];
    let both = [call("a", "f", "{\"x\":1}"), call("b", "g", "{\"y\":2}")];
    assert_eq!(calls(&interleaved), both);
    assert_eq!(calls(&repeated), both[..1]);
    assert_eq!(calls(&all_the_first), both);
    assert_eq!(calls(&without_index), both);
    assert_eq!(calls(&without_anything), [call("", "f", "{\"x\":1}"), call("", "g", "{\"y\":2}")]);
}

#[test]
fn errors_are_found_wherever_a_server_puts_them() {
    let in_the_choice = json!({
        "choices": [{
            "error": { "code": 502, "message": "The provider is down." },
            "message": { "content": "" },
            "finish_reason": "error",
        }],
    });
    let itself = json!({ "object": "error", "message": "The provider is down.", "code": 502 });
    for body in [in_the_choice, itself] {
        for exchanged in [
            whole(Provider::OpenAi, 200, &body.to_string()),
            streamed(Provider::OpenAi, &stream(&[body]), 50),
        ] {
            let failure = exchanged.outcome.unwrap_err();
            assert_eq!((failure.code, failure.status), (Code::ApiError, Some(502)));
            assert!(failure.transient && failure.message.contains("The provider is down."));
        }
    }
}

#[test]
fn a_wait_is_found_in_the_body_too() {
    let google = json!({ "error": {
        "code": 429,
        "message": "Quota exceeded.",
        "status": "RESOURCE_EXHAUSTED",
        "details": [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "33s" }],
    } });
    let failure = whole(Provider::Gemini, 429, &google.to_string()).outcome.unwrap_err();
    assert_eq!((failure.code, failure.retry_after_ms), (Code::RateLimited, Some(33_000.0)));
    let words =
        json!({ "error": { "type": "rate_limit_exceeded", "message": "Please try again in 634ms." } });
    let failure = streamed(Provider::OpenAi, &stream(&[words]), 50).outcome.unwrap_err();
    assert_eq!((failure.code, failure.retry_after_ms), (Code::RateLimited, Some(634.0)));
}

#[test]
fn want_of_credit_goes_by_many_names() {
    for (status, body) in [
        (402, json!({ "error": { "message": "Insufficient Balance" } })),
        (
            400,
            json!({ "error": { "type": "invalid_request_error", "message": "Your credit balance is too low to access the Anthropic API." } }),
        ),
        (429, json!({ "error": { "code": "billing_not_active", "message": "Your account is not active." } })),
    ] {
        let failure = whole(Provider::OpenAi, status, &body.to_string()).outcome.unwrap_err();
        assert_eq!((failure.code, failure.transient), (Code::QuotaExceeded, false), "{body}");
    }
}
