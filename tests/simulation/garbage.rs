//! Whatever headers, bodies and options hold: a call is refused, or it comes to an end. Nothing panics, nothing hangs.

use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::api::input::{Input, Live};
use parallelization_agent::engine::journal::{Store, StoreError};
use parallelization_agent::json::{Map, Value, json};
use parallelization_agent::platform::Callback;
use parallelization_agent::platform::sim::{Piece, Reply, Simulation};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::world::{Outcome, call, call_with, call_with_store};

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

fn json_tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(&["", "length", "stop", "tool_use", "text", "error", "{\"a\":", "try again in 9e9s"][..])
            .prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(KEYS), inner), 0..4).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
            )),
        ]
    })
}

const KEYS: &[&str] = &[
    "choices",
    "message",
    "content",
    "delta",
    "index",
    "tool_calls",
    "function",
    "arguments",
    "usage",
    "error",
    "type",
    "code",
    "candidates",
    "parts",
    "text",
    "content_block",
    "stop_reason",
    "prompt_tokens",
    "functionCall",
    "name",
    "id",
];

/// Answers and events as each format has them, to be spoilt.
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

/// Puts `other` in the place of one of the values within.
fn spoil(value: &mut Value, place: &mut usize, other: &Value) {
    if *place == 0 {
        *value = other.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, place, other)),
        Value::Object(fields) => fields.values_mut().for_each(|field| spoil(field, place, other)),
        _ => {}
    }
}

