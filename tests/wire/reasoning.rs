//! What models think is told apart from what they answer, and goes back in a loop of tools as it
//! came.
//!
//! Sources: api-docs.deepseek.com/guides/thinking_mode,
//! openrouter.ai/docs/guides/best-practices/reasoning-tokens,
//! docs.mistral.ai/capabilities/reasoning,
//! platform.claude.com/docs/en/build-with-claude/extended-thinking,
//! ai.google.dev/gemini-api/docs/thought-signatures, …/openai.

use std::cell::RefCell;
use std::rc::Rc;

use parallelization_agent::error::Code;
use parallelization_agent::json::{self, Value, json};
use parallelization_agent::model::completion::Completion;
use parallelization_agent::model::exchange::exchange;
use parallelization_agent::model::message::{Message, Role};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::usage::Told;
use parallelization_agent::model::worker::Worker;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::exchanges::{PROVIDERS, fixture, streamed, whole, worker};

fn answer(message: &Value, finish: &str) -> String {
    json!({ "choices": [{ "index": 0, "message": message, "finish_reason": finish }] }).to_string()
}

fn stream(deltas: &[Value], finish: &str) -> String {
    let chunk = |delta: &Value, finish: &Value| {
        format!(
            "data: {}\n\n",
            json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] })
        )
    };
    let chunks: String = deltas.iter().map(|delta| chunk(delta, &Value::Null)).collect();
    chunks + &chunk(&json!({}), &finish.into()) + "data: [DONE]\n\n"
}

/// The model's turn in the request that follows `completion`, when its tools have run.
fn sent_back(completion: &Completion, to: &Worker) -> Value {
    let turn = Message {
        tool_calls: completion.tool_calls.clone(),
        provider_data: completion.provider_data.clone(),
        ..Message::text(Role::Assistant, &*completion.text)
    };
    let results = completion
        .tool_calls
        .iter()
        .map(|call| Message { tool_call_id: Some(call.id.clone()), ..Message::text(Role::Tool, "done") });
    let messages: Vec<Message> =
        [Message::text(Role::User, "Hello"), turn].into_iter().chain(results).collect();
    let sent = Rc::new(RefCell::new(Value::Null));
    let body = Rc::clone(&sent);
    let world = Simulation::new(1, move |request, _| {
        *body.borrow_mut() = json::parse(&request.body).unwrap();
        Reply::new(200, 1.0, "{}")
    });
    world.run(exchange(&world, to, &messages, false, &|_| (), &Told::default())).unwrap();
    let turns =
        ["messages", "contents"].into_iter().find_map(|name| sent.borrow().get(name).cloned()).unwrap();
    turns.as_array().and_then(|turns| turns.get(1)).cloned().unwrap()
}

fn tool_call() -> Value {
    json!({ "index": 0, "id": "call_1", "type": "function", "function": { "name": "weather", "arguments": "{}" } })
}

#[test]
fn thoughts_in_the_text_are_taken_out_of_it_in_every_format() {
    let text = "<think>\\nHm.\\n</think>\\n\\nYes";
    let streams = [
        format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
        ),
        format!(
            "data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{text}\"}}\n\n\
             data: {{\"type\":\"response.completed\",\"response\":{{\"output\":[{{\"type\":\"message\",\"content\":[{{\"type\":\"output_text\",\"text\":\"{text}\"}}]}}]}}}}\n\n"
        ),
        format!(
            "data: {{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{{\"type\":\"text\",\"text\":\"{text}\"}}}}\n\n\
             data: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"end_turn\"}}}}\n\ndata: {{\"type\":\"message_stop\"}}\n\n"
        ),
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}]}},\"finishReason\":\"STOP\"}}]}}\n\n"
        ),
    ];
    let bodies = [
        format!("{{\"choices\":[{{\"message\":{{\"content\":\"{text}\"}},\"finish_reason\":\"stop\"}}]}}"),
        format!(
            "{{\"output\":[{{\"type\":\"message\",\"content\":[{{\"type\":\"output_text\",\"text\":\"{text}\"}}]}}]}}"
        ),
        format!("{{\"content\":[{{\"type\":\"text\",\"text\":\"{text}\"}}],\"stop_reason\":\"end_turn\"}}"),
        format!(
            "{{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}]}},\"finishReason\":\"STOP\"}}]}}"
        ),
    ];
    for ((provider, stream), body) in PROVIDERS.into_iter().zip(streams).zip(bodies) {
        for exchanged in [whole(provider, 200, &body), streamed(provider, &stream, 7)] {
            let answer = exchanged.outcome.unwrap();
            assert_eq!((&*answer.text, &*answer.reasoning), ("Yes", "Hm."), "{provider:?}");
            assert!(exchanged.shown.is_empty() || exchanged.shown.concat() == "Yes");
        }
    }
}

