//! How long servers ask to wait, in all the ways that they say it.
//!
//! Sources: RFC 9110 §10.2.3; draft-ietf-httpapi-ratelimit-headers-06 and -10; the rate-limit pages
//! of OpenAI, Anthropic, Together, Cerebras and Mistral; everruns#2280 and dirge#719 (OpenRouter's
//! `metadata.headers`), Hugging Face's `estimated_time`.

use parallelization_agent::json::{Value, json};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::rate_limit::{Quota, RateLimits};
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::exchanges::{ask, whole, worker};

/// The simulator's clock when the answer comes.
fn date_ms() -> f64 {
    Simulation::new(1, |_, _| Reply::broken(0.0)).date_ms() + 1.0
}

fn wait(headers: &[(&str, String)], body: &Value) -> Option<f64> {
    let mut reply = Reply::new(429, 1.0, body.to_string());
    reply.headers.extend(headers.iter().map(|(name, value)| (name.to_string(), value.clone())));
    ask(&worker(Provider::OpenAi), false, reply).outcome.unwrap_err().retry_after_ms
}

#[test]
fn headers_say_it_in_many_ways() {
    let soon = date_ms() + 20_000.0;
    for (headers, ms) in [
        (vec![("retry-after", "20".to_string())], 20_000.0),
        (vec![("retry-after", "10, 20".into())], 20_000.0),
        (vec![("retry-after", "20s".into())], 20_000.0),
        (vec![("retry-after", "PT20S".into())], 20_000.0),
        (vec![("retry-after", format!("{}", (soon / 1000.0).floor() + 1.0))], 20_999.0),
        (vec![("retry-after-ms", "20000, 20000".into())], 20_000.0),
        (vec![("x-ratelimit-remaining", "0".into()), ("x-ratelimit-reset", "20".into())], 20_000.0),
        (vec![("x-ratelimit-remaining", "0".into()), ("x-ratelimit-reset", format!("{soon}"))], 20_000.0),
        (vec![("x-ratelimit-reset", format!("{soon}"))], 20_000.0),
        (vec![("x-ratelimit-reset", "20.5".into())], 20_500.0),
        (
            vec![
                ("x-ratelimit-remaining-requests", "0".into()),
                ("x-ratelimit-reset-requests", "33.38".into()),
            ],
            33_380.0,
        ),
        (
            vec![
                ("x-ratelimit-remaining-requests", "0, 0".into()),
                ("x-ratelimit-reset-requests", "1s, 20s".into()),
            ],
            20_000.0,
        ),
        (vec![("ratelimit-remaining", "0".into()), ("ratelimit-reset", "20".into())], 20_000.0),
        (vec![("ratelimit", "limit=100, remaining=0, reset=20".into())], 20_000.0),
        (vec![("ratelimit", "\"minute\";r=0;t=20".into())], 20_000.0),
        (vec![("ratelimit", "\"day\";r=70;t=3600, \"minute\";r=0;t=20".into())], 20_000.0),
        (
            vec![
                ("anthropic-ratelimit-input-tokens-remaining", "0".into()),
                ("anthropic-ratelimit-input-tokens-reset", "PT20S".into()),
                ("anthropic-ratelimit-tokens-remaining", "900".into()),
                ("anthropic-ratelimit-tokens-reset", "PT1S".into()),
            ],
            20_000.0,
        ),
        (
            vec![
                ("anthropic-ratelimit-output-tokens-remaining", "0".into()),
                ("anthropic-ratelimit-output-tokens-reset", "PT20S".into()),
            ],
            20_000.0,
        ),
    ] {
        let read = wait(&headers, &json!({})).unwrap_or_default();
        assert!((read - ms).abs() <= 999.0 && (read == ms || ms == 20_999.0), "{headers:?}: {read}");
    }
    for headers in [
        vec![("retry-after", "0".to_string())],
        vec![("x-ratelimit-remaining", "5".into()), ("x-ratelimit-reset", "20".into())],
        vec![("x-ratelimit-reset", "0".into())],
        vec![("ratelimit", "\"minute\";r=3;t=20".into())],
        vec![("ratelimit", ";;=,r=,t=".into())],
    ] {
        assert_eq!(wait(&headers, &json!({})), None, "{headers:?}");
    }
}

