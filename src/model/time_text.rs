//! Times as servers write them, in headers and in words: seconds, dates, moments since 1970,
//! durations.
//!
//! Sources: RFC 9110 §10.2.3 (`retry-after`), OpenAI's page on rate limits (`6m0s`), ISO 8601
//! (`PT30S`); Together sends seconds and OpenRouter milliseconds since 1970, both as
//! `x-ratelimit-reset`.

use crate::host::number;
use crate::platform::Platform;

/// How long it is until then, by one header. Of two values in one header the longer wait counts.
pub(super) fn wait_ms(text: &str, platform: &dyn Platform) -> Option<f64> {
    let text = text.trim();
    let values = text.split(',').filter_map(|value| span_ms(value.trim().trim_matches('"'), platform));
    let dates = || {
        // Dates have commas of their own.
        let moments = text.split_inclusive("GMT").map(|date| date.trim_start_matches([',', ' ']));
        moments.filter_map(|date| Some(platform.parse_date_ms(date)? - platform.date_ms())).reduce(f64::max)
    };
    positive(values.reduce(f64::max).or_else(dates)?)
}

/// A number, or a duration.
fn span_ms(text: &str, platform: &dyn Platform) -> Option<f64> {
    if let Some(number) = number::parse(text) {
        return Some(number_ms(number, platform));
    }
    let iso = || {
        let (days, time) = text.strip_prefix('P')?.split_once('T')?;
        duration_ms(&format!("{days}{time}").to_ascii_lowercase()).filter(|(_, rest)| *rest == 0)
    };
    duration_ms(text).filter(|(_, rest)| *rest == 0).or_else(iso).map(|(ms, _)| ms)
}

/// Seconds from now on, or since 1970, or milliseconds since then: the sizes do not overlap. No
/// limit is longer than a month, so that a moment beyond that is none.
pub(super) fn number_ms(number: f64, platform: &dyn Platform) -> f64 {
    const OLDEST_S: f64 = 1e9;
    const OLDEST_MS: f64 = 1e11;
    const MONTH_MS: f64 = 31.0 * 86_400_000.0;
    let moment_ms = match number {
        _ if number >= OLDEST_MS => number,
        _ if number >= OLDEST_S => number * 1000.0,
        _ => return number * 1000.0,
    };
    Some(moment_ms - platform.date_ms()).filter(|ms| *ms <= MONTH_MS).unwrap_or_default()
}

/// A time still to come, within a year: beyond that the server is out of its mind.
pub(super) fn positive(ms: f64) -> Option<f64> {
    const YEAR_MS: f64 = 366.0 * 86_400_000.0;
    (ms > 0.0 && ms <= YEAR_MS).then_some(ms)
}

/// "Please try again in 634ms" (OpenAI), "retry in 33.5s" (Gemini), "retry after 20 seconds"
/// (Azure), "Please wait 2 seconds" (Mistral's and others' gateways).
pub(super) fn wait_in_words(words: &str) -> Option<f64> {
    const LEADS: &[&str] =
        &["try again in ", "retry in ", "again after ", "retry after ", "wait ", "reset in ", "resets in "];
    const FILLERS: &[&str] = &["for ", "another ", "at least ", "about ", "approximately "];
    let lower = words.to_ascii_lowercase();
    let after = |prefix: &str| {
        lower.match_indices(prefix).find_map(|(at, _)| {
            let rest = lower.get(at + prefix.len()..)?;
            let rest = FILLERS.iter().fold(rest, |rest, filler| rest.strip_prefix(filler).unwrap_or(rest));
            duration_ms(rest).and_then(|(ms, _)| positive(ms))
        })
    };
    LEADS.iter().find_map(|prefix| after(prefix))
}

/// Reads `1h2m3.5s`, `12ms`, `20 seconds` or `1 minute and 5 seconds` at the start of a text; gives
/// how much follows, too.
pub(super) fn duration_ms(text: &str) -> Option<(f64, usize)> {
    let mut total = None;
    let mut rest = text;
    loop {
        let next = rest.trim_start_matches([' ', ',']);
        let next = next.strip_prefix("and ").unwrap_or(next);
        let digits = next.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(next.len());
        let Some(number) = next.get(..digits).and_then(number::parse) else { break };
        let tail = next.get(digits..)?.trim_start();
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let unit = match tail.get(..letters)? {
            "ms" | "millisecond" | "milliseconds" => 1.0,
            "s" | "sec" | "secs" | "second" | "seconds" => 1000.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60_000.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000.0,
            "d" | "day" | "days" => 86_400_000.0,
            _ => break,
        };
        total = Some(total.unwrap_or(0.0) + number * unit);
        rest = tail.get(letters..)?;
    }
    total.map(|ms| (ms, rest.len()))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::platform::sim::{Reply, Simulation};

    #[test]
    fn durations_are_read_as_openai_and_people_write_them() {
        for (text, ms) in [
            ("12ms", 12.0),
            ("1s", 1000.0),
            ("6m0s", 360_000.0),
            ("1h30m", 5_400_000.0),
            ("0.5s", 500.0),
            ("1 minute and 5 seconds", 65_000.0),
            ("1 minute, 5 secs", 65_000.0),
        ] {
            assert_eq!(duration_ms(text), Some((ms, 0)), "{text}");
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
            ("Too many requests. Please wait 2 seconds and try again.", Some(2_000.0)),
            ("Please wait for about 3 seconds", Some(3_000.0)),
            ("Rate limit is exceeded. Try again in 12 seconds.", Some(12_000.0)),
            ("You can try again after 1 seconds.", Some(1_000.0)),
            ("Please wait and try again in 5s", Some(5_000.0)),
            ("Your limit resets in 2 minutes and 30 seconds", Some(150_000.0)),
            ("try again in 0s", None),
            ("try again in a while", None),
            ("", None),
        ] {
            assert_eq!(wait_in_words(words), ms, "{words}");
        }
    }

    #[test]
    fn headers_are_read_in_every_form_that_servers_send() {
        let world = Simulation::new(1, |_, _| Reply::broken(0.0));
        let now = world.date_ms();
        let date = |ms: f64| {
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis((now + ms) as u64);
            httpdate::fmt_http_date(time)
        };
        let rounded = |ms: f64| (now + ms) / 1000.0 - ((now + ms) / 1000.0).floor();
        let whole_s = 30_000.0 - rounded(30_000.0) * 1000.0;
        for (text, ms) in [
            ("30".into(), 30_000.0),
            ("33.38".into(), 33_380.0),
            ("\"30\"".into(), 30_000.0),
            (format!("{}", ((now + 30_000.0) / 1000.0).floor()), whole_s),
            (format!("{}", now + 30_000.0), 30_000.0),
            ("6m0s".into(), 360_000.0),
            ("PT30S".into(), 30_000.0),
            ("PT1M0.5S".into(), 60_500.0),
            ("P1DT1H".into(), 90_000_000.0),
            (date(30_000.0), whole_s),
            ("1, 2".into(), 2_000.0),
            (format!("{}, {}", date(10_000.0), date(30_000.0)), whole_s),
        ] {
            let read = wait_ms(&text, &world).unwrap_or_default();
            assert!((read - ms).abs() < 1.0, "{text}: {read} and not {ms}");
        }
        for text in ["0", "-5", "soon", "", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999", "1445412480"] {
            assert_eq!(wait_ms(text, &world), None, "{text}");
        }
    }
}
