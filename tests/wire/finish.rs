//! Answers that stand for none, though their status is 200, and shapes that are not documented:
//! read, or a failure, but never an empty success.
//!
//! Sources: openrouter.ai/docs/api/reference/errors-and-debugging, docs.z.ai/api-reference,
//! api-docs.deepseek.com, ai.google.dev/api/generate-content#FinishReason, docs.mistral.ai/api, the
//! issue vllm-project/vllm#44098.

use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::completion::Completion;
use parallelization_agent::model::provider::Provider;

use crate::exchanges::{Exchanged, streamed, whole};

fn openai(choice: &Value) -> Exchanged {
    whole(Provider::OpenAi, 200, &json!({ "choices": [choice] }).to_string())
}

fn gemini(reason: impl Into<Value>, text: &str) -> Exchanged {
    let reason: Value = reason.into();
    let candidate = json!({ "content": { "parts": [{ "text": text }] }, "finishReason": reason });
    whole(Provider::Gemini, 200, &json!({ "candidates": [candidate] }).to_string())
}

fn stream(chunks: &[Value]) -> Completion {
    let chunks: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
    streamed(Provider::OpenAi, &(chunks + "data: [DONE]\n\n"), 100).outcome.unwrap()
}

fn chunk(delta: Value) -> Value {
    json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] })
}

fn end(reason: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] })
}

#[test]
fn servers_that_broke_off_are_asked_again() {
    for reason in ["error", "network_error", "insufficient_system_resource"] {
        for choice in [
            json!({ "message": { "content": "Hal" }, "finish_reason": reason }),
            json!({ "message": { "content": "Hal" }, "finish_reason": "stop", "native_finish_reason": reason }),
        ] {
            let failure = openai(&choice).outcome.unwrap_err();
            assert_eq!((failure.code, failure.transient), (Code::ApiError, true), "{choice}");
        }
    }
}

#[test]
fn filters_have_many_names_and_no_retry_mends_them() {
    let filtered = json!({ "message": { "content": "" }, "finish_reason": "sensitive" });
    let mut failures = vec![openai(&filtered).outcome.unwrap_err()];
    for reason in
        ["SAFETY", "MODEL_ARMOR", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "SPII"]
    {
        failures.push(gemini(reason, "").outcome.unwrap_err());
    }
    for failure in failures {
        assert_eq!((failure.code, failure.transient), (Code::Refused, false), "{}", failure.message);
    }
}

#[test]
fn an_end_without_a_word_is_a_failure_where_the_reason_is_none() {
    for reason in
        ["OTHER", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE", "MALFORMED_FUNCTION_CALL", "NO_IMAGE"]
    {
        let failure = gemini(reason, "").outcome.unwrap_err();
        assert_eq!((failure.code, failure.transient), (Code::BadResponse, true), "{reason}");
    }
    let answer = gemini("OTHER", "Yes").outcome.unwrap();
    assert_eq!((&*answer.text, answer.finish_reason.as_deref()), ("Yes", Some("other")));
}

#[test]
fn the_longest_answer_is_told_in_one_word() {
    for reason in ["length", "model_length", "max_tokens", "MAX_TOKENS"] {
        let answer =
            openai(&json!({ "message": { "content": "Once" }, "finish_reason": reason })).outcome.unwrap();
        assert_eq!(answer.finish_reason.as_deref(), Some("length"), "{reason}");
    }
}

#[test]
fn of_several_answers_the_first_alone_is_read() {
    let choice = |index: u64, text: &str| json!({ "index": index, "delta": { "content": text }, "finish_reason": null });
    let chunks = [
        json!({ "choices": [choice(1, "N")] }),
        json!({ "choices": [choice(0, "Ye"), choice(1, "o")] }),
        json!({ "choices": [choice(0, "s")] }),
        json!({ "choices": [{ "index": 1, "delta": {}, "finish_reason": "length" }] }),
        json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }),
    ];
    let answer = stream(&chunks);
    assert_eq!((&*answer.text, answer.finish_reason.as_deref()), ("Yes", Some("stop")));
}