#[test]
fn bodies_say_it_in_fields_and_in_words() {
    let soon = date_ms() + 20_000.0;
    let passed_on = |name: &str, value: String| {
        let mut headers = json!({ "X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0" });
        headers.as_object_mut().unwrap().insert(name.to_string(), json!(value));
        json!({ "error": { "code": 429, "message": "Rate limit exceeded: free-models-per-min", "metadata": { "headers": headers } } })
    };
    for body in [
        passed_on("X-RateLimit-Reset", format!("{soon}")),
        passed_on("Retry-After", "20".into()),
        json!({ "error": { "message": "x", "retry_after_seconds": 20 } }),
        json!({ "error": { "message": "x", "metadata": { "retry_after_seconds": 20.0 } } }),
        json!({ "error": { "message": "x", "retry_after": "20" } }),
        json!({ "error": { "message": "x" }, "retry_after": "20s" }),
        json!({ "error": { "message": "x", "retry_after_ms": 20_000 } }),
        json!({ "error": "Model x is currently loading", "estimated_time": 20.0 }),
        json!({ "error": { "message": "Too many requests. Please wait 20 seconds." } }),
        json!({ "message": "Please try again after 20 seconds" }),
        json!({ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 20 seconds." }),
    ] {
        assert_eq!(wait(&[], &body), Some(20_000.0), "{body}");
        // The same under status 200.
        let mut body = body;
        if let Some(error @ Value::Object(_)) = body.get_mut("error") {
            error["code"] = json!(429);
            let failure = whole(Provider::OpenAi, 200, &body.to_string()).outcome.unwrap_err();
            assert_eq!(failure.retry_after_ms, Some(20_000.0), "{body}");
        }
    }
    // What it says of this request is more exact than when a limit is full again.
    let full =
        [("x-ratelimit-remaining-tokens", "0".to_string()), ("x-ratelimit-reset-tokens", "6m0s".to_string())];
    let words = json!({ "error": { "message": "Please try again in 634ms." } });
    assert_eq!(wait(&full, &words), Some(634.0));
}

#[test]
fn what_is_left_is_read_under_every_name() {
    let soon = date_ms() + 20_000.0;
    let read = |headers: &[(&str, &str)]| {
        let mut reply = Reply::new(200, 1.0, "");
        reply.headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let world = Simulation::new(1, move |_, _| reply.clone());
        let limits = world.run(async {
            let response = world.fetch(Default::default()).await.unwrap();
            RateLimits::read(&*response, &world)
        });
        limits.unwrap()
    };
    let quota = |remaining: f64| Some(Quota { remaining, resets_in_ms: 20_000.0 });
    for (headers, remaining) in [
        (vec![("x-ratelimit-remaining-requests", "5"), ("x-ratelimit-reset-requests", "20s")], 5.0),
        (vec![("x-ratelimit-remaining", "5"), ("x-ratelimit-reset", &*format!("{soon}"))], 5.0),
        (vec![("ratelimit", "\"m\";r=5;t=20")], 5.0),
        (vec![("x-ratelimit-remaining", "5, 7"), ("x-ratelimit-reset", "20")], 5.0),
    ] {
        assert_eq!(read(&headers).requests, quota(remaining), "{headers:?}");
    }
    let tokens = [
        ("anthropic-ratelimit-input-tokens-remaining", "800"),
        ("anthropic-ratelimit-input-tokens-reset", "PT20S"),
    ];
    assert_eq!(read(&tokens).tokens, quota(800.0));
    // Azure's "unknown", and a reset that nobody knows what is left of.
    for headers in [
        vec![("x-ratelimit-remaining-requests", "-1"), ("x-ratelimit-reset-requests", "20s")],
        vec![("x-ratelimit-reset", "20")],
        vec![
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-limit-requests", "0"),
            ("x-ratelimit-reset-requests", "20s"),
        ],
    ] {
        assert_eq!(read(&headers).requests, None, "{headers:?}");
    }
}
