//! What servers say when they fail, in the shapes that they are known to use: which code it gets,
//! whether another try is worth it, and that it is told in the server's own words.
//!
//! Sources: the error pages of OpenAI, Anthropic, Google, Mistral, Groq, MiniMax, z.ai, Moonshot,
//! xAI, DashScope, Cloudflare and OpenRouter, and public reports: claude-code#11345, feedback#789
//! (z.ai), continue#10373, warp#14867 (xAI), litellm#8448, llama.cpp#16104, Flowise#2866.

use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::worker::Worker;
use parallelization_agent::platform::sim::{Piece, Reply};

use crate::exchanges::{ask, streamed, whole, worker};

fn refused(status: u16, body: &Value) -> Failure {
    whole(Provider::OpenAi, status, &body.to_string()).outcome.unwrap_err()
}

/// Under status 200, and within a stream after some text.
fn within(body: &Value) -> [Failure; 2] {
    let start = r#"{"choices":[{"delta":{"content":"Hi"}}]}"#;
    [
        whole(Provider::OpenAi, 200, &body.to_string()).outcome.unwrap_err(),
        streamed(Provider::OpenAi, &format!("data: {start}\n\ndata: {body}\n\n"), 40).outcome.unwrap_err(),
    ]
}

#[test]
fn want_of_credit_is_final_under_whatever_name_and_status() {
    let gemini = json!({ "error": {
        "code": 429,
        "message": "You exceeded your current quota, please check your plan and billing details.",
        "status": "RESOURCE_EXHAUSTED",
        "details": [{
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [{ "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }],
        }],
    } });
    let xai = json!({
        "code": "Some resource has been exhausted",
        "error": "Your team 16f2 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits.",
    });
    let zai = "Insufficient balance or no resource package. Please recharge.";
    for (status, body) in [
        (429, json!({ "error": { "code": "1113", "message": zai } })),
        (429, json!({ "type": "error", "error": { "type": "1113", "message": "No package." } })),
        (
            429,
            json!({ "type": "error", "error": { "type": "rate_limit_error", "code": "1113", "message": "x" } }),
        ),
        (429, json!({ "error": { "message": "[1113][Insufficient balance or no resource package.]" } })),
        (
            429,
            json!({ "error": { "type": "exceeded_current_quota_error", "message": "You exceeded your current token quota" } }),
        ),
        (429, xai.clone()),
        (403, xai),
        (429, gemini),
        (402, json!({ "error": { "message": "Insufficient Balance" } })),
        (400, json!({ "error": { "code": "Arrearage", "message": "Access denied." } })),
        (
            403,
            json!({ "code": 30001, "message": "Sorry, your account balance is insufficient", "data": null }),
        ),
        (200, json!({ "base_resp": { "status_code": 1008, "status_msg": "insufficient balance" } })),
        (200, json!({ "error": { "code": 402, "message": "This request requires more credits." } })),
    ] {
        let failure = refused(status, &body);
        assert_eq!((failure.code, failure.transient), (Code::QuotaExceeded, false), "{status} {body}");
        assert_eq!(failure.retry_after_ms, None, "{body}");
    }
    let opens_soon = json!({ "error": {
        "code": 429,
        "message": "Quota exceeded.",
        "details": [
            { "violations": [{ "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] },
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "33s" },
        ],
    } });
    let failure = refused(429, &opens_soon);
    assert_eq!((failure.code, failure.retry_after_ms), (Code::RateLimited, Some(33_000.0)));
}

#[test]
fn errors_are_told_in_the_servers_own_words_wherever_they_stand() {
    let bodies = [
        json!({ "error": { "message": "THE WORDS", "type": "server_error" } }),
        json!({ "error": "THE WORDS", "error_type": "generation" }),
        json!({ "object": "Error", "message": { "detail": [{ "loc": ["body", "x"], "msg": "THE WORDS" }] }, "type": "x" }),
        json!({ "object": "error", "message": "THE WORDS", "code": 500 }),
        json!({ "result": null, "success": false, "errors": [{ "code": 7009, "message": "THE WORDS" }], "messages": [] }),
        json!({ "base_resp": { "status_code": 1000, "status_msg": "THE WORDS" }, "choices": null }),
        json!({ "detail": "THE WORDS" }),
        json!({ "detail": [{ "type": "missing", "loc": ["body"], "msg": "THE WORDS" }] }),
        json!({ "message": "THE WORDS", "request_id": "1" }),
        json!({ "error": true, "message": "THE WORDS" }),
        json!({ "error": { "code": 502, "message": "Provider returned error", "metadata": { "raw": "{\"error\":{\"message\":\"THE WORDS\"}}" } } }),
        json!({ "error": { "code": 502, "message": "Provider returned error", "metadata": { "raw": "THE WORDS" } } }),
        json!({ "error": { "message": "{\"error\":{\"code\":503,\"message\":\"THE WORDS\"}}" } }),
        json!([{ "error": { "code": 503, "message": "THE WORDS", "status": "UNAVAILABLE" } }]),
    ];
    for body in &bodies {
        for failure in within(body).into_iter().chain([refused(500, body)]) {
            assert_eq!((failure.code, failure.transient), (Code::ApiError, true), "{body}: {failure:?}");
            assert!(failure.message.contains("THE WORDS"), "{body}: {}", failure.message);
            assert!(!failure.message.contains("{"), "{}", failure.message);
        }
    }
    let start = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
    for rest in [
        "error: {\"code\":500,\"message\":\"THE WORDS\"}\n\n",
        "data: error: THE WORDS\n\n",
        "data: Error: THE WORDS\n\n",
        "event: error\ndata: {\"message\":\"THE WORDS\"}\n\n",
        "event: error\ndata: {\"detail\":\"THE WORDS\"}\n\n",
        "event: error\ndata: THE WORDS\n\n",
        "{\"error\":{\"message\":\"THE WORDS\"}}\n",
        "{\n  \"error\": {\n    \"message\": \"THE WORDS\"\n  }\n}\n",
        "{\"error\":{\"message\":\"THE WORDS\"}}",
        "data: {\"error\":{\"message\":\"THE WORDS\"}}",
    ] {
        let failure = streamed(Provider::OpenAi, &format!("{start}{rest}"), 7).outcome.unwrap_err();
        assert_eq!((failure.code, failure.transient), (Code::ApiError, true), "{rest}: {failure:?}");
        assert!(failure.message.contains("THE WORDS"), "{rest}: {}", failure.message);
    }
}

#[test]
fn a_wrong_request_is_not_sent_again_whatever_its_status() {
    for (body, status) in [
        (json!({ "error": { "code": "invalid_api_key", "message": "x" } }), 401),
        (json!({ "error": { "code": "model_not_found", "message": "x" } }), 404),
        (json!({ "error": { "code": "context_length_exceeded", "message": "x" } }), 400),
        (json!({ "error": { "type": "BadRequestError", "code": null, "message": "x" } }), 400),
        (json!({ "object": "error", "type": "BadRequestError", "code": 400, "message": "x" }), 400),
        (json!({ "error": { "type": "exceed_context_size_error", "code": 400, "message": "x" } }), 400),
        (json!({ "error": "Input validation error: too long", "error_type": "validation" }), 400),
        (json!({ "base_resp": { "status_code": 2013, "status_msg": "invalid params" } }), 400),
        (json!({ "error": { "code": "403", "message": "x" } }), 403),
        (json!({ "error": { "status": "INVALID_ARGUMENT", "message": "x" } }), 400),
    ] {
        for failure in within(&body) {
            assert_eq!((failure.code, failure.transient), (Code::ApiError, false), "{body}");
            assert_eq!(failure.status, Some(status), "{body}");
        }
    }
    for name in ["invalid_api_key", "model_not_found", "context_length_exceeded", "BadRequestError"] {
        let failure = refused(500, &json!({ "error": { "code": name, "message": "x" } }));
        assert!(!failure.transient, "{name}");
    }
    for body in [
        json!({ "error": { "code": "content_filter", "message": "x" } }),
        json!({ "error": { "code": "content_filter", "status": 400, "message": "x" } }),
        json!({ "error": { "code": 400, "type": "content_filter", "message": "x" } }),
        json!({ "base_resp": { "status_code": 1026, "status_msg": "sensitive" } }),
    ] {
        for failure in within(&body).into_iter().chain([refused(400, &body)]) {
            assert_eq!((failure.code, failure.transient), (Code::Refused, false), "{body}");
        }
    }
    let large = json!({ "error": { "code": "rate_limit_exceeded", "message": "Request too large for gpt-x on tokens per min: Limit 10000, Requested 12000." } });
    let failure = refused(429, &large);
    assert_eq!((failure.code, failure.transient), (Code::RateLimited, false));
}

#[test]
fn what_passes_is_sent_again() {
    for status in [408, 409, 425, 429, 498, 499, 500, 502, 503, 504, 520, 529] {
        assert!(refused(status, &json!({ "error": { "message": "busy" } })).transient, "{status}");
    }
    for body in [
        json!({ "error": { "type": "overloaded_error", "message": "x" } }),
        json!({ "error": { "code": "1305", "message": "x" } }),
        json!({ "error": { "code": "server_error", "message": "x" } }),
        json!({ "error": { "type": "rate_limit_error", "message": "x" } }),
        json!({ "base_resp": { "status_code": 1002, "status_msg": "rate limit" } }),
        json!({ "error": { "code": 498, "message": "capacity" } }),
    ] {
        for failure in within(&body) {
            assert!(failure.transient, "{body}");
        }
    }
}

#[test]
fn an_error_that_says_nothing_beside_an_answer_is_none() {
    for error in [
        json!(null),
        json!({}),
        json!(""),
        json!(false),
        json!({ "message": "", "code": null }),
        json!({ "code": 0, "message": "" }),
        json!([]),
    ] {
        let message = json!({ "content": "Hello" });
        let body = json!({ "choices": [{ "message": message, "finish_reason": "stop" }], "error": error, "base_resp": { "status_code": 0, "status_msg": "success" } });
        assert_eq!(whole(Provider::OpenAi, 200, &body.to_string()).outcome.unwrap().text, "Hello");
        let chunk = json!({ "choices": [{ "delta": message, "finish_reason": "stop", "error": error }], "error": error, "errors": error });
        let stream = format!("data: {chunk}\n\ndata: [DONE]\n\n");
        assert_eq!(streamed(Provider::OpenAi, &stream, 9).outcome.unwrap().text, "Hello");
    }
}

#[test]
fn a_wrong_address_is_shown_whole_and_without_its_secrets() {
    let at = |base_url: &str| Worker { base_url: base_url.into(), ..worker(Provider::OpenAi) };
    let failure = |base_url: &str, status: u16, body: &str| {
        ask(&at(base_url), false, Reply::new(status, 1.0, body)).outcome.unwrap_err()
    };
    let missing = failure("http://localhost:1234?code=a-secret-word", 404, "Not Found");
    assert!(missing.message.contains("http://localhost:1234/chat/completions"), "{}", missing.message);
    assert!(missing.message.contains("does it end in `/v1`?"), "{}", missing.message);
    assert!(!missing.message.contains("secret"), "{}", missing.message);
    let versioned = failure("http://localhost:1234/v1", 404, "{}");
    assert!(!versioned.message.contains("end in"), "{}", versioned.message);
    // LM Studio.
    let words =
        r#"{"error":"Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway"}"#;
    let lm_studio = failure("http://localhost:1234", 200, words);
    assert_eq!((lm_studio.code, lm_studio.transient), (Code::ApiError, false));
    assert!(lm_studio.message.contains("Check `baseURL` (does it end in `/v1`?)"), "{}", lm_studio.message);
}

#[test]
fn the_id_of_a_request_is_found_in_its_error() {
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" }, "request_id": "req_011" });
    let stream = format!("event: error\ndata: {error}\n\n");
    let failure = streamed(Provider::Anthropic, &stream, 50).outcome.unwrap_err();
    assert_eq!(failure.request_id.as_deref(), Some("req_011"));
}

#[test]
fn a_refusal_whose_body_hangs_is_known_by_its_status_within_seconds() {
    for piece in [None, Some("{\"error\":{\"message\":\"slow down")] {
        let mut reply = Reply::new(429, 1.0, "").header("retry-after", "7");
        reply.body = piece.map(|text| (1.0, Piece::Bytes(text.into()))).into_iter().collect();
        reply.body.push((600_000.0, Piece::Break));
        let failure = ask(&worker(Provider::OpenAi), false, reply).outcome.unwrap_err();
        assert_eq!((failure.code, failure.retry_after_ms), (Code::RateLimited, Some(7_000.0)));
        assert!(piece.is_none() || failure.message.contains("slow down"), "{}", failure.message);
    }
}

#[test]
fn a_refusal_without_end_does_not_fill_the_memory() {
    let mut reply = Reply::new(500, 1.0, "");
    reply.body = vec![(0.0, Piece::Bytes(vec![b'x'; 16 * 1024])); 4_000];
    let failure = ask(&worker(Provider::OpenAi), false, reply).outcome.unwrap_err();
    assert_eq!(failure.status, Some(500));
}
