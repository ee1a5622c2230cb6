//! Events that differ in their text alone are not read anew. The witness: the same stream with a
//! number in each event, which makes each one different.

use parallelization_agent::json::{Value, json};
use parallelization_agent::model::provider::Provider;

use crate::exchanges::streamed;

/// Read in both ways, in pieces of several sizes.
#[track_caller]
fn is_read_alike(provider: Provider, events: &[Value]) {
    let lines = |numbered: bool| -> String {
        let mut events = events.to_vec();
        for (number, event) in events.iter_mut().enumerate().filter(|_| numbered) {
            event["number"] = number.into();
        }
        let lines = events.iter().map(|event| {
            let name = event["type"].as_str().map(|name| format!("event: {name}\n"));
            format!("{}data: {event}\n\n", name.unwrap_or_default())
        });
        lines.chain([String::from("data: [DONE]\n\n")]).collect()
    };
    for size in [1, 50, usize::MAX] {
        let anew = streamed(provider, &lines(true), size);
        let alike = streamed(provider, &lines(false), size);
        assert_eq!(alike.outcome, anew.outcome, "in pieces of {size}");
        assert_eq!(alike.shown, anew.shown, "in pieces of {size}");
    }
}

/// Texts of all kinds, each thrice so that the second and third are known by what is around them.
fn texts() -> impl Iterator<Item = &'static str> {
    let texts =
        ["moth", "", " two\n", "say \"so\"", "an error: {\"message\":\"no\"}", "</think>", "Grüße 🦋"];
    texts.into_iter().flat_map(|text| [text; 3])
}

#[test]
fn chunks_of_chat_completions_are_read_alike() {
    let chunk =
        |delta: Value| json!({ "id": "c", "model": "m", "choices": [{ "index": 0, "delta": delta }] });
    let content = |text: &str| chunk(json!({ "content": text }));
    let mut events = vec![chunk(json!({ "role": "assistant", "content": "" }))];
    events.extend(texts().map(content));
    let between = [
        json!({ "content": null, "reasoning_content": "a thought" }),
        json!({ "content": "b", "reasoning_content": "a thought" }),
        json!({ "content": "c", "refusal": null, "tool_calls": [] }),
        json!({ "content": "d", "annotations": [{ "url_citation": { "url": "https://a.example" } }] }),
        json!({ "content": "e", "images": [{ "image_url": { "url": "data:image/png;base64,AAAA" } }] }),
        json!({ "tool_calls": [{ "index": 0, "id": "t", "function": { "name": "f", "arguments": "{}" } }] }),
        json!({ "content": [{ "type": "thinking", "thinking": "parts" }] }),
    ];
    // Each twice: what only looks like text must be read both times.
    for delta in between {
        events.extend([chunk(delta.clone()), content("on"), content("on"), chunk(delta), content("off")]);
    }
    let finished = |usage: u64| {
        let mut end = content("x");
        end["choices"][0]["finish_reason"] = "stop".into();
        end["usage"] = json!({ "prompt_tokens": 1, "completion_tokens": usage });
        end
    };
    events.extend([finished(1), finished(1), finished(2), finished(2)]);
    is_read_alike(Provider::OpenAi, &events);
}

#[test]
fn a_refusal_in_the_same_words_is_none_the_less_one() {
    let chunk =
        |delta: Value| json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": "stop" }] });
    let refused = chunk(json!({ "content": "", "refusal": "I will not." }));
    is_read_alike(Provider::OpenAi, &[refused.clone(), refused]);
}

#[test]
fn an_error_among_chunks_is_found() {
    let content = |text: &str| json!({ "choices": [{ "index": 0, "delta": { "content": text } }] });
    let mut failed = content("b");
    failed["error"] = json!({ "message": "overloaded", "code": 529 });
    is_read_alike(Provider::OpenAi, &[content("a"), content("b"), failed, content("c")]);
}

#[test]
fn pieces_of_anthropics_blocks_are_read_alike() {
    let text = |index: u64, text: &str| {
        let delta = json!({ "type": "text_delta", "text": text });
        json!({ "type": "content_block_delta", "index": index, "delta": delta })
    };
    let open = |index: u64, block: Value| json!({ "type": "content_block_start", "index": index, "content_block": block });
    let mut events = vec![
        json!({ "type": "message_start", "message": { "model": "m", "usage": { "input_tokens": 3 } } }),
        open(0, json!({ "type": "text", "text": "" })),
    ];
    events.extend(texts().map(|piece| text(0, piece)));
    events.push(open(1, json!({ "type": "text", "text": "more " })));
    events.extend([text(1, "a"), text(1, "b"), text(0, "c"), text(0, "d"), text(1, "e")]);
    events.push(open(1, json!({ "type": "tool_use", "id": "t", "name": "f", "input": {} })));
    events.extend([text(1, "f"), text(1, "g")]);
    events.push(json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": { "output_tokens": 9 } }));
    is_read_alike(Provider::Anthropic, &events);
}
