//! The values of `format` that are checked.
//!
//! Sources: json-schema.org/draft/2020-12 (section 7.3), RFC 3339 (dates, times, durations), RFC
//! 5321 (e-mail), RFC 3986 (addresses), RFC 1123 (hosts), RFC 9562 (UUIDs); spec.openapis.org
//! (formats of numbers).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::host::pattern::Pattern;

const DATE: &str = r"(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
const TIME: &str =
    r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)";
const DAYS: &str = r"(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)";
const HOURS: &str = r"T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)";
const UUID: &str = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}";
const WORD: &str = r"[\w!#$%&'*+/=?^`{|}~-]+";
const LABEL: &str = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

/// One format.
#[derive(Debug)]
pub(super) enum Format {
    /// Texts that match a pattern, and where they hold a time, one that there is.
    Pattern {
        pattern: Pattern,
        holds_time: bool,
    },
    Email(Pattern),
    Uri(Pattern),
    Ipv4,
    Ipv6,
    /// Whole numbers in a range.
    Whole(f64),
    /// Whatever fits the rest of the schema.
    Any,
}

impl Format {
    /// The format of that name, if it is one of those that are checked.
    pub fn new(name: &str) -> Option<Self> {
        let whole = |inner: &str| Pattern::new(&format!("^(?:{inner})$"));
        let plain = |inner: &str| Some(Self::Pattern { pattern: whole(inner)?, holds_time: false });
        let timed = |inner: &str| Some(Self::Pattern { pattern: whole(inner)?, holds_time: true });
        match name {
            "date" => plain(DATE),
            "time" => timed(TIME),
            "date-time" => timed(&format!("{DATE}[Tt]{TIME}")),
            "duration" => plain(&format!(r"P(?:\d+W|{DAYS}(?:{HOURS})?|{HOURS})")),
            "uuid" => plain(UUID),
            "uri" => whole(&uri()).map(Self::Uri),
            "hostname" => plain(&format!(r"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")),
            "email" => whole(&format!(
                r#"(?:{WORD}(?:\.{WORD})*|"(?:[^"\\]|\\.)*")@(?:{LABEL}(?:\.{LABEL})*|\[.*\])"#
            ))
            .map(Self::Email),
            "ipv4" => Some(Self::Ipv4),
            "ipv6" => Some(Self::Ipv6),
            "int32" => Some(Self::Whole(2_147_483_648.0)),
            "int64" => Some(Self::Whole(f64::MAX)),
            "float" | "double" | "password" => Some(Self::Any),
            _ => None,
        }
    }

    /// Whether a text is of it. A format says nothing of other values.
    pub fn has_text(&self, text: &str) -> bool {
        match self {
            Self::Pattern { pattern, holds_time } => {
                pattern.matches(text) && (!holds_time || leap_second_fits(text).unwrap_or(true))
            }
            Self::Email(pattern) => pattern.matches(text) && literal_fits(text),
            Self::Uri(pattern) => pattern.matches(text) && bracketed(text).is_none_or(is_ipv6),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => is_ipv6(text),
            Self::Whole(_) | Self::Any => true,
        }
    }

    /// The same of a number.
    pub fn has_number(&self, number: f64) -> bool {
        match self {
            Self::Whole(bound) => number.fract() == 0.0 && -bound <= number && number < *bound,
            _ => true,
        }
    }
}

fn uri() -> String {
    const CODED: &str = "%[0-9A-Fa-f]{2}";
    let name = format!(r"(?:[\w.~!$&'()*+,;=-]|{CODED})*");
    let user = format!(r"(?:[\w.~!$&'()*+,;=:-]|{CODED})*");
    let path = format!(r"(?:[\w.~!$&'()*+,;=:@/-]|{CODED})*");
    let rest = format!(r"(?:[\w.~!$&'()*+,;=:@/?-]|{CODED})*");
    let host = format!(r"(?:\[[0-9A-Fa-f:.]+\]|{name})");
    let authority = format!(r"//(?:{user}@)?{host}(?::\d*)?(?=[/?#]|$)");
    format!(r"[A-Za-z][A-Za-z0-9+.-]*:(?:{authority}|(?!//)){path}(?:\?{rest})?(?:#{rest})?")
}

/// A second 60 is only ever the last one of a day in UTC. `None` where there is none.
fn leap_second_fits(text: &str) -> Option<bool> {
    let number = |text: Option<&str>| text?.parse::<i32>().ok();
    let at = text.find(":60")?;
    // `:60` stands behind hours and minutes; an offset has no such minutes.
    let minutes =
        number(text.get(at.checked_sub(5)?..at - 3))? * 60 + number(text.get(at.checked_sub(2)?..at))?;
    let zone = text.get(at + 3..)?;
    let offset = match zone.find(['+', '-']) {
        Some(sign) => {
            let offset = number(zone.get(sign + 1..sign + 3))? * 60 + number(zone.get(sign + 4..))?;
            if zone.get(sign..)?.starts_with('-') { -offset } else { offset }
        }
        None => 0,
    };
    Some((minutes - offset).rem_euclid(24 * 60) == 24 * 60 - 1)
}

/// Whether the address in brackets behind an `@` is one.
fn literal_fits(text: &str) -> bool {
    let host = text.rsplit_once('@').map(|(_, host)| host);
    let Some(literal) = host.and_then(bracketed) else { return true };
    match literal.strip_prefix("IPv6:") {
        Some(address) => is_ipv6(address),
        None => literal.parse::<Ipv4Addr>().is_ok(),
    }
}

fn bracketed(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('[')?;
    Some(rest.split_once(']')?.0)
}

fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}
