//! What a server says about its limits: how long to wait, and what is left.
//!
//! Sources: OpenAI's, Anthropic's, Mistral's, Cerebras' and Together's pages on rate limits; the
//! IETF's drafts of `ratelimit` (draft-ietf-httpapi-ratelimit-headers, 06 to 10). Azure has sent
//! `-1` and `0` for "unknown".

use super::time_text::{positive, wait_in_words, wait_ms};
use crate::host::number;
use crate::platform::{Platform, Response};

/// What is left of one limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quota {
    /// Requests or tokens that may still be sent.
    pub remaining: f64,
    /// Until it is full again.
    pub resets_in_ms: f64,
}

/// What the headers of one answer say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RateLimits {
    /// Of requests.
    pub requests: Option<Quota>,
    /// Of tokens.
    pub tokens: Option<Quota>,
}

/// Looks a header up by its lower-case name.
pub(super) type Lookup<'a> = &'a dyn Fn(&'static str) -> Option<String>;

/// The names for what is left, out of how much, and when it is full again.
type Names = [&'static str; 3];

const REQUESTS: &[Names] = &[
    ["x-ratelimit-remaining-requests", "x-ratelimit-limit-requests", "x-ratelimit-reset-requests"],
    [
        "anthropic-ratelimit-requests-remaining",
        "anthropic-ratelimit-requests-limit",
        "anthropic-ratelimit-requests-reset",
    ],
    // Together, OpenRouter and many gateways; then the IETF's first drafts.
    ["x-ratelimit-remaining", "x-ratelimit-limit", "x-ratelimit-reset"],
    ["ratelimit-remaining", "ratelimit-limit", "ratelimit-reset"],
    [
        "x-ratelimit-remaining-requests-day",
        "x-ratelimit-limit-requests-day",
        "x-ratelimit-reset-requests-day",
    ],
];

const TOKENS: &[Names] = &[
    ["x-ratelimit-remaining-tokens", "x-ratelimit-limit-tokens", "x-ratelimit-reset-tokens"],
    [
        "anthropic-ratelimit-tokens-remaining",
        "anthropic-ratelimit-tokens-limit",
        "anthropic-ratelimit-tokens-reset",
    ],
    [
        "anthropic-ratelimit-input-tokens-remaining",
        "anthropic-ratelimit-input-tokens-limit",
        "anthropic-ratelimit-input-tokens-reset",
    ],
    [
        "anthropic-ratelimit-output-tokens-remaining",
        "anthropic-ratelimit-output-tokens-limit",
        "anthropic-ratelimit-output-tokens-reset",
    ],
    [
        "x-ratelimit-remaining-tokens-minute",
        "x-ratelimit-limit-tokens-minute",
        "x-ratelimit-reset-tokens-minute",
    ],
    ["ratelimitbysize-remaining", "ratelimitbysize-limit", "ratelimitbysize-reset"],
];

/// All of it in one, as the IETF's newer drafts have it.
const STRUCTURED: &str = "ratelimit";

impl RateLimits {
    /// Reads the headers of an answer.
    #[must_use]
    pub fn read(response: &dyn Response, platform: &dyn Platform) -> Self {
        let tables = [REQUESTS, TOKENS].into_iter().flatten();
        let names: Vec<_> = tables.map(|&[remaining, ..]| remaining).chain([STRUCTURED]).collect();
        match response.may_have(&names) {
            true => Self::find(&|name| response.header(name), None, platform),
            false => Self::default(),
        }
    }

    /// `unsaid` is what is left where a server tells only when it is full again.
    fn find(header: Lookup<'_>, unsaid: Option<f64>, platform: &dyn Platform) -> Self {
        let quota = |&[remaining, limit, reset]: &Names| {
            let remaining = header(remaining).and_then(|text| least(&text)).or(unsaid)?;
            let resets_in_ms = wait_ms(&header(reset)?, platform)?;
            let known = remaining >= 0.0
                && header(limit).and_then(|text| least(&text)).is_none_or(|limit| limit > 0.0);
            known.then_some(Quota { remaining, resets_in_ms })
        };
        let structured = header(STRUCTURED).and_then(|text| structured(&text, platform));
        Self {
            requests: tightest(REQUESTS.iter().filter_map(quota).chain(structured)),
            tokens: tightest(TOKENS.iter().filter_map(quota)),
        }
    }

    /// When everything that is used up is there again.
    #[must_use]
    pub fn exhausted_for_ms(&self) -> Option<f64> {
        [self.requests, self.tokens]
            .into_iter()
            .flatten()
            .filter(|quota| quota.remaining == 0.0)
            .map(|quota| quota.resets_in_ms)
            .reduce(f64::max)
    }
}

/// The one that is used up for the longest; where none is, the first.
fn tightest(quotas: impl Iterator<Item = Quota>) -> Option<Quota> {
    quotas.reduce(|one, other| {
        let longer = one.remaining > 0.0 || other.resets_in_ms > one.resets_in_ms;
        if other.remaining == 0.0 && longer { other } else { one }
    })
}

/// A proxy may have added a header of its own to that of the server: then both come as one.
fn least(text: &str) -> Option<f64> {
    text.split(',').filter_map(|value| number::parse(value.trim())).reduce(f64::min)
}

/// `limit=100, remaining=0, reset=5`, or in newer drafts `"minute";r=0;t=5, "day";r=70;t=3600`.
fn structured(text: &str, platform: &dyn Platform) -> Option<Quota> {
    let mut remaining = None;
    let quotas = text.split([',', ';']).filter_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        match name {
            "r" | "remaining" => remaining = number::parse(value),
            "t" | "reset" => {
                return Some(Quota { remaining: remaining?, resets_in_ms: wait_ms(value, platform)? });
            }
            _ => {}
        }
        None
    });
    tightest(quotas.collect::<Vec<_>>().into_iter())
}

/// How long the server asks to wait: by its headers, by the fields of its error (`told_ms`), by its
/// words; else until what is used up is there again, which may be much longer than needed. Zero,
/// negative, past, absurd and unreadable values count as nothing said.
#[must_use]
pub(super) fn retry_after_ms(
    header: Lookup<'_>,
    (told_ms, words): (Option<f64>, &str),
    limited: bool,
    platform: &dyn Platform,
) -> Option<f64> {
    let milliseconds = header("retry-after-ms").and_then(|text| {
        text.split(',').filter_map(|value| number::parse(value.trim())).filter_map(positive).reduce(f64::max)
    });
    let unsaid = limited.then_some(0.0);
    milliseconds
        .or_else(|| wait_ms(&header("retry-after")?, platform))
        .or(told_ms)
        .or_else(|| wait_in_words(words))
        .or_else(|| RateLimits::find(header, unsaid, platform).exhausted_for_ms())
}
