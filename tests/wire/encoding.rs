//! Requests are written as the providers document them.

use std::rc::Rc;

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::model::formats::format_of;
use parallelization_agent::model::media::Media;
use parallelization_agent::model::message::{Content, Execute, Message, Part, Role, Tool, ToolCall};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::provider_data::ProviderData;
use parallelization_agent::model::worker::Worker;

use crate::exchanges::{KEY, PROVIDERS, fixture, worker};

/// A conversation with everything in it. `data` is what the turn of the model came with.
fn conversation(data: Option<Value>) -> Vec<Message> {
    let call = |id: &str, city: &str| ToolCall {
        id: id.into(),
        name: "weather".into(),
        arguments: json!({ "city": city }).to_string(),
    };
    let result =
        |id: &str, text: &str| Message { tool_call_id: Some(id.into()), ..Message::text(Role::Tool, text) };
    let parts = [
        Part::Text("What is the weather where these were taken?".into()),
        Part::Media(Media::image("https://example.com/a.png")),
        Part::Media(Media::image("data:image/jpeg;base64,AAAA")),
    ];
    vec![
        Message::text(Role::System, "Be brief."),
        Message::new(Role::User, Content::Parts(parts.into())),
        Message {
            tool_calls: vec![call("call_1", "Paris"), call("call_2", "Rome")],
            provider_data: data.map(ProviderData::new),
            ..Message::text(Role::Assistant, "Let me see.")
        },
        result("call_1", r#"{"celsius":21}"#),
        result("call_2", "sunny"),
    ]
}

/// The turn of the model as its provider gave it, with other names for its calls.
fn data(provider: Provider) -> Option<Value> {
    match provider {
        Provider::OpenAi | Provider::Custom => None,
        Provider::OpenAiResponses => Some(json!([
            { "type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA" },
            { "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "Let me see." }] },
            { "type": "function_call", "id": "fc_1", "call_id": "", "name": "weather", "arguments": "{" },
            { "type": "function_call", "id": "fc_2", "call_id": "", "name": "weather", "arguments": "{" },
        ])),
        Provider::Anthropic => Some(json!([
            { "type": "thinking", "thinking": "Two cities.", "signature": "EqQB" },
            { "type": "text", "text": "Let me see." },
            { "type": "tool_use", "id": "", "name": "weather", "input": "{" },
            { "type": "tool_use", "id": "", "name": "weather", "input": "{" },
        ])),
        Provider::Gemini => Some(json!([
            { "text": "Let me see." },
            { "functionCall": { "name": "weather" }, "thoughtSignature": "EqQB" },
            { "functionCall": { "name": "weather" } },
        ])),
    }
}

fn full(provider: Provider) -> Worker {
    let parameters = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
    let execute = Execute(Rc::new(|_| panic!("encoding runs no tool")));
    let tool = Tool::new("weather", "The weather in a city.", parameters, execute);
    Worker {
        temperature: Some(0.5),
        max_tokens: Some(300),
        stop: ["END".to_string()].into(),
        seed: Some(7),
        tools: [tool].into(),
        extra_body: Some(Rc::new(json!({ "user": "someone" }))),
        ..worker(provider)
    }
}

fn body(worker: &Worker, messages: &[Message], stream: bool) -> Value {
    let request = format_of(worker.provider).unwrap().request(worker, messages, stream);
    json::parse(&request.body).unwrap()
}

#[test]
fn a_full_conversation_is_written_as_documented() {
    for provider in PROVIDERS {
        let expected: Value = json::parse(&fixture(provider, "request.json").unwrap()).unwrap();
        assert_eq!(body(&full(provider), &conversation(data(provider)), false), expected, "{provider:?}");
    }
}

#[test]
fn the_key_goes_into_the_header_that_the_provider_names_and_nowhere_else() {
    let headers = ["authorization", "authorization", "x-api-key", "x-goog-api-key"];
    for (provider, header) in PROVIDERS.into_iter().zip(headers) {
        for stream in [false, true] {
            let request =
                format_of(provider).unwrap().request(&worker(provider), &conversation(None), stream);
            let lead = if header == "authorization" { "Bearer " } else { "" };
            let holders: Vec<_> = request.headers.iter().filter(|(_, value)| value.contains(KEY)).collect();
            assert_eq!(holders, [&(header.to_string(), format!("{lead}{KEY}"))]);
            assert!(!request.url.contains(KEY) && !request.body.contains(KEY));
        }
    }
}

#[test]
fn addresses_lead_to_the_api_with_and_without_a_version_or_a_query() {
    let url = |provider, base_url: &str, stream| {
        let worker = Worker { base_url: base_url.into(), model: "m".into(), ..worker(provider) };
        format_of(provider).unwrap().request(&worker, &[], stream).url
    };
    assert_eq!(url(Provider::OpenAi, "http://h/v1", true), "http://h/v1/chat/completions");
    assert_eq!(
        url(Provider::OpenAi, "https://r.openai.azure.com/openai/deployments/d?api-version=1", false),
        "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=1"
    );
    for base in ["http://h", "http://h/v1"] {
        assert_eq!(url(Provider::Anthropic, base, true), "http://h/v1/messages");
    }
    for base in ["http://h", "http://h/v1beta"] {
        assert_eq!(url(Provider::Gemini, base, false), "http://h/v1beta/models/m:generateContent");
        assert_eq!(
            url(Provider::Gemini, base, true),
            "http://h/v1beta/models/m:streamGenerateContent?alt=sse"
        );
    }
    assert_eq!(
        url(Provider::Gemini, "http://h/v1?a=b", true),
        "http://h/v1/models/m:streamGenerateContent?a=b&alt=sse"
    );
}

#[test]
fn streams_are_asked_for_with_their_usage() {
    let body = |provider| body(&worker(provider), &conversation(None), true);
    assert_eq!(body(Provider::OpenAi)["stream"], true);
    assert_eq!(body(Provider::OpenAi)["stream_options"], json!({ "include_usage": true }));
    assert_eq!(body(Provider::Anthropic)["stream"], true);
    assert_eq!(body(Provider::Gemini).get("stream"), None, "its address says so");
}

#[test]
fn extra_fields_are_put_into_the_objects_that_are_there() {
    let extra = json!({ "generationConfig": { "thinkingConfig": { "thinkingLevel": "low" } } });
    let worker = Worker { max_tokens: Some(9), extra_body: Some(Rc::new(extra)), ..worker(Provider::Gemini) };
    assert_eq!(
        body(&worker, &[], false)["generationConfig"],
        json!({ "maxOutputTokens": 9, "thinkingConfig": { "thinkingLevel": "low" } })
    );
}

#[test]
fn anthropic_is_told_a_longest_answer_when_nobody_said_one() {
    assert_eq!(body(&worker(Provider::Anthropic), &[], false)["max_tokens"], 8192);
}
