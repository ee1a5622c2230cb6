//! Turns what a server answered into a typed failure.
//!
//! Which statuses are worth another try follows openai-node and Anthropic's SDK (408, 409, 429, 5xx
//! and `x-should-retry`), with three more that pass (425, and Groq's 498 and 499) and one change:
//! want of credit is final, whatever its status.

mod body;
mod kind;

use self::body::ErrorBody;
use self::kind::{Kind, is_of_key, kind_of};
use super::rate_limit::retry_after_ms;
use super::redact::Peer;
use super::time_text::wait_in_words;
use crate::error::{Code, Failure};
use crate::json::{self, Value};
use crate::platform::{Platform, Response};

/// How much of a server's own words an error repeats.
const WORDS: usize = 300;

/// How much of them may have to be looked at for that: keys and blanks make them shorter.
const LOOKED_AT: usize = 16_384;

/// The body of a refusal: JSON, an event of a stream that never began, or plain words.
#[derive(Debug)]
pub struct Refusal {
    /// All of it.
    pub text: String,
    /// As data, where there is some in it.
    pub body: Option<Value>,
}

impl Refusal {
    /// What a server sent with a status other than 2xx.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        let event = ["data:", "event:", "error:"].iter().any(|field| text.starts_with(field));
        let found = || if event { json::find_all(text).pop().map(|found| found.1) } else { None };
        Self { text: text.into(), body: json::parse(text).ok().or_else(found) }
    }

    /// The error in it.
    fn error(&self, platform: &dyn Platform) -> ErrorBody {
        let error = self.body.as_ref().map(|body| ErrorBody::of_refusal(body, platform)).unwrap_or_default();
        // Whatever it is, it says more than nothing.
        if error.words.is_empty() { ErrorBody { words: self.text.clone(), ..error } } else { error }
    }
}

