//! What a server says about its limits: how long to wait, and what is left.
//!
//! Sources: RFC 9110 §10.2.3 (`retry-after`), OpenAI's and Anthropic's pages on rate limits. OpenAI gives resets as
//! durations (`6m0s`), Anthropic as dates; Azure has sent `-1` and `0` for "unknown".

use crate::platform::{Platform, Response, number};

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

/// What is left, out of how much, and when it is full again; under OpenAI's names and Anthropic's.
const REQUESTS: [[&str; 3]; 2] = [
    ["x-ratelimit-remaining-requests", "x-ratelimit-limit-requests", "x-ratelimit-reset-requests"],
    [
        "anthropic-ratelimit-requests-remaining",
        "anthropic-ratelimit-requests-limit",
        "anthropic-ratelimit-requests-reset",
    ],
];
const TOKENS: [[&str; 3]; 2] = [
    ["x-ratelimit-remaining-tokens", "x-ratelimit-limit-tokens", "x-ratelimit-reset-tokens"],
    [
        "anthropic-ratelimit-tokens-remaining",
        "anthropic-ratelimit-tokens-limit",
        "anthropic-ratelimit-tokens-reset",
    ],
];

impl RateLimits {
    /// Reads the headers of an answer.
    #[must_use]
    pub fn read(response: &dyn Response, platform: &dyn Platform) -> Self {
        let quota = |names: [[&'static str; 3]; 2]| {
            names.into_iter().find_map(|[remaining, limit, reset]| {
                let remaining = number::parse(response.hint(remaining)?.trim())?;
                let limit = response.hint(limit).and_then(|text| number::parse(text.trim()));
                let resets_in_ms = reset_ms(&response.hint(reset)?, platform)?;
                let known = remaining >= 0.0 && limit.is_none_or(|limit| limit > 0.0);
                known.then_some(Quota { remaining, resets_in_ms })
            })
        };
        Self { requests: quota(REQUESTS), tokens: quota(TOKENS) }
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

/// How long the server asks to wait, from its headers, else from its words. Zero, negative, past, absurd and unreadable
/// values count as nothing said.
#[must_use]
pub fn retry_after_ms(response: &dyn Response, words: &str, platform: &dyn Platform) -> Option<f64> {
    let milliseconds = || positive(number::parse(response.header("retry-after-ms")?.trim())?);
    let after = || {
        let text = response.header("retry-after")?;
        match number::parse(text.trim()) {
            Some(seconds) => positive(seconds * 1000.0),
            None => positive(platform.parse_date_ms(text.trim())? - platform.date_ms()),
        }
    };
    milliseconds()
        .or_else(after)
        .or_else(|| RateLimits::read(response, platform).exhausted_for_ms())
        .or_else(|| wait_in_words(words))
}

fn reset_ms(text: &str, platform: &dyn Platform) -> Option<f64> {
    let text = text.trim();
    let duration = duration_ms(text).filter(|(_, rest)| rest.is_empty()).map(|(ms, _)| ms);
    positive(duration.or_else(|| Some(platform.parse_date_ms(text)? - platform.date_ms()))?)
}

/// A time still to come, within a year: beyond that it is a date in seconds, or a server out of its mind.
fn positive(ms: f64) -> Option<f64> {
    const YEAR_MS: f64 = 366.0 * 86_400_000.0;
    (ms > 0.0 && ms <= YEAR_MS).then_some(ms)
}

/// "Please try again in 634ms" (OpenAI), "retry in 33.5s" (Gemini), "retry after 20 seconds" (Azure).
pub(super) fn wait_in_words(words: &str) -> Option<f64> {
    let lower = words.to_ascii_lowercase();
    ["try again in ", "retry in ", "retry after "].into_iter().find_map(|lead| {
        let (_, rest) = lower.split_once(lead)?;
        duration_ms(rest).and_then(|(ms, _)| positive(ms))
    })
}

/// Reads `1h2m3.5s`, `12ms` or `20 seconds` at the start of a text; gives what follows it too.
pub(super) fn duration_ms(text: &str) -> Option<(f64, &str)> {
    let mut total = None;
    let mut rest = text;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let Some(number) = number::parse(rest.get(..digits)?) else { break };
        let tail = rest.get(digits..)?.trim_start();
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let unit = match tail.get(..letters)? {
            "ms" | "millisecond" | "milliseconds" => 1.0,
            "s" | "sec" | "second" | "seconds" => 1000.0,
            "m" | "min" | "minute" | "minutes" => 60_000.0,
            "h" | "hour" | "hours" => 3_600_000.0,
            "d" | "day" | "days" => 86_400_000.0,
            _ => break,
        };
        total = Some(total.unwrap_or(0.0) + number * unit);
        rest = tail.get(letters..)?;
    }
    total.map(|ms| (ms, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_openai_writes_them() {
        for (text, ms) in
            [("12ms", 12.0), ("1s", 1000.0), ("6m0s", 360_000.0), ("1h30m", 5_400_000.0), ("0.5s", 500.0)]
        {
            assert_eq!(duration_ms(text), Some((ms, "")), "{text}");
        }
        for text in ["", "ms", "soon", "5", "1.2.3s"] {
            assert_eq!(duration_ms(text), None, "{text}");
        }
    }

    #[test]
    fn waits_are_found_in_words() {
        for (words, ms) in [
            ("Rate limit reached. Please try again in 634ms. Visit …", Some(634.0)),
            ("Please try again in 1m30s.", Some(90_000.0)),
            ("Please retry in 33.5s", Some(33_500.0)),
            ("Please retry after 20 seconds.", Some(20_000.0)),
            ("try again in 0s", None),
            ("try again in a while", None),
            ("", None),
        ] {
            assert_eq!(wait_in_words(words), ms, "{words}");
        }
    }
}
