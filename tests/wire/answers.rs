//! Answers are read alike, whole and streamed, in whatever pieces they come.

use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::call_settings::Tier;
use parallelization_agent::model::completion::Completion;
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::usage::Usage;

use crate::exchanges::{PROVIDERS, fixture, streamed, whole};

/// Both ways to get the same answer; the streamed one in pieces of several sizes, which have to
/// agree.
fn both(provider: Provider, name: &str) -> (Completion, Completion) {
    let body = fixture(provider, &format!("{name}.json")).unwrap();
    let stream = fixture(provider, &format!("{name}.sse")).unwrap();
    let once = streamed(provider, &stream, usize::MAX);
    for size in [1, 2, 3, 7, 64, 1000] {
        let pieces = streamed(provider, &stream, size);
        assert_eq!(pieces.outcome, once.outcome, "{provider:?} {name} in pieces of {size}");
        assert_eq!(pieces.shown, once.shown);
    }
    let completion = once.outcome.unwrap();
    assert_eq!(once.shown.concat(), completion.text);
    (whole(provider, 200, &body).outcome.unwrap(), completion)
}

#[test]
fn a_streamed_answer_is_the_same_as_the_whole_one() {
    for provider in PROVIDERS {
        for name in ["text", "tools", "length"] {
            let (whole, streamed) = both(provider, name);
            assert_eq!(whole, streamed, "{provider:?} {name}");
        }
    }
}

#[test]
fn text_model_finish_reason_and_usage_are_read() {
    let models =
        ["gpt-4.1-mini-2025-04-14", "gpt-5.4-mini-2026-03-17", "claude-haiku-4-5-20251001", "gemini-flash"];
    for (provider, model) in PROVIDERS.into_iter().zip(models) {
        let (answer, _) = both(provider, "text");
        assert_eq!(answer.text, "Grüße aus Köln ☀️");
        assert_eq!(answer.model.as_deref(), Some(model));
        assert_eq!(answer.finish_reason.as_deref(), Some("stop"));
        let reasoning_tokens = if provider == Provider::Anthropic { 0 } else { 3 };
        let usage = Usage {
            prompt_tokens: 19,
            completion_tokens: 10,
            cached_tokens: 8,
            reasoning_tokens,
            tier: matches!(provider, Provider::OpenAi | Provider::Anthropic).then_some(Tier::Standard),
            ..Usage::default()
        };
        assert_eq!(answer.usage, Some(usage), "{provider:?}");
    }
}

