//! What an answer took, under each name and in each place where servers say it.
//!
//! Sources: api-docs.deepseek.com/api/create-chat-completion, docs.x.ai/docs/guides/reasoning,
//! docs.mistral.ai/api, platform.moonshot.ai/docs/api/chat, console.groq.com/docs/api-reference,
//! openrouter.ai/docs/guides/guides/usage-accounting,
//! platform.claude.com/docs/en/build-with-claude/compaction, the issues vercel/ai#12425 and
//! litellm#41406.

use parallelization_agent::json::{Value, json};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::usage::Usage;

use crate::exchanges::{streamed, whole};

fn counts(usage: &Usage) -> [u64; 5] {
    let Usage {
        prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, ..
    } = *usage;
    [prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, reasoning_tokens]
}

fn answer(usage: &Value) -> String {
    json!({ "choices": [{ "message": { "content": "Yes" }, "finish_reason": "stop" }], "usage": usage })
        .to_string()
}

fn chunks(chunks: &[Value]) -> String {
    let chunks: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
    chunks + "data: [DONE]\n\n"
}

#[test]
fn counts_are_read_under_each_name_that_servers_have_for_them() {
    for (usage, expected) in [
        (json!({ "prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13 }), [9, 4, 0, 0, 0]),
        (
            json!({ "prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": null }),
            [9, 4, 0, 0, 0],
        ),
        (json!({ "prompt_tokens": 9, "completion_tokens": null, "total_tokens": 13 }), [9, 4, 0, 0, 0]),
        (
            json!({ "input_tokens": 9, "output_tokens": 4, "output_tokens_details": { "thinking_tokens": 3 } }),
            [9, 4, 0, 0, 3],
        ),
        (
            json!({ "prompt_tokens": 9, "completion_tokens": 4, "prompt_cache_hit_tokens": 8 }),
            [9, 4, 8, 0, 0],
        ),
        (json!({ "prompt_tokens": 9, "completion_tokens": 4, "num_cached_tokens": 8 }), [9, 4, 8, 0, 0]),
        (
            json!({ "prompt_tokens": 9, "completion_tokens": 4, "cached_tokens": 8, "prompt_tokens_details": { "cached_tokens": 0 } }),
            [9, 4, 8, 0, 0],
        ),
        (
            json!({ "prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": { "cache_write_tokens": 7 } }),
            [9, 4, 0, 7, 0],
        ),
        // Thoughts beside what was written.
        (
            json!({ "prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 399, "completion_tokens_details": { "reasoning_tokens": 386 } }),
            [12, 387, 0, 0, 386],
        ),
        (json!({ "prompt_tokens": 35, "completion_tokens": 12, "total_tokens": 109 }), [35, 74, 0, 0, 0]),
        // Sound beside what was read.
        (
            json!({ "prompt_tokens": 11, "completion_tokens": 15, "total_tokens": 401, "prompt_tokens_details": { "audio_tokens": 375 } }),
            [386, 15, 0, 0, 0],
        ),
    ] {
        let read = whole(Provider::OpenAi, 200, &answer(&usage)).outcome.unwrap().usage.unwrap();
        assert_eq!(counts(&read), expected, "{usage}");
    }
    for usage in [json!(null), json!({}), json!({ "total_tokens": 40 }), json!({ "prompt_tokens": "12" })] {
        assert_eq!(whole(Provider::OpenAi, 200, &answer(&usage)).outcome.unwrap().usage, None, "{usage}");
    }
}

#[test]
fn what_the_provider_says_that_it_cost_is_read() {
    for (cost, expected) in
        [(json!(0.25), Some(0.25)), (json!({ "total_cost": 0.25 }), Some(0.25)), (json!(null), None)]
    {
        let usage = json!({ "prompt_tokens": 9, "completion_tokens": 4, "cost": cost });
        let read = whole(Provider::OpenAi, 200, &answer(&usage)).outcome.unwrap().usage.unwrap();
        assert_eq!(read.provider_cost, expected);
    }
}

#[test]
fn streams_say_it_in_many_places_and_a_zero_at_their_end_is_not_the_sum() {
    let usage =
        |prompt: u64, completion: u64| json!({ "prompt_tokens": prompt, "completion_tokens": completion });
    let text = json!({ "choices": [{ "delta": { "content": "Yes" } }] });
    let end = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] });
    let in_choice = json!({ "choices": [{ "delta": {}, "finish_reason": "stop", "usage": usage(9, 4) }] });
    let of_groq =
        json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }], "x_groq": { "usage": usage(9, 4) } });
    let alone = |prompt, completion| json!({ "choices": [], "usage": usage(prompt, completion) });
    for stream in [
        vec![text.clone(), in_choice],
        vec![text.clone(), of_groq],
        vec![text.clone(), end.clone(), alone(9, 4)],
        vec![text.clone(), end.clone(), alone(9, 4), alone(0, 0)],
        vec![alone(9, 1), text.clone(), alone(9, 2), end.clone(), alone(9, 4)],
    ] {
        let read = streamed(Provider::OpenAi, &chunks(&stream), 100).outcome.unwrap().usage.unwrap();
        assert_eq!(counts(&read), [9, 4, 0, 0, 0], "{stream:?}");
    }
}

