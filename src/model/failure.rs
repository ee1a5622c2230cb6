//! Turns what a server answered into a typed failure.
//!
//! Which statuses are worth another try follows openai-node and Anthropic's SDK (408, 409, 429, 5xx and
//! `x-should-retry`), with one change: a 429 for want of credit is final.

use super::format::text_at;
use super::peer::Peer;
use super::rate_limit::{duration_ms, retry_after_ms, wait_in_words};
use crate::error::{Code, Failure};
use crate::json::{self, Value};
use crate::platform::{Platform, Response};

/// How much of a server's own words an error repeats.
const WORDS: usize = 300;

/// How much of them may have to be looked at for that: keys and blanks make them shorter.
const LOOKED_AT: usize = 16_384;

/// The failure that a status of 400 and up stands for.
#[must_use]
pub fn from_status(response: &dyn Response, body: &str, peer: &Peer<'_>, platform: &dyn Platform) -> Failure {
    let status = response.status();
    let parsed: Value = json::parse(body).unwrap_or(Value::Null);
    let error = error_object(&parsed);
    let words = error.map_or_else(|| plain_words(body, peer), |error| error_words(error, peer));
    let quota = status == 402 || error.is_some_and(is_quota);
    let code = match status {
        _ if quota => Code::QuotaExceeded,
        // Azure's filter for prompts.
        400 if error.is_some_and(|error| says(error, &["content_filter"])) => Code::Refused,
        429 => Code::RateLimited,
        _ => Code::ApiError,
    };
    let transient = match response.header("x-should-retry").as_deref() {
        _ if quota => false,
        Some("true") => true,
        Some("false") => false,
        _ => matches!(status, 408 | 409 | 429 | 500..),
    };
    let mut failure = Failure::new(code, sentence(status, peer, &words, quota));
    failure.transient = transient;
    failure.status = Some(status);
    let wait = retry_after_ms(response, &words, platform);
    failure.retry_after_ms = wait.or_else(|| error.and_then(retry_delay_ms)).filter(|_| transient);
    failure.request_id = request_id(response);
    failure
}

/// The failure that an error object under status 200, or inside a stream, stands for. Its own status decides where it
/// has one; else it counts as the server's passing trouble, since the request itself was accepted.
#[must_use]
pub fn in_band(body: &Value, peer: &Peer<'_>) -> Option<Failure> {
    let error = error_object(body)?;
    let quota = is_quota(error);
    let kind = error.get("type").and_then(Value::as_str).unwrap_or_default();
    let code = error.get("code");
    let number = code.and_then(Value::as_u64).or_else(|| code?.as_str()?.parse().ok());
    let own = number.and_then(|number| u16::try_from(number).ok()).filter(|status| *status >= 400);
    let named = || status_of(kind).or_else(|| status_of(code?.as_str()?));
    let status = own.or_else(named);
    let limited = status == Some(429);
    let refused = matches!(status, Some(400..=407 | 410..=428 | 430..=499));
    let code = match () {
        () if quota => Code::QuotaExceeded,
        () if limited => Code::RateLimited,
        () => Code::ApiError,
    };
    let words = error_words(error, peer);
    let mut failure =
        Failure::new(code, format!("{} answered with an error in its body: {words}", peer.host));
    failure.transient = !quota && !refused;
    failure.retry_after_ms = wait_in_words(&words).filter(|_| failure.transient);
    failure.status = status;
    Some(failure)
}

/// The provider's id of a request, under each name that is in use.
#[must_use]
pub fn request_id(response: &dyn Response) -> Option<String> {
    ["x-request-id", "request-id", "apim-request-id"].into_iter().find_map(|name| response.hint(name))
}

fn error_object(body: &Value) -> Option<&Value> {
    // Gemini wraps its errors in a list when it streams.
    let body = body.pointer("/0").unwrap_or(body);
    // OpenRouter puts a provider's error into the choice; vLLM and Mistral have been known to give the error itself.
    // OpenAI's Responses put it into the response of a stream's last event, or make it an event of its own.
    let places = ["/error", "/choices/0/error", "/response/error"];
    let error = places.into_iter().find_map(|place| body.pointer(place).filter(|error| !error.is_null()));
    let is_error = || text_at(body, "/object") == "error" || text_at(body, "/type") == "error";
    error.or_else(|| is_error().then_some(body))
}

/// What the kinds of errors that come within streams have as a status elsewhere (platform.claude.com/docs/en/api/errors,
/// and OpenAI's names for the same).
fn status_of(kind: &str) -> Option<u16> {
    Some(match kind {
        "invalid_request_error" | "invalid_prompt" => 400,
        "authentication_error" => 401,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "api_error" | "server_error" => 500,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ if kind.starts_with("rate_limit") => 429,
        _ => return None,
    })
}

fn is_quota(error: &Value) -> bool {
    const NAMES: &[&str] =
        &["insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active"];
    // Anthropic's words for it, under a name that it has for every mistake.
    says(error, NAMES) || text_at(error, "/message").contains("credit balance is too low")
}

/// The wait in the details of Google's errors (`google.rpc.RetryInfo`).
fn retry_delay_ms(error: &Value) -> Option<f64> {
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    duration_ms(delay).map(|(ms, _)| ms).filter(|ms| *ms > 0.0)
}

/// Whether the error goes by one of these names.
fn says(error: &Value, names: &[&str]) -> bool {
    ["code", "type"]
        .into_iter()
        .any(|field| error.get(field).and_then(Value::as_str).is_some_and(|name| names.contains(&name)))
}

fn error_words(error: &Value, peer: &Peer<'_>) -> String {
    let words = error.as_str().or_else(|| error.get("message").and_then(Value::as_str));
    plain_words(words.unwrap_or("it gave no reason"), peer)
}

/// The first words of a text, on one line.
fn plain_words(text: &str, peer: &Peer<'_>) -> String {
    // A page of many megabytes is not searched for what is not shown.
    let head = text.char_indices().nth(LOOKED_AT).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let words = peer.struck(head).split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}

fn sentence(status: u16, peer: &Peer<'_>, words: &str, quota: bool) -> String {
    let remedy = match status {
        _ if quota => " Add credit at the provider; waiting does not help.",
        401 if peer.was_sent_no_key() => {
            " It was sent no key: one from the environment goes to no other server than the provider's own and that of \
             the options. Give `apiKey` beside this `baseURL`."
        }
        401 => " Check `apiKey`.",
        403 => " The key may not use this model or address.",
        404 => " Check `baseURL` and `model`.",
        // A page is shown a redirect as status 0.
        0 | 300..=399 => " Redirects are not followed: give the final address as `baseURL`.",
        _ => "",
    };
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    // Servers end their sentences or do not; ours comes after.
    let stop = if remedy.is_empty() || words.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{} answered with status {status}{words}{stop}{remedy}", peer.host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn an_error_under_status_200_is_a_failure_by_its_own_words() {
        let worker = crate::model::worker::tests::worker();
        let failure = |body| in_band(&body, &Peer::of(&worker));
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