#[test]
fn tool_calls_are_read_with_what_has_to_be_sent_back() {
    for provider in PROVIDERS {
        let (answer, _) = both(provider, "tools");
        assert_eq!(answer.finish_reason.as_deref(), Some("tool_calls"));
        let [first, second] = &answer.tool_calls[..] else { panic!("{provider:?}: {answer:?}") };
        assert_eq!(
            (&*first.id, &*first.name, &*first.arguments),
            ("call_1", "weather", r#"{"city":"Paris"}"#)
        );
        assert_eq!((&*second.name, &*second.arguments), ("weather", r#"{"city":"Rome"}"#));
        assert_ne!(first.id, second.id);
        let sent_back = answer.provider_data.map(|data| data.data.to_string()).unwrap_or_default();
        assert_eq!(sent_back.contains("EqQB"), provider != Provider::OpenAi, "{sent_back}");
    }
}

#[test]
fn an_answer_that_was_cut_short_says_so() {
    for provider in PROVIDERS {
        let (answer, _) = both(provider, "length");
        assert_eq!((&*answer.text, answer.finish_reason.as_deref()), ("Once upon", Some("length")));
    }
    let thought_it_all_away =
        r#"{ "choices": [{ "message": { "content": null }, "finish_reason": "length" }] }"#;
    let answer = whole(Provider::OpenAi, 200, thought_it_all_away).outcome.unwrap();
    assert_eq!((&*answer.text, answer.finish_reason.as_deref()), ("", Some("length")));
}

#[test]
fn a_server_that_does_not_say_what_it_used_leaves_that_open() {
    let stream = fixture(Provider::OpenAi, "text.sse").unwrap();
    let without: Vec<&str> = stream.split("\n\n").filter(|event| !event.contains("\"choices\":[]")).collect();
    let answer = streamed(Provider::OpenAi, &without.join("\n\n"), 100).outcome.unwrap();
    assert_eq!((&*answer.text, answer.usage), ("Grüße aus Köln ☀️", None));
}

#[test]
fn a_refusal_is_a_failure_that_no_retry_mends() {
    for provider in PROVIDERS {
        let body = fixture(provider, "refusal.json").unwrap();
        let stream = fixture(provider, "refusal.sse").unwrap();
        for exchanged in [whole(provider, 200, &body), streamed(provider, &stream, 50)] {
            let failure = exchanged.outcome.unwrap_err();
            assert_eq!((failure.code, failure.transient), (Code::Refused, false), "{provider:?}");
        }
    }
    let filtered =
        r#"{ "choices": [{ "message": { "content": "Fir" }, "finish_reason": "content_filter" }] }"#;
    assert_eq!(whole(Provider::OpenAi, 200, filtered).outcome.unwrap_err().code, Code::Refused);
}

/// As cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling has it under
/// "Streaming function call arguments": texts go on where they stopped, and a call without a name
/// belongs to the one before it.
#[test]
fn arguments_that_come_in_pieces_are_put_together() {
    let call = |call: Value| json!({ "functionCall": call });
    let piece = |path: &str, name: &'static str, value: Value, more: bool| {
        let mut piece = json!({ "jsonPath": path, "willContinue": more });
        piece[name] = value;
        call(json!({ "partialArgs": [piece], "willContinue": true }))
    };
    let mut parts = vec![
        json!({ "functionCall": { "name": "cook", "willContinue": true }, "thoughtSignature": "EqQB" }),
        piece("$.recipe.name", "stringValue", "Las".into(), true),
        piece("$.recipe.name", "stringValue", "agna".into(), true),
        piece("$.recipe.name", "stringValue", "".into(), false),
        piece("$.recipe.parts[0].grams", "numberValue", json!(450), false),
        piece("$.recipe.parts[0].fresh", "boolValue", true.into(), false),
        piece("$.recipe.parts[1].note", "nullValue", "NULL_VALUE".into(), false),
        call(json!({ "willContinue": true })),
        piece("$.steps[0]", "stringValue", "Heat".into(), false),
        call(json!({})),
        call(json!({ "name": "serve", "args": { "at": 8 } })),
        // Nothing may be made up to a far place.
        json!({ "functionCall": { "name": "eat", "partialArgs": [{ "jsonPath": "$.far[1000000000]", "numberValue": 1 }] } }),
    ];
    let last = parts.pop();
    let mut stream: String = parts
        .iter()
        .map(|part| format!("data: {}\n\n", json!({ "candidates": [{ "content": { "parts": [part] } }] })))
        .collect();
    let end = json!({ "candidates": [{ "content": { "parts": [last] }, "finishReason": "STOP" }] });
    stream.push_str(&format!("data: {end}\n\n"));
    let answer = streamed(Provider::Gemini, &stream, 60).outcome.unwrap();
    let calls: Vec<(&str, &str)> =
        answer.tool_calls.iter().map(|call| (&*call.name, &*call.arguments)).collect();
    let cooked = r#"{"recipe":{"name":"Lasagna","parts":[{"grams":450,"fresh":true},{"note":null}]},"steps":["Heat"]}"#;
    assert_eq!(calls, [("cook", cooked), ("serve", r#"{"at":8}"#), ("eat", r#"{"far":[]}"#)]);
    let data = &answer.provider_data.unwrap().data;
    assert_eq!(data.as_array().unwrap().len(), 3, "one part a call, with its signature: {data}");
    assert_eq!(data[0]["thoughtSignature"].as_str(), Some("EqQB"));
}