fn spoilt() -> impl Strategy<Value = Value> {
    (select(originals()), 0usize..24, json_tree()).prop_map(|(mut value, mut place, other)| {
        spoil(&mut value, &mut place, &other);
        value
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let event = spoilt().prop_map(|value| format!("data: {value}\n\n"));
    let end = select(&["", "data: [DONE]\n\n", "data: {\"type\":\"message_stop\"}\n\n", "data: {"][..]);
    prop_oneof![
        2 => spoilt().prop_map(|value| value.to_string().into_bytes()),
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
            options.set("requestsPerMinute", 2.into());
            options.set("tokensPerMinute", 50.into());
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

const OPTIONS: &[&str] = &[
    "concurrency",
    "requestsPerMinute",
    "tokensPerMinute",
    "budget",
    "tokens",
    "cost",
    "prices",
    "input",
    "output",
    "timeoutMs",
    "idleTimeoutMs",
    "maxRetries",
    "onError",
    "quorum",
    "hedge",
    "afterMs",
    "percentile",
    "stream",
    "fallbacks",
    "workers",
    "aggregate",
    "provider",
    "model",
    "baseURL",
    "apiKey",
    "headers",
    "instructions",
    "temperature",
    "maxTokens",
    "stop",
    "seed",
    "extraBody",
    "schema",
    "tools",
    "maxSteps",
    "toolConcurrency",
    "window",
    "onResult",
    "voters",
    "select",
    "threshold",
    "tieBreak",
    "judge",
    "criteria",
    "map",
    "reduce",
    "fanIn",
    "chunkTokens",
    "planner",
    "split",
    "picker",
    "mode",
    "failOpen",
    "defaultStrategy",
    "id",
    "type",
    "content",
    "dependencies",
    "name",
    "description",
    "weight",
    "worker",
    "on",
    "text",
    "store",
    "fetch",
    "complete",
    "__proto__",
];

const WORDS: &[&str] = &[
    "auto",
    "throw",
    "partial",
    "openai",
    "anthropic",
    "gemini",
    "task",
    "a",
    "b",
    "judge",
    "rubric",
    "weighted",
    "consensus",
    "first",
    "output",
    "/voting x",
    "/mapreduce a: b | c: d",
    "/sectioning T: A, B",
    "text",
    "data",
    "",
];

fn inputs() -> impl Strategy<Value = Input> {
    let number = prop_oneof![
        any::<f64>(),
        (-2i32..200).prop_map(f64::from),
        select(&[0.5, 1e9, 1e308, f64::NAN, f64::INFINITY, -0.0, 4294967296.0][..]),
    ];
    let leaf = prop_oneof![
        Just(Input::Undefined),
        Just(Input::Null),
        any::<bool>().prop_map(Input::Bool),
        number.prop_map(Input::Number),
        select(WORDS).prop_map(|text| Input::Text(text.into())),
        ".{0,8}".prop_map(Input::Text),
        select(&["function", "object", "store", "symbol"][..])
            .prop_map(|kind| Input::Live(Live { index: 0, kind })),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Input::List),
            vec((select(OPTIONS), inner), 0..5).prop_map(|fields| Input::Record(
                fields.into_iter().map(|(name, value)| (name.into(), value)).collect()
            )),
        ]
    })
}

/// Two options at the most: with more of them hardly anything would ever be right.
fn options() -> impl Strategy<Value = Input> {
    let fields = vec((select(OPTIONS), inputs()), 0..3);
    fields.prop_map(|fields| {
        Input::Record(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    })
}

const PATTERNS: &[&str] = &[
    "parallelProcess",
    "sectioning",
    "voting",
    "mapReduce",
    "batch",
    "perspectives",
    "bestOf",
    "clones",
    "evaluate",
    "guarded",
    "run",
];

/// Arguments that are right for some pattern, to go beside those that are not.
fn arguments() -> impl Strategy<Value = Vec<Input>> {
    let right = select(vec![
        json!("words"),
        json!(["a", "b"]),
        json!([{ "id": "a", "content": "a" }, { "id": "b", "content": "{{a}}", "dependencies": ["a"] }]),
        json!({ "a": "x", "b": "y" }),
        json!(3),
    ]);
    vec(prop_oneof![4 => right.prop_map(Input::from), 1 => inputs()], 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn any_input_is_refused_or_runs_to_its_end(
        pattern in select(PATTERNS),
        arguments in arguments(),
        options in options(),
    ) {
        let world = Simulation::new(1, |_, _| {
            Reply::new(200, 1.0, crate::world::completion("{\"answer\":\"a\",\"score\":1,\"winner\":1,\"tripped\":false}", 1, 1))
        });
        let functions = |_| -> Callback { Rc::new(|_| async { Ok(json!({ "done": true })) }.boxed_local()) };
        let (outcome, _) = call_with(&world, pattern, Input::List(arguments), options, &functions);
        match outcome {
            Outcome::Hangs => panic!("hangs"),
            Outcome::Invalid(issues) => {
                prop_assert!(!issues.is_empty() && issues.iter().all(|issue| !issue.message.is_empty()));
                prop_assert!(world.log().is_empty());
            }
            Outcome::Resolved(_) | Outcome::Rejected(_) => prop_assert_eq!(world.open_timers(), 0),
        }
    }
}

struct Fixed(String);

impl Store for Fixed {
    fn get(&self, _: &str) -> futures::future::LocalBoxFuture<'static, Result<Option<String>, StoreError>> {
        let text = self.0.clone();
        async move { Ok(Some(text)) }.boxed_local()
    }

    fn set(&self, _: &str, _: &str) -> futures::future::LocalBoxFuture<'static, Result<(), StoreError>> {
        async { Ok(()) }.boxed_local()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_text_in_the_store_is_an_answer_or_is_asked_for_again(place in 0usize..16, other in json_tree()) {
        let usage = json!({ "promptTokens": 1, "completionTokens": 1, "cachedTokens": 0, "reasoningTokens": 0, "estimated": false });
        let mut kept = json!({ "version": 1, "text": "kept", "toolCalls": [], "finishReason": "stop", "model": "m", "usage": usage, "requestId": null });
        spoil(&mut kept, &mut { place }, &other);
        let world = Simulation::new(1, crate::world::steady(1.0));
        let store = Some(Rc::new(Fixed(kept.to_string())) as Rc<dyn Store>);
        let options = Value::Object(Map::new());
        let result = call_with_store(&world, "batch", json!([["x"]]), options, store).0.resolved();
        prop_assert_eq!(result.metadata.completed_tasks, 1);
    }
}
