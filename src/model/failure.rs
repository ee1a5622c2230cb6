//! Turns what a server answered into a typed failure.
//!
//! Which statuses are worth another try follows openai-node and Anthropic's SDK (408, 409, 429, 5xx and
//! `x-should-retry`), with one change: a 429 for want of credit is final.

use serde_json::Value;

use super::rate_limit::retry_after_ms;
use crate::error::{Code, Failure};
use crate::platform::{Platform, Response};

/// How much of a server's own words an error repeats.
const WORDS: usize = 300;

/// The failure that a status of 400 and up stands for.
#[must_use]
pub fn from_status(response: &dyn Response, body: &str, host: &str, platform: &dyn Platform) -> Failure {
    let status = response.status();
    let parsed: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    let error = error_object(&parsed);
    let words = error.map_or_else(|| plain_words(body), error_words);
    let quota = error.is_some_and(is_quota);
    let code = match status {
        _ if quota => Code::QuotaExceeded,
        429 => Code::RateLimited,
        _ => Code::ApiError,
    };
    let transient = match response.header("x-should-retry").as_deref() {
        _ if quota => false,
        Some("true") => true,
        Some("false") => false,
        _ => matches!(status, 408 | 409 | 429 | 500..),
    };
    let mut failure = Failure::new(code, sentence(status, host, &words, quota));
    failure.transient = transient;
    failure.status = Some(status);
    failure.retry_after_ms = retry_after_ms(response, &words, platform).filter(|_| transient);
    failure.request_id = request_id(response);
    failure
}

/// The failure that an error object under status 200, or inside a stream, stands for. Its own status decides where it
/// has one; else it counts as the server's passing trouble, since the request itself was accepted.
#[must_use]
pub fn in_band(body: &Value, host: &str) -> Option<Failure> {
    let error = error_object(body)?;
    let quota = is_quota(error);
    let status = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let kind = error.get("type").and_then(Value::as_str).unwrap_or_default();
    let limited = status == Some(429) || kind.starts_with("rate_limit");
    let refused =
        matches!(status, Some(400..=407 | 410..=428 | 430..=499)) || kind == "invalid_request_error";
    let code = match () {
        () if quota => Code::QuotaExceeded,
        () if limited => Code::RateLimited,
        () => Code::ApiError,
    };
    let words = error_words(error);
    let mut failure = Failure::new(code, format!("{host} answered with an error in its body: {words}"));
    failure.transient = !quota && !refused;
    failure.status = status;
    Some(failure)
}

/// The provider's id of a request, under each name that is in use.
#[must_use]
pub fn request_id(response: &dyn Response) -> Option<String> {
    ["x-request-id", "request-id", "apim-request-id"].into_iter().find_map(|name| response.header(name))
}

fn error_object(body: &Value) -> Option<&Value> {
    // Gemini wraps its errors in a list when it streams.
    let body = body.get(0).unwrap_or(body);
    body.get("error").filter(|error| !error.is_null())
}

fn is_quota(error: &Value) -> bool {
    ["code", "type"].into_iter().any(|field| {
        matches!(
            error.get(field).and_then(Value::as_str),
            Some("insufficient_quota" | "billing_error" | "billing_hard_limit_reached")
        )
    })
}

fn error_words(error: &Value) -> String {
    let words = error.as_str().or_else(|| error.get("message").and_then(Value::as_str));
    plain_words(words.unwrap_or("it gave no reason"))
}

/// The first words of a body that is no JSON, on one line. A key that a server repeats ("Incorrect API key provided:
/// sk-…") is struck out.
fn plain_words(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        let secret = word.len() > 8 && ["sk-", "AIza", "Bearer"].iter().any(|mark| word.contains(mark));
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(if secret { "[key]" } else { word });
        if words.len() > WORDS {
            words = words.chars().take(WORDS).collect();
            words.push('…');
            break;
        }
    }
    words
}

fn sentence(status: u16, host: &str, words: &str, quota: bool) -> String {
    let remedy = match status {
        _ if quota => " Add credit at the provider; waiting does not help.",
        401 => " Check `apiKey`.",
        403 => " The key may not use this model or address.",
        404 => " Check `baseURL` and `model`.",
        300..=399 => " Redirects are not followed: give the final address as `baseURL`.",
        _ => "",
    };
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    format!("{host} answered with status {status}{words}{remedy}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_that_the_server_repeats_is_struck_out() {
        let words = plain_words("Incorrect API key provided: sk-proj-abcdef123456. You can find…");
        assert_eq!(words, "Incorrect API key provided: [key] You can find…");
    }

    #[test]
    fn an_error_under_status_200_is_a_failure_by_its_own_words() {
        let failure = |body| in_band(&body, "host");
        assert_eq!(failure(json!({ "choices": [] })), None);
        assert_eq!(failure(json!({ "error": null })), None);
        let quota =
            failure(json!({ "error": { "code": "insufficient_quota", "message": "none left" } })).unwrap();
        assert_eq!((quota.code, quota.transient), (Code::QuotaExceeded, false));
        let limited = failure(json!({ "error": { "code": 429, "message": "slow down" } })).unwrap();
        assert_eq!((limited.code, limited.transient), (Code::RateLimited, true));
        assert!(failure(json!({ "error": "overloaded" })).unwrap().transient);
        assert!(!failure(json!({ "error": { "type": "invalid_request_error" } })).unwrap().transient);
    }
}