/// The failure that a status other than 2xx stands for. `url` is the address that was asked.
#[must_use]
pub fn from_status(
    response: &dyn Response,
    refusal: &Refusal,
    (peer, url): (&Peer<'_>, &str),
    platform: &dyn Platform,
) -> Failure {
    let status = response.status();
    let error = refusal.error(platform);
    let words = plain_words(&error.words, peer);
    let found = kind_of(&error);
    let kind = found.map(|(kind, _)| kind);
    let of_key = is_of_key(Some(status), found);
    let quota = status == 402 || kind == Some(Kind::NoCredit);
    let code = match status {
        _ if quota => Code::QuotaExceeded,
        400..=499 if kind == Some(Kind::Filtered) => Code::Refused,
        429 => Code::RateLimited,
        _ => Code::ApiError,
    };
    let transient = match response.header("x-should-retry").as_deref() {
        _ if quota => false,
        Some("true") => true,
        Some("false") => false,
        _ => passes(status) && !matches!(kind, Some(Kind::Final | Kind::Filtered)) && !is_too_large(&error),
    };
    let sentence = format!("{} answered with status {status}", peer.host);
    let like = if of_key { 401 } else { status };
    let message = with_words(sentence, &words, &remedy(like, quota, (peer, url), &error));
    let mut failure = Failure::new(code, message);
    failure.transient = transient;
    failure.status = Some(status);
    failure.option = of_key.then_some("apiKey");
    let header = |name: &'static str| response.header(name).or_else(|| passed_on(&error, name));
    let wait = retry_after_ms(&header, (error.wait_ms, &words), status == 429, platform);
    failure.retry_after_ms = wait.filter(|_| transient);
    failure.request_id = request_id(response).or(error.request_id);
    failure
}

/// The failure that an error object under status 200, or inside a stream, stands for. Its own
/// status decides where it has one, then its names; else it counts as the server's passing trouble,
/// since the request itself was accepted.
#[must_use]
pub fn in_band(
    body: &Value,
    named: bool,
    asked: (&Peer<'_>, &str),
    platform: &dyn Platform,
) -> Option<Failure> {
    ErrorBody::within(body, named, platform).map(|error| failure_of(&error, asked, platform))
}

/// The same of an error that a stream tells in words alone.
#[must_use]
pub fn in_words(words: &str, asked: (&Peer<'_>, &str), platform: &dyn Platform) -> Failure {
    failure_of(&ErrorBody::of_words(words), asked, platform)
}

fn failure_of(error: &ErrorBody, (peer, url): (&Peer<'_>, &str), platform: &dyn Platform) -> Failure {
    let found = kind_of(error);
    let kind = found.map(|(kind, _)| kind);
    let status = error.status.or(found.and_then(|(_, status)| status));
    let quota = kind == Some(Kind::NoCredit);
    let limited = kind == Some(Kind::RateLimit) || status == Some(429);
    let code = match kind {
        _ if quota => Code::QuotaExceeded,
        Some(Kind::Filtered) => Code::Refused,
        _ if limited => Code::RateLimited,
        _ => Code::ApiError,
    };
    let wrong = match kind {
        Some(Kind::Final | Kind::Filtered | Kind::NoCredit) => true,
        _ => status.is_some_and(|status| !passes(status)) || is_too_large(error),
    };
    let words = plain_words(&error.words, peer);
    let words = if words.is_empty() { "it gave no reason" } else { &words };
    let sentence = format!("{} answered with an error in its body", peer.host);
    let of_key = is_of_key(status, found);
    let like = if of_key { 401 } else { status.unwrap_or_default().max(1) };
    let remedy = remedy(like, quota, (peer, url), error);
    let mut failure = Failure::new(code, with_words(sentence, words, &remedy));
    failure.transient = !wrong;
    failure.option = of_key.then_some("apiKey");
    let header = |name: &'static str| passed_on(error, name);
    let wait = retry_after_ms(&header, (error.wait_ms, words), limited, platform);
    failure.retry_after_ms = wait.or_else(|| wait_in_words(words)).filter(|_| failure.transient);
    failure.status = status;
    failure.request_id.clone_from(&error.request_id);
    failure
}

/// Whether a request that got this status may get another the next time.
fn passes(status: u16) -> bool {
    matches!(status, 408 | 409 | 425 | 429 | 498 | 499 | 500..)
}

/// More tokens in one request than the limit lets through in a minute: no wait makes room for it.
fn is_too_large(error: &ErrorBody) -> bool {
    error.words.starts_with("Request too large")
}

/// The provider's id of a request, under each name that is in use.
#[must_use]
pub fn request_id(response: &dyn Response) -> Option<String> {
    ["x-request-id", "request-id", "apim-request-id"].into_iter().find_map(|name| response.header(name))
}

/// A header of the server behind a gateway.
fn passed_on(error: &ErrorBody, name: &str) -> Option<String> {
    error.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
}

/// The first words of a text, on one line.
pub(super) fn plain_words(text: &str, peer: &Peer<'_>) -> String {
    // A page of many megabytes is not searched for what is not shown.
    let head = text.char_indices().nth(LOOKED_AT).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let words = peer.redact(head).split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}

fn remedy(status: u16, quota: bool, (peer, url): (&Peer<'_>, &str), error: &ErrorBody) -> String {
    let words = match status {
        _ if quota => " Add credit at the provider, or raise the account's limit; another try does not help.",
        401 if peer.was_sent_no_key() => {
            " It was sent no key: one from the environment goes to no other server than the provider's own and that of \
             the options. Give `apiKey` beside this `baseURL`."
        }
        401 => " Check `apiKey`.",
        403 => " The key may not use this model or address.",
        404 | 405 => return where_asked(url, peer, error),
        429 if is_too_large(error) => " Send less at once, or lower `maxTokens`: waiting does not help.",
        // A page is shown a redirect as status 0.
        0 | 300..=399 => " Redirects are not followed: give the final address as `baseURL`.",
        _ => "",
    };
    words.into()
}

/// A wrong address is the usual reason for a 404, and only the whole of it shows what is wrong.
fn where_asked(url: &str, peer: &Peer<'_>, error: &ErrorBody) -> String {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    if address.is_empty() || error.names.iter().any(|name| name.starts_with("modelnotfound")) {
        return " Check `model`.".into();
    }
    let last = peer.base_path().rsplit('/').next().unwrap_or_default();
    let versioned = last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let hint = if versioned { "" } else { " (does it end in `/v1`?)" };
    format!(" Asked was {}. Check `baseURL`{hint} and `model`.", peer.redact(address))
}

fn with_words(sentence: String, words: &str, remedy: &str) -> String {
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    // Servers end their sentences or do not; ours comes after.
    let stop = if remedy.is_empty() || words.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{sentence}{words}{stop}{remedy}")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::json::json;
    use crate::platform::sim::{Reply, Simulation};

    #[test]
    fn an_error_under_status_200_is_a_failure_by_its_own_words() {
        let worker = crate::model::worker::tests::worker();
        let world = Simulation::new(1, |_, _| Reply::broken(0.0));
        let failure = |body| in_band(&body, false, (&Peer::of(&worker), ""), &world);
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