#[test]
fn thoughts_whose_tag_was_opened_by_the_template_are_void_as_text() {
    let deltas: Vec<Value> =
        ["It is", " so.\n</thi", "nk>\n\n", "Ye", "s"].map(|text| json!({ "content": text })).into();
    let exchanged = streamed(Provider::OpenAi, &stream(&deltas, "stop"), 1000);
    let answer = exchanged.outcome.unwrap();
    assert_eq!((&*answer.text, &*answer.reasoning, &*exchanged.shown.concat()), ("Yes", "It is so.", "Yes"));
}

/// As the parsers of vLLM (`deepseek_r1_reasoning_parser`) have it: without the closing tag all is
/// reasoning, and the content is null.
#[test]
fn thoughts_that_no_answer_follows_pass_for_no_success() {
    let body = |text: &str, finish: &str| answer(&json!({ "content": text }), finish);
    for text in ["<think>So it goes", "[THINK]So it goes", "<think>a</think>\n<think>b"] {
        let pieces = [json!({ "content": text })];
        for exchanged in [
            whole(Provider::OpenAi, 200, &body(text, "stop")),
            streamed(Provider::OpenAi, &stream(&pieces, "stop"), 5),
        ] {
            let failure = exchanged.outcome.unwrap_err();
            assert_eq!((failure.code, failure.transient), (Code::BadResponse, true), "{text}");
            assert!(failure.message.contains("never closed"), "{}", failure.message);
        }
    }
    // A cut-off answer says so itself, and one that calls tools goes on.
    let cut = whole(Provider::OpenAi, 200, &body("<think>So it", "length")).outcome.unwrap();
    assert_eq!((&*cut.text, &*cut.reasoning), ("", "So it"));
    let calls = json!({ "content": "<think>I look", "tool_calls": [tool_call()] });
    let called = whole(Provider::OpenAi, 200, &answer(&calls, "tool_calls")).outcome.unwrap();
    assert_eq!((&*called.reasoning, called.tool_calls.len()), ("I look", 1));
}

#[test]
fn thoughts_are_read_under_each_name_that_servers_have_for_them() {
    let details = |text: &str| json!([{ "type": "reasoning.text", "text": text, "index": 0 }]);
    let part = |text: &str| json!([{ "type": "thinking", "thinking": [{ "type": "text", "text": text }] }]);
    let both = |name: &'static str, value: &dyn Fn(&str) -> Value| {
        let field = |text: &str| Value::Object([(name.into(), value(text))].into_iter().collect());
        [field("First. "), field("Second.")]
    };
    for pieces in [
        both("reasoning_content", &|text| text.into()),
        both("reasoning", &|text| text.into()),
        both("reasoning_text", &|text| text.into()),
        both("reasoning_details", &details),
        both("content", &part),
        both("thinking_blocks", &|text| json!([{ "type": "thinking", "thinking": text }])),
    ] {
        let [first, second] = pieces;
        let deltas = [first, second, json!({ "content": "Yes" })];
        let answer = streamed(Provider::OpenAi, &stream(&deltas, "stop"), 50).outcome.unwrap();
        assert_eq!((&*answer.reasoning, &*answer.text), ("First. Second.", "Yes"), "{deltas:?}");
    }
}

#[test]
fn thoughts_go_back_as_they_came_under_the_name_they_came_with() {
    let pieces = [
        json!({ "reasoning_content": "First. ", "reasoning_details": [{ "type": "reasoning.text", "text": "Fi", "index": 0 }] }),
        json!({ "reasoning_content": "Second.", "reasoning_details": [
            { "type": "reasoning.text", "text": "rst.", "index": 0, "signature": "EqQB" },
            { "type": "reasoning.encrypted", "data": "AAAA", "index": 1 },
        ] }),
        json!({ "content": "Let me see." }),
        json!({ "tool_calls": [{ "index": 0, "id": "call_1", "function": { "name": "weather", "arguments": "" },
            "extra_content": { "google": { "thought_signature": "c2ln" } } }] }),
        json!({ "tool_calls": [{ "index": 0, "function": { "arguments": "{}" } }] }),
    ];
    let completion = streamed(Provider::OpenAi, &stream(&pieces, "tool_calls"), 50).outcome.unwrap();
    let expected = json!({
        "role": "assistant",
        "content": "Let me see.",
        "reasoning_content": "First. Second.",
        "reasoning_details": [
            { "type": "reasoning.text", "text": "First.", "index": 0, "signature": "EqQB" },
            { "type": "reasoning.encrypted", "data": "AAAA", "index": 1 },
        ],
        "tool_calls": [{ "id": "call_1", "type": "function", "function": { "name": "weather", "arguments": "{}" },
            "extra_content": { "google": { "thought_signature": "c2ln" } } }],
    });
    assert_eq!(sent_back(&completion, &worker(Provider::OpenAi)), expected);
}

