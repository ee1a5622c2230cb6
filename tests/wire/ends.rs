//! Where answers end, and what they are called: servers end streams in many ways, and label bodies
//! wrongly.
//!
//! Sources: the HTML standard (§9.2), ollama#15457, openai-node#1336, LiteLLM's and new-api's
//! gateways to Anthropic's format.

use parallelization_agent::error::Code;
use parallelization_agent::json::json;
use parallelization_agent::model::provider::Provider;
use parallelization_agent::platform::sim::{Piece, Reply};

use crate::exchanges::{PROVIDERS, ask, fixture, streamed, whole, worker};

const TEXT: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n";
const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";

#[test]
fn a_stream_is_whole_by_any_of_its_ends() {
    for end in [
        "data: [DONE]\n\n",
        "data: [DONE]\n",
        "data: [DONE]",
        "data:[DONE]",
        STOP,
        &format!("{STOP}\n"),
        &format!("{STOP}\n\ndata: \n\n"),
        &format!("data: \n\ndata:\n\n{STOP}\n\n"),
        &format!(
            "{STOP}\n\ndata: [DONE]\n\nevent: data\ndata: [DONE]\n\ndata: {{\"choices\":[{{\"delta\":{{\"content\":\"more\"}}}}]}}\n\n"
        ),
        &format!("{STOP}\n\ndata: [DONE]\n\ndata: oops\n\n"),
    ] {
        for size in [1, 5, usize::MAX] {
            let exchanged = streamed(Provider::OpenAi, &format!("{TEXT}{end}"), size);
            assert_eq!(exchanged.outcome.map(|answer| answer.text), Ok("Hello".into()), "{end}");
        }
    }
    for cut in ["", "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"st", "data: [DO", "data: 7"] {
        let failure = streamed(Provider::OpenAi, &format!("{TEXT}{cut}"), 7).outcome.unwrap_err();
        assert_eq!(failure.code, Code::Truncated, "{cut}");
    }
    let call = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n\n";
    let called = streamed(Provider::OpenAi, &format!("{call}data: [DONE]\n\n"), 7).outcome.unwrap();
    assert_eq!(called.tool_calls.len(), 1);
    let nothing = streamed(Provider::OpenAi, "data: [DONE]\n\n", 7).outcome.unwrap_err();
    assert_eq!((nothing.code, nothing.transient), (Code::Truncated, true));
}

#[test]
fn anthropics_stream_is_whole_with_its_reason_to_stop() {
    let stream = fixture(Provider::Anthropic, "text.sse").unwrap();
    let once = streamed(Provider::Anthropic, &stream, 99).outcome.unwrap();
    let without = stream.split("event: message_stop").next().unwrap();
    assert_eq!(streamed(Provider::Anthropic, without, 99).outcome.unwrap(), once);
    for more in ["event: data\ndata: [DONE]\n\n", "data: [DONE]\n\n", "data: oops\n\n"] {
        assert_eq!(
            streamed(Provider::Anthropic, &format!("{stream}{more}"), usize::MAX).outcome.unwrap(),
            once
        );
    }
    let done = format!("{without}data: [DONE]\n\n");
    assert_eq!(streamed(Provider::Anthropic, &done, 99).outcome.unwrap(), once);
}

#[test]
fn an_answer_that_said_why_it_stopped_is_not_lost_with_its_connection() {
    for provider in PROVIDERS {
        let stream = fixture(provider, "text.sse").unwrap();
        let marks = ["event: message_stop", "data: [DONE]"];
        let open = marks.iter().fold(&*stream, |text, mark| text.split(mark).next().unwrap_or(text));
        let expected = streamed(provider, open, 99).outcome.unwrap();
        for (after_ms, what_follows) in [(1e9, Piece::Bytes(Vec::new())), (10.0, Piece::Break)] {
            let mut reply = Reply::new(200, 1.0, open).header("content-type", "text/event-stream");
            reply.body.push((after_ms, what_follows));
            assert_eq!(ask(&worker(provider), true, reply).outcome.unwrap(), expected);
        }
    }
}

#[test]
fn the_first_bytes_tell_what_a_body_is() {
    let reply = |kind: Option<&str>, body: &str| {
        let mut reply = Reply::new(200, 1.0, body);
        reply.headers = kind.map(|kind| ("content-type".into(), kind.into())).into_iter().collect();
        reply
    };
    for provider in PROVIDERS {
        let once = whole(provider, 200, &fixture(provider, "text.json").unwrap()).outcome.unwrap();
        let body = fixture(provider, "text.json").unwrap();
        let stream = fixture(provider, "text.sse").unwrap();
        for kind in
            [None, Some("application/json"), Some("text/event-stream"), Some("text/plain"), Some("text/html")]
        {
            for asked_to_stream in [false, true] {
                for body in [
                    &body,
                    &stream,
                    &format!("\n\n  {body}"),
                    &format!(": hello\n\n{stream}"),
                    &format!("\u{feff}{body}"),
                ] {
                    let exchanged = ask(&worker(provider), asked_to_stream, reply(kind, body));
                    assert_eq!(
                        exchanged.outcome.as_ref(),
                        Ok(&once),
                        "{provider:?} {kind:?} {asked_to_stream} {body}"
                    );
                }
            }
        }
    }
    for kind in ["text/event-stream", "application/json"] {
        let error = json!({ "error": { "message": "invalid model", "type": "invalid_request_error" } });
        let failure =
            ask(&worker(Provider::OpenAi), true, reply(Some(kind), &error.to_string())).outcome.unwrap_err();
        assert!(!failure.transient && failure.message.contains("invalid model"), "{}", failure.message);
        let page =
            ask(&worker(Provider::OpenAi), true, reply(Some(kind), "<html></html>")).outcome.unwrap_err();
        assert_eq!(page.code, Code::BadResponse);
    }
}
