//! Whatever goes wrong on the wire is a typed failure, never a short success, and never repeats a
//! key.

use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{self, Value, json, to_value};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::platform::sim::{Piece, Reply};

use crate::exchanges::{KEY, PROVIDERS, ask, fixture, streamed, whole, worker};

#[test]
fn an_overloaded_server_is_worth_another_try_in_the_status_and_within_the_stream() {
    for (provider, status) in PROVIDERS.into_iter().zip([503, 503, 529, 503]) {
        let body = fixture(provider, "overloaded.json").unwrap();
        let failure = whole(provider, status, &body).outcome.unwrap_err();
        assert_eq!((failure.code, failure.transient, failure.status), (Code::ApiError, true, Some(status)));
        let stream = fixture(provider, "overloaded.sse").unwrap();
        let failure = streamed(provider, &stream, 100).outcome.unwrap_err();
        assert_eq!((failure.code, failure.transient), (Code::ApiError, true), "{provider:?}");
        assert!(failure.message.to_ascii_lowercase().contains("overloaded"), "{}", failure.message);
    }
}

#[test]
fn want_of_credit_is_final_wherever_it_is_said() {
    for (provider, status) in
        [(Provider::OpenAi, 429), (Provider::OpenAiResponses, 429), (Provider::Anthropic, 402)]
    {
        let body = fixture(provider, "quota.json").unwrap();
        let stream = fixture(provider, "quota.sse").unwrap();
        for exchanged in
            [whole(provider, status, &body), whole(provider, 200, &body), streamed(provider, &stream, 9)]
        {
            let failure = exchanged.outcome.unwrap_err();
            assert_eq!((failure.code, failure.transient), (Code::QuotaExceeded, false), "{provider:?}");
        }
    }
}