#[test]
fn thoughts_in_parts_of_the_content_go_back_in_parts() {
    let thought =
        |text: &str| json!([{ "type": "thinking", "thinking": [{ "type": "text", "text": text }] }]);
    let pieces = [
        json!({ "content": thought("First. ") }),
        json!({ "content": thought("Second.") }),
        json!({ "content": "Let me " }),
        json!({ "content": "see." }),
        json!({ "tool_calls": [tool_call()] }),
    ];
    let completion = streamed(Provider::OpenAi, &stream(&pieces, "tool_calls"), 50).outcome.unwrap();
    let expected = json!([
        { "type": "thinking", "thinking": [{ "type": "text", "text": "First. Second." }] },
        { "type": "text", "text": "Let me see." },
    ]);
    assert_eq!(sent_back(&completion, &worker(Provider::OpenAi))["content"], expected);
}

#[test]
fn thoughts_in_the_text_go_back_in_the_text() {
    let message = json!({ "content": "<think>Hm.</think>I look.", "tool_calls": [tool_call()] });
    let completion = whole(Provider::OpenAi, 200, &answer(&message, "tool_calls")).outcome.unwrap();
    assert_eq!((&*completion.text, &*completion.reasoning), ("I look.", "Hm."));
    assert_eq!(sent_back(&completion, &worker(Provider::OpenAi))["content"], "<think>Hm.</think>I look.");
}

#[test]
fn what_one_server_thought_is_sent_to_no_other() {
    let message = json!({ "content": "<think>Hm.</think>I look.", "reasoning_content": "Hm.", "tool_calls": [tool_call()] });
    let completion = whole(Provider::OpenAi, 200, &answer(&message, "tool_calls")).outcome.unwrap();
    let elsewhere = Worker { base_url: "https://elsewhere.example/v1".into(), ..worker(Provider::OpenAi) };
    for other in [elsewhere, worker(Provider::Anthropic), worker(Provider::Gemini)] {
        let turn = sent_back(&completion, &other).to_string();
        assert!(turn.contains("I look.") && turn.contains("weather") && !turn.contains("Hm."), "{turn}");
    }
    for provider in [Provider::Anthropic, Provider::Gemini] {
        let tools = whole(provider, 200, &fixture(provider, "tools.json").unwrap()).outcome.unwrap();
        assert!(sent_back(&tools, &worker(provider)).to_string().contains("EqQB"));
        assert!(!sent_back(&tools, &worker(Provider::OpenAi)).to_string().contains("EqQB"));
    }
}

#[test]
fn every_block_of_anthropics_turn_goes_back_in_its_place() {
    let blocks = json!([
        { "type": "thinking", "thinking": "Hm.", "signature": "EqQB" },
        { "type": "redacted_thinking", "data": "AAAA" },
        { "type": "text", "text": "I search." },
        { "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": { "query": "weather" } },
        { "type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [] },
        { "type": "thinking", "thinking": "Now.", "signature": "EqQC" },
        { "type": "tool_use", "id": "call_1", "name": "weather", "input": {} },
    ]);
    let body = json!({ "content": blocks, "stop_reason": "tool_use" }).to_string();
    let completion = whole(Provider::Anthropic, 200, &body).outcome.unwrap();
    assert_eq!(completion.reasoning, "Hm.\n\nNow.");
    assert_eq!(sent_back(&completion, &worker(Provider::Anthropic))["content"], blocks);
}

#[test]
fn signatures_on_any_part_of_geminis_turn_go_back_with_it() {
    let chunk = |parts: Value, finish: Value| {
        format!(
            "data: {}\n\n",
            json!({ "candidates": [{ "content": { "parts": parts }, "finishReason": finish }] })
        )
    };
    let stream = [
        chunk(json!([{ "text": "Hm", "thought": true }]), Value::Null),
        chunk(json!([{ "text": ".", "thought": true }]), Value::Null),
        chunk(json!([{ "text": "Let " }]), Value::Null),
        chunk(json!([{ "text": "me see." }, { "text": "", "thoughtSignature": "EqQA" }]), Value::Null),
        chunk(
            json!([{ "functionCall": { "name": "weather", "args": {} }, "thoughtSignature": "EqQB" }]),
            "STOP".into(),
        ),
    ];
    let completion = streamed(Provider::Gemini, &stream.concat(), 50).outcome.unwrap();
    assert_eq!((&*completion.reasoning, &*completion.text), ("Hm.", "Let me see."));
    let expected = json!([
        { "text": "Hm.", "thought": true },
        { "text": "Let me see." },
        { "text": "", "thoughtSignature": "EqQA" },
        { "functionCall": { "name": "weather", "args": {} }, "thoughtSignature": "EqQB" },
    ]);
    assert_eq!(sent_back(&completion, &worker(Provider::Gemini))["parts"], expected);
}
