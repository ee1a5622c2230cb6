//! Where an answer is from, and what a model made beside its text, in each provider's shape.
//!
//! Sources: platform.openai.com/docs/guides/tools-web-search, docs.perplexity.ai/api-reference,
//! openrouter.ai/docs/guides/ overview/multimodal/image-generation,
//! platform.claude.com/docs/en/build-with-claude/citations,
//! ai.google.dev/gemini-api/docs/google-search and …/image-generation.

use parallelization_agent::json::{Value, json};
use parallelization_agent::model::call_settings::Tier;
use parallelization_agent::model::completion::Completion;
use parallelization_agent::model::provider::Provider;
use parallelization_agent::platform::sim::Reply;

use crate::exchanges::{ask, streamed, whole, worker};

const MOTH: &str = "https://moth.example/";

fn read(provider: Provider, body: &Value) -> Completion {
    whole(provider, 200, &body.to_string()).outcome.unwrap()
}

fn read_stream(provider: Provider, events: &[Value]) -> Completion {
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    streamed(provider, &events, 7).outcome.unwrap()
}

fn chat(message: &Value) -> Value {
    json!({ "choices": [{ "message": message, "finish_reason": "stop" }] })
}

#[test]
fn sources_have_one_shape_whoever_names_them() {
    let named = json!([{ "url": MOTH, "title": "Moths" }]);
    let cited = json!({ "type": "url_citation", "url_citation": { "url": MOTH, "title": "Moths", "start_index": 0 } });
    let annotation = json!({ "type": "url_citation", "url": MOTH, "title": "Moths", "start_index": 0 });
    let text = json!({ "type": "output_text", "text": "Yes", "annotations": [annotation, annotation] });
    let message = json!({ "type": "message", "content": [text] });
    let chunk = json!({ "web": { "uri": MOTH, "title": "Moths" } });
    let candidate = json!({
        "content": { "parts": [{ "text": "Yes" }] },
        "finishReason": "STOP",
        "groundingMetadata": { "groundingChunks": [chunk, chunk] },
    });
    for (provider, body) in [
        (Provider::OpenAi, chat(&json!({ "content": "Yes", "annotations": [cited, cited] }))),
        (Provider::OpenAiResponses, json!({ "status": "completed", "output": [message] })),
        (Provider::Gemini, json!({ "candidates": [candidate] })),
    ] {
        assert_eq!(Value::Array(read(provider, &body).extras.sources), named, "{provider:?}");
    }

    let mut perplexity = chat(&json!({ "content": "Yes" }));
    perplexity["citations"] = json!([MOTH]);
    assert_eq!(Value::Array(read(Provider::OpenAi, &perplexity).extras.sources), json!([{ "url": MOTH }]));
    perplexity["search_results"] = json!([{ "url": MOTH, "title": "Moths", "date": null }]);
    assert_eq!(Value::Array(read(Provider::OpenAi, &perplexity).extras.sources), named);

    let location = json!({
        "type": "char_location", "cited_text": "Moths fly.", "document_index": 0, "document_title": "On moths",
    });
    let body = json!({
        "content": [{ "type": "text", "text": "Yes", "citations": [location] }],
        "stop_reason": "end_turn",
        "usage": { "input_tokens": 1, "output_tokens": 1, "service_tier": "priority" },
    });
    let completion = read(Provider::Anthropic, &body);
    assert_eq!(
        Value::Array(completion.extras.sources),
        json!([{ "title": "On moths", "text": "Moths fly." }])
    );
    assert_eq!(completion.usage.unwrap().tier, Some(Tier::Priority));
}

#[test]
fn sources_of_a_stream_are_gathered() {
    let cited = json!({ "type": "url_citation", "url_citation": { "url": MOTH, "title": "Moths" } });
    let openai = [
        json!({ "choices": [{ "delta": { "content": "Yes" } }], "service_tier": "default" }),
        json!({ "choices": [{ "delta": { "annotations": [cited] } }] }),
        json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] }),
        json!({ "choices": [], "usage": { "prompt_tokens": 1, "completion_tokens": 1 }, "service_tier": "flex" }),
    ];
    let location = json!({ "type": "web_search_result_location", "url": MOTH, "title": "Moths" });
    let anthropic = [
        json!({ "type": "message_start", "message": { "usage": { "input_tokens": 1 } } }),
        json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
        json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "citations_delta", "citation": location } }),
        json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": "Yes" } }),
        json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": { "output_tokens": 1 } }),
        json!({ "type": "message_stop" }),
    ];
    let named = json!([{ "url": MOTH, "title": "Moths" }]);
    let completion = read_stream(Provider::OpenAi, &openai);
    assert_eq!(Value::Array(completion.extras.sources), named);
    assert_eq!(completion.usage.unwrap().tier, Some(Tier::Flex), "the last word holds");
    assert_eq!(Value::Array(read_stream(Provider::Anthropic, &anthropic).extras.sources), named);
}

#[test]
fn images_that_a_model_makes_are_files_and_no_empty_answer() {
    let data = "data:image/png;base64,iVBO";
    let image = json!({ "type": "image_url", "image_url": { "url": data } });
    let parts = json!([{ "inlineData": { "mimeType": "image/png", "data": "iVBO" } }]);
    let call = json!({ "type": "image_generation_call", "result": "iVBO", "output_format": "png" });
    for (provider, body) in [
        (Provider::OpenAi, chat(&json!({ "content": null, "images": [image] }))),
        (Provider::OpenAiResponses, json!({ "status": "completed", "output": [call] })),
        (
            Provider::Gemini,
            json!({ "candidates": [{ "content": { "parts": parts }, "finishReason": "STOP" }] }),
        ),
    ] {
        let completion = read(provider, &body);
        assert_eq!(
            Value::Array(completion.extras.files),
            json!([{ "mediaType": "image/png", "url": data }]),
            "{provider:?}"
        );
    }
    let speech = chat(&json!({ "content": null, "audio": { "data": "UklG", "transcript": "Yes" } }));
    let completion = read(Provider::OpenAi, &speech);
    assert_eq!(completion.text, "Yes");
    let file = json!([{ "mediaType": "audio/wav", "url": "data:audio/wav;base64,UklG" }]);
    assert_eq!(Value::Array(completion.extras.files), file);
}

#[test]
fn the_body_is_kept_as_it_came_where_that_is_asked_for() {
    let mut worker = worker(Provider::OpenAi);
    let body = chat(&json!({ "content": "Yes", "own": { "field": [1] } }));
    let kept = |worker: &_| {
        let whole = ask(worker, false, Reply::new(200, 1.0, body.to_string())).outcome.unwrap().extras.raw;
        let events = format!("data: {body}\n\ndata: [DONE]\n\n");
        (whole, ask(worker, true, Reply::new(200, 1.0, events)).outcome.unwrap().extras.raw)
    };
    assert_eq!(kept(&worker), (None, None));
    worker.settings.raw = Some(true);
    assert_eq!(kept(&worker), (Some(body.clone()), Some(json!([body]))));
}