/// OpenAI, Anthropic and Mistral say so under 401; Google and xAI under 400 (continue#10778,
/// gemini-cli#25198); MiniMax under 200.
#[test]
fn a_wrong_key_is_told_as_one_whatever_its_status() {
    for (provider, status, body) in [
        (
            Provider::OpenAi,
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-a***b.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
        ),
        (
            Provider::Anthropic,
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
        ),
        (Provider::OpenAi, 401, r#"{"detail":"Unauthorized"}"#),
        (
            Provider::OpenAi,
            400,
            r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: na***ys. You can obtain an API key from https://console.x.ai."}"#,
        ),
        (
            Provider::Gemini,
            400,
            r#"{"error":{"code":400,"message":"Please renew it.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#,
        ),
        (
            Provider::OpenAi,
            400,
            r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#,
        ),
        (
            Provider::OpenAi,
            200,
            r#"{"base_resp":{"status_code":1004,"status_msg":"login fail: Please carry the API secret key"}}"#,
        ),
    ] {
        let failure = whole(provider, status, body).outcome.unwrap_err();
        assert_eq!((failure.code, failure.transient), (Code::ApiError, false), "{body}");
        assert_eq!(failure.status, Some(if status == 200 { 401 } else { status }), "{body}");
        assert_eq!(failure.option, Some("apiKey"), "{body}");
        assert!(failure.message.ends_with("Check `apiKey`."), "{}", failure.message);
    }
    let other = r#"{"error":{"code":400,"message":"Wrong value.","status":"INVALID_ARGUMENT"}}"#;
    for (status, body) in [(400, other), (403, other), (400, r#"{"error":"The key `a` is no field."}"#)] {
        let failure = whole(Provider::Gemini, status, body).outcome.unwrap_err();
        assert_eq!(failure.option, None, "{body}");
        assert!(!failure.message.contains("apiKey"), "{}", failure.message);
    }
}

#[test]
fn a_stream_that_ends_anywhere_before_its_end_is_cut_off() {
    for provider in PROVIDERS {
        let stream = fixture(provider, "text.sse").unwrap();
        let whole = streamed(provider, &stream, usize::MAX).outcome.unwrap();
        let mut cut = 0;
        for end in 0..stream.trim_end().len() {
            let Some(start) = stream.get(..end) else { continue };
            match streamed(provider, start, usize::MAX).outcome {
                // What is missing is only the count of tokens, or `[DONE]`.
                Ok(answer) => assert_eq!(answer.text, whole.text, "{provider:?} ends after {end} bytes"),
                Err(failure) => {
                    assert_eq!((failure.code, failure.transient), (Code::Truncated, true));
                    cut += 1;
                }
            }
        }
        assert!(cut > stream.len() / 2, "{provider:?}: {cut}");
    }
}

#[test]
fn an_event_that_is_no_json_is_a_bad_response() {
    for provider in PROVIDERS {
        let stream = format!("data: {{\"choices\": [oops\n\n{}", fixture(provider, "text.sse").unwrap());
        let failure = streamed(provider, &stream, usize::MAX).outcome.unwrap_err();
        assert_eq!((failure.code, failure.transient), (Code::BadResponse, true), "{provider:?}");
    }
}

#[test]
fn bodies_that_are_no_completion_are_told_apart() {
    for provider in PROVIDERS {
        let code = |body: &str| whole(provider, 200, body).outcome.unwrap_err().code;
        assert_eq!(code(""), Code::Truncated);
        assert_eq!(code("{\"choices\": ["), Code::Truncated);
        assert_eq!(code("<html></html>"), Code::BadResponse);
        for odd in
            ["null", "[]", "3", "{}", "{\"choices\":[]}", "{\"candidates\":[{}]}", "{\"content\":\"text\"}"]
        {
            assert_eq!(code(odd), Code::BadResponse, "{provider:?} {odd}");
        }
    }
}

#[test]
fn a_call_that_gemini_could_not_write_is_tried_again() {
    let body = r#"{ "candidates": [{ "finishReason": "MALFORMED_FUNCTION_CALL" }] }"#;
    let failure = whole(Provider::Gemini, 200, body).outcome.unwrap_err();
    assert_eq!((failure.code, failure.transient), (Code::BadResponse, true));
}

/// The key in an address, and after `user:` in base64.
const IN_ADDRESS: &str = "canary%2F0123456789%2Babcdef";
const IN_BASE64: &str = "dXNlcjpjYW5hcnkvMDEyMzQ1Njc4OSthYmNkZWY=";

#[test]
fn no_error_repeats_a_key_that_the_server_was_sent() {
    // Long words before the key, so that cutting the message short would leave half of it.
    let long = "x".repeat(290);
    let bodies = |words: &str| -> Vec<String> {
        let error = |error: Value| json!({ "error": error }).to_string();
        vec![
            words.into(),
            format!("<p>{words}</p>"),
            error(json!(words)),
            error(json!({ "message": words, "type": "authentication_error" })),
            error(json!({ "message": words, "code": "insufficient_quota" })),
            error(json!({ "message": words, "type": "overloaded_error" })),
        ]
    };
    let mut seen = 0;
    let mut check = |failure: Failure| {
        let out = format!("{failure:?} {}", json::print(&to_value(&failure)));
        for start in [&KEY[..12], &KEY[7..19], &IN_BASE64[..12]] {
            assert!(!out.contains(start), "{start} is in {out}");
        }
        seen += 1;
    };
    for provider in PROVIDERS {
        for words in [
            format!("Wrong key {KEY}."),
            format!("{long} {KEY}"),
            format!("key={KEY}&x={KEY}"),
            format!("/?key={}", IN_ADDRESS),
            format!("/?key={}", IN_ADDRESS.to_ascii_lowercase()),
            format!("{{\"authorization\": \"{}\"}}", KEY.replace('/', "\\/")),
            format!("Basic {IN_BASE64}"),
        ] {
            for body in bodies(&words) {
                for status in [200, 302, 400, 401, 403, 404, 429, 500, 529] {
                    check(whole(provider, status, &body).outcome.unwrap_err());
                }
                for stream in [format!("data: {body}\n\n"), format!("event: error\ndata: {body}\n\n")] {
                    check(streamed(provider, &stream, 16).outcome.unwrap_err());
                }
            }
        }
        let mut broken = Reply::new(200, 1.0, format!("{{\"key\":\"{KEY}"));
        broken.body.push((1.0, Piece::Break));
        check(ask(&worker(provider), false, broken).outcome.unwrap_err());
        check(ask(&worker(provider), true, Reply::broken(1.0)).outcome.unwrap_err());
    }
    assert_eq!(seen, PROVIDERS.len() * (7 * 6 * 11 + 2));
}