#[test]
fn a_chunk_may_have_a_message_where_a_delta_is_documented() {
    let message = |text: &str| json!({ "choices": [{ "index": 0, "message": { "content": text }, "finish_reason": null }] });
    assert_eq!(stream(&[message("Ye"), message("s"), end("stop")]).text, "Yes");
    let summary =
        json!({ "choices": [{ "index": 0, "message": { "content": "Yes" }, "finish_reason": "stop" }] });
    assert_eq!(stream(&[chunk(json!({ "content": "Yes" })), summary]).text, "Yes", "all of it once more");
}

#[test]
fn content_may_be_an_object() {
    for (content, expected) in [
        (json!({ "type": "text", "text": "Yes" }), "Yes"),
        (json!({ "text": "Yes" }), "Yes"),
        (json!({ "answer": "Yes" }), r#"{"answer":"Yes"}"#),
        (json!(["Ye", "s"]), "Yes"),
    ] {
        let whole =
            openai(&json!({ "message": { "content": content }, "finish_reason": "stop" })).outcome.unwrap();
        assert_eq!(whole.text, expected);
        assert_eq!(stream(&[chunk(json!({ "content": content })), end("stop")]).text, expected);
    }
}

#[test]
fn calls_of_the_time_before_tools_are_calls() {
    let function = json!({ "name": "weather", "arguments": "{\"city\":\"Rome\"}" });
    let message = json!({ "content": null, "function_call": function });
    let pieces = [
        chunk(json!({ "function_call": { "name": "weather", "arguments": "" } })),
        chunk(json!({ "function_call": { "arguments": "{\"city\":\"Rome\"}" } })),
        end("function_call"),
    ];
    for answer in [
        openai(&json!({ "message": message, "finish_reason": "function_call" })).outcome.unwrap(),
        stream(&pieces),
    ] {
        let [call] = &answer.tool_calls[..] else { panic!("{answer:?}") };
        assert_eq!((&*call.name, &*call.arguments), ("weather", r#"{"city":"Rome"}"#));
    }
}

fn anthropic(events: &[Value]) -> Exchanged {
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    streamed(Provider::Anthropic, &events, 100)
}

fn stop() -> [Value; 2] {
    [
        json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" } }),
        json!({ "type": "message_stop" }),
    ]
}

#[test]
fn anthropics_events_are_read_without_their_index_and_without_the_start_of_a_block() {
    let start = json!({ "type": "content_block_start", "content_block": { "type": "text", "text": "" } });
    let piece = |text: &str| json!({ "type": "content_block_delta", "delta": { "type": "text_delta", "text": text } });
    let [reason, end] = stop();
    for events in [
        vec![start, piece("Ye"), piece("s"), reason.clone(), end.clone()],
        vec![piece("Ye"), piece("s"), reason.clone(), end.clone()],
    ] {
        let exchanged = anthropic(&events);
        assert_eq!((&*exchanged.outcome.unwrap().text, &*exchanged.shown.concat()), ("Yes", "Yes"));
    }
    let arguments = json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "input_json_delta", "partial_json": "{" } });
    assert_eq!(anthropic(&[arguments, reason, end]).outcome.unwrap_err().code, Code::BadResponse);
}

#[test]
fn a_second_message_starts_over() {
    let start = json!({ "type": "message_start", "message": { "model": "claude", "content": [] } });
    let piece = |text: &str| json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": text } });
    let [reason, end] = stop();
    let exchanged = anthropic(&[start.clone(), piece("No"), start, piece("Yes"), reason, end]);
    assert_eq!((&*exchanged.outcome.unwrap().text, &*exchanged.shown.concat()), ("Yes", "Yes"));
}

/// The numbers of google.cloud.aiplatform.v1.Candidate.FinishReason, which a request asks for by
/// `enum-encoding=int`.
#[test]
fn a_reason_may_come_as_a_number() {
    let finish = |number: i32| gemini(number, "Once").outcome;
    assert_eq!(finish(1).unwrap().finish_reason.as_deref(), Some("stop"));
    assert_eq!(finish(2).unwrap().finish_reason.as_deref(), Some("length"));
    assert_eq!(finish(3).unwrap_err().code, Code::Refused);
    assert_eq!(finish(4).unwrap_err().code, Code::Refused);
    for number in [5, 8] {
        assert_eq!(gemini(number, "").outcome.unwrap_err().code, Code::BadResponse, "{number}");
    }
}
