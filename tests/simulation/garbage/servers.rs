//! Any answer that a server may send.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::sim::{Piece, Reply, Simulation};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{json_tree, spoil};
use crate::world::{Outcome, call};

const HEADERS: &[&str] = &[
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "content-type",
    "x-request-id",
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-tokens",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-limit",
];

const VALUES: &[&str] = &[
    "0",
    "-0",
    "-1",
    "1e18",
    "1e400",
    "-1e400",
    "NaN",
    "inf",
    "0x10",
    "1_000",
    "",
    " ",
    "６０",
    "6m0s",
    "1h1h1h",
    "ms",
    "99999999999999999999999d",
    "1.5.2s",
    "true",
    "false",
    "2026-01-01T00:00:07Z",
    "9999-12-31T23:59:59Z",
    "Thu, 01 Jan 2026 00:00:07 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "text/event-stream",
    "application/json",
];

fn header_value() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(VALUES).prop_map(String::from), 1 => any::<f64>().prop_map(|number| number.to_string()), 1 => ".{0,12}"]
}

/// Answers and events as each format has them, to be damaged.
fn originals() -> Vec<Value> {
    let call =
        json!({ "index": 0, "id": "c", "type": "function", "function": { "name": "f", "arguments": "{}" } });
    vec![
        json!({ "model": "m", "choices": [{ "message": { "content": "x", "tool_calls": [call] }, "finish_reason": "stop" }], "usage": { "prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": { "cached_tokens": 1 } } }),
        json!({ "choices": [{ "delta": { "content": "x", "tool_calls": [call] }, "finish_reason": null }], "usage": null }),
        json!({ "error": { "message": "Please try again in 5s.", "type": "server_error", "code": 429 } }),
        json!({ "model": "m", "content": [{ "type": "text", "text": "x" }, { "type": "tool_use", "id": "t", "name": "f", "input": {} }], "stop_reason": "end_turn", "usage": { "input_tokens": 1, "output_tokens": 1 } }),
        json!({ "type": "message_start", "message": { "model": "m", "usage": { "input_tokens": 1 } } }),
        json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
        json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": "x" } }),
        json!({ "type": "content_block_delta", "index": 9, "delta": { "type": "input_json_delta", "partial_json": "{" } }),
        json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": { "output_tokens": 3 } }),
        json!({ "type": "message_stop" }),
        json!({ "candidates": [{ "content": { "parts": [{ "text": "x" }, { "functionCall": { "name": "f", "args": {} } }] }, "finishReason": "STOP" }], "usageMetadata": { "promptTokenCount": 1, "candidatesTokenCount": 1 } }),
    ]
}

fn damaged() -> impl Strategy<Value = Value> {
    (select(originals()), 0usize..24, json_tree()).prop_map(|(mut value, mut place, other)| {
        spoil(&mut value, &mut place, &other);
        value
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let event = damaged().prop_map(|value| format!("data: {value}\n\n"));
    let end = select(&["", "data: [DONE]\n\n", "data: {\"type\":\"message_stop\"}\n\n", "data: {"][..]);
    prop_oneof![
        2 => damaged().prop_map(|value| value.to_string().into_bytes()),
        4 => (vec(event, 0..8), end).prop_map(|(events, end)| format!("{}{end}", events.concat()).into_bytes()),
        1 => json_tree().prop_map(|value| value.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..64),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    let status = prop_oneof![3 => Just(200), 2 => Just(429), 1 => Just(503), 1 => any::<u16>()];
    let kind = select(&["text/event-stream", "application/json", "", "text/html"][..]);
    (status, kind, vec((select(HEADERS), header_value()), 0..5), body(), any::<Index>(), any::<bool>())
        .prop_map(|(status, kind, headers, body, cut, breaks)| {
            let mut reply = Reply::new(status, 1.0, "");
            let all = [("content-type", kind.to_string())].into_iter().chain(headers);
            reply.headers = all.map(|(name, value)| (name.to_string(), value)).collect();
            let (first, second) = body.split_at(cut.index(body.len() + 1));
            reply.body = vec![(1.0, Piece::Bytes(first.into())), (1.0, Piece::Bytes(second.into()))];
            reply.body.extend(breaks.then_some((1.0, Piece::Break)));
            reply
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_answer_is_a_result_or_an_error(
        replies in vec(reply(), 1..4),
        provider in select(&["openai", "anthropic", "gemini"][..]),
        stream in any::<bool>(),
        minute in any::<bool>(),
    ) {
        let mut next = 0;
        let world = Simulation::new(1, move |_, _| {
            next += 1;
            replies[(next - 1) % replies.len()].clone()
        });
        let mut options = json!({ "provider": provider, "apiKey": "k", "model": "m", "stream": stream, "hedge": { "afterMs": 2 } });
        if minute {
            options["requestsPerMinute"] = 2.into();
            options["tokensPerMinute"] = 50.into();
        }
        let outcome = call(&world, "batch", json!([["a", "b", "c"]]), options);
        let metadata = match outcome {
            Outcome::Resolved(result) => result.metadata,
            Outcome::Rejected(failure) => failure.metadata,
            Outcome::Invalid(issues) => panic!("{issues:?}"),
            Outcome::Hangs => panic!("hangs"),
        };
        prop_assert_eq!(metadata.attempts as usize, world.log().len());
        prop_assert!(metadata.processing_time_ms.is_finite());
        prop_assert_eq!(world.open_timers(), 0);
    }
}