#[test]
fn an_empty_model_in_the_first_chunk_is_not_the_model() {
    let stream = [
        json!({ "choices": [], "model": "", "prompt_filter_results": [] }),
        json!({ "choices": [{ "delta": { "content": "Yes" }, "finish_reason": "stop" }], "model": "gpt-4.1-mini" }),
    ];
    let answer = streamed(Provider::OpenAi, &chunks(&stream), 100).outcome.unwrap();
    assert_eq!(answer.model.as_deref(), Some("gpt-4.1-mini"));
}

#[test]
fn anthropics_rounds_are_added_up_and_its_counts_are_sums_so_far() {
    let round = |kind: &str, input: u64, output: u64| json!({ "type": kind, "input_tokens": input, "output_tokens": output, "cache_read_input_tokens": 1 });
    let usage = json!({
        "input_tokens": 20, "output_tokens": 5, "cache_creation_input_tokens": 3, "output_tokens_details": { "thinking_tokens": 2 },
    });
    let mut compacted = usage.clone();
    compacted["iterations"] = json!([round("compaction", 900, 80), round("message", 20, 5)]);
    for (usage, expected) in [(usage, [23, 5, 0, 3, 2]), (compacted, [922, 85, 2, 0, 2])] {
        let body = json!({ "content": [{ "type": "text", "text": "Yes" }], "stop_reason": "end_turn", "usage": usage });
        let read = whole(Provider::Anthropic, 200, &body.to_string()).outcome.unwrap().usage.unwrap();
        assert_eq!(counts(&read), expected);
    }
    for (start, delta, expected) in [
        (json!({ "input_tokens": 9, "output_tokens": 1 }), json!({ "output_tokens": 12 }), [9, 12]),
        (
            json!({ "input_tokens": 15, "output_tokens": 1 }),
            json!({ "input_tokens": 0, "output_tokens": 12 }),
            [15, 12],
        ),
        (
            json!({ "input_tokens": 0, "output_tokens": 0 }),
            json!({ "input_tokens": 11, "output_tokens": 5 }),
            [11, 5],
        ),
        (json!({ "input_tokens": 15 }), json!({ "input_tokens": null, "output_tokens": 12 }), [15, 12]),
    ] {
        let stream: String = [
            json!({ "type": "message_start", "message": { "content": [], "usage": start } }),
            json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "Yes" } }),
            json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": delta }),
            json!({ "type": "message_stop" }),
        ]
        .iter()
        .map(|event| format!("data: {event}\n\n"))
        .collect();
        let read = streamed(Provider::Anthropic, &stream, 100).outcome.unwrap().usage.unwrap();
        assert_eq!([read.prompt_tokens, read.completion_tokens], expected, "{delta}");
    }
}
