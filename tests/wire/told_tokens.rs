//! Tokens that a server tells of beside an answer that comes to nothing: exact where the answer had
//! come to its end, so far where it had not.
//!
//! Sources: platform.claude.com/docs/en/build-with-claude/streaming (`message_start` has the usage
//! of the prompt, `message_delta` sums so far),
//! openrouter.ai/docs/api/reference/errors-and-debugging (errors beside choices and usage),
//! docs.vllm.ai (`continuous_usage_stats`), ai.google.dev/api/generate-content (`usageMetadata` in
//! each piece), platform.openai.com/docs/api-reference/responses-streaming (`response.failed`).

use parallelization_agent::error::Code;
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::usage::Usage;

use crate::exchanges::{Exchanged, streamed, whole};

/// What was read and written, and whether more may have been.
fn told(exchanged: &Exchanged) -> Option<(u64, u64, bool)> {
    exchanged.told.map(|usage: Usage| (usage.prompt_tokens, usage.completion_tokens, usage.estimated))
}

fn events(provider: Provider, events: &[Value]) -> Exchanged {
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    streamed(provider, &events, 50)
}

/// What each format says of 100 tokens that were read and 7 that were written.
fn counts(provider: Provider) -> (&'static str, Value) {
    match provider {
        Provider::OpenAi => ("usage", json!({ "prompt_tokens": 100, "completion_tokens": 7 })),
        Provider::Gemini => ("usageMetadata", json!({ "promptTokenCount": 100, "candidatesTokenCount": 7 })),
        _ => ("usage", json!({ "input_tokens": 100, "output_tokens": 7 })),
    }
}

#[test]
fn a_body_that_is_no_answer_tells_its_tokens_in_every_format() {
    let refusal = json!([{ "type": "message", "content": [{ "type": "refusal", "refusal": "No." }] }]);
    for (provider, body) in [
        (
            Provider::OpenAi,
            json!({ "choices": [{ "message": { "content": "" }, "finish_reason": "content_filter" }] }),
        ),
        (
            Provider::OpenAi,
            json!({ "choices": [{ "message": { "content": "x" }, "finish_reason": "error" }] }),
        ),
        (
            Provider::OpenAi,
            json!({ "choices": [{ "message": { "refusal": "No." }, "finish_reason": "stop" }] }),
        ),
        (
            Provider::OpenAi,
            json!({ "choices": [{ "message": { "content": "<think>Hm" }, "finish_reason": "stop" }] }),
        ),
        (Provider::OpenAi, json!({ "choices": [] })),
        (Provider::OpenAiResponses, json!({ "status": "completed", "output": refusal })),
        (Provider::OpenAiResponses, json!({ "status": "failed", "output": [] })),
        (Provider::Anthropic, json!({ "content": [], "stop_reason": "refusal" })),
        (
            Provider::Gemini,
            json!({ "candidates": [{ "content": { "parts": [] }, "finishReason": "SAFETY" }] }),
        ),
        (Provider::Gemini, json!({ "promptFeedback": { "blockReason": "SAFETY" } })),
    ] {
        let (name, usage) = counts(provider);
        for (status, error) in [(200, None), (200, Some("boom")), (400, Some("boom")), (500, Some("boom"))] {
            let mut body = body.clone();
            body[name] = usage.clone();
            if let Some(error) = error {
                body["error"] = json!({ "message": error });
            }
            let exchanged = whole(provider, status, &body.to_string());
            assert!(exchanged.outcome.is_err(), "{body}");
            assert_eq!(told(&exchanged), Some((100, 7, false)), "{status} {body}");
        }
        assert_eq!(told(&whole(provider, 200, &body.to_string())), None, "{body}");
    }
}

#[test]
fn a_stream_that_breaks_off_has_told_its_tokens_so_far() {
    let start = json!({ "type": "message_start", "message": { "content": [], "usage": { "input_tokens": 100, "output_tokens": 1 } } });
    let text = json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "Yes" } });
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
    for end in [vec![], vec![text.clone()], vec![text, error]] {
        let exchanged = events(Provider::Anthropic, &[vec![start.clone()], end].concat());
        assert_eq!(told(&exchanged), Some((100, 1, true)));
    }
    let (_, usage) = counts(Provider::OpenAi);
    let piece = json!({ "choices": [{ "delta": { "content": "Yes" } }], "usage": usage });
    let alone = json!({ "choices": [], "usage": usage });
    let error = json!({ "error": { "message": "boom" } });
    for stream in [vec![piece.clone()], vec![piece, error.clone()], vec![alone, error]] {
        let exchanged = events(Provider::OpenAi, &stream);
        assert!(exchanged.outcome.is_err());
        assert_eq!(told(&exchanged), Some((100, 7, true)), "{stream:?}");
    }
    let (_, usage) = counts(Provider::Gemini);
    let piece =
        json!({ "candidates": [{ "content": { "parts": [{ "text": "Yes" }] } }], "usageMetadata": usage });
    assert_eq!(told(&events(Provider::Gemini, &[piece])), Some((100, 7, true)));
    let piece = json!({ "type": "response.output_text.delta", "delta": "Yes" });
    assert_eq!(told(&events(Provider::OpenAiResponses, &[piece])), None);
}

#[test]
fn a_stream_that_was_ended_has_told_all_of_its_tokens() {
    let (_, usage) = counts(Provider::OpenAi);
    let text = json!({ "choices": [{ "delta": { "content": "Yes" } }] });
    let end = |reason: &str| json!({ "choices": [{ "delta": {}, "finish_reason": reason }], "usage": usage.clone() });
    let mut failed = end("error");
    failed["error"] = json!({ "message": "boom" });
    for end in [end("content_filter"), end("error"), failed] {
        let exchanged = events(Provider::OpenAi, &[text.clone(), end]);
        assert!(exchanged.outcome.is_err());
        assert_eq!(told(&exchanged), Some((100, 7, false)));
    }
    let start = json!({ "type": "message_start", "message": { "content": [], "usage": { "input_tokens": 100, "output_tokens": 1 } } });
    let end = json!({ "type": "message_delta", "delta": { "stop_reason": "refusal" }, "usage": { "output_tokens": 7 } });
    let exchanged = events(Provider::Anthropic, &[start, end]);
    assert_eq!(exchanged.outcome.as_ref().unwrap_err().code, Code::Refused);
    assert_eq!(told(&exchanged), Some((100, 7, false)));
    let (_, usage) = counts(Provider::Gemini);
    let blocked = json!({ "promptFeedback": { "blockReason": "SAFETY" }, "usageMetadata": usage });
    let exchanged = events(Provider::Gemini, &[blocked]);
    assert_eq!(exchanged.outcome.as_ref().unwrap_err().code, Code::Refused);
    assert_eq!(told(&exchanged), Some((100, 7, false)));
    let (_, usage) = counts(Provider::OpenAiResponses);
    let mut response =
        json!({ "status": "failed", "error": { "code": "server_error", "message": "boom" }, "usage": usage });
    for why in ["failed", "incomplete"] {
        let event = json!({ "type": format!("response.{why}"), "response": response });
        let exchanged = events(Provider::OpenAiResponses, &[event]);
        assert!(exchanged.outcome.is_err());
        assert_eq!(told(&exchanged), Some((100, 7, false)), "{why}");
        response = json!({ "status": "incomplete", "output": [], "incomplete_details": { "reason": "content_filter" }, "usage": usage });
    }
}
