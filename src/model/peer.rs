//! The server at the other end: what it may be called in an error, and what of its words may not be repeated.

use super::disguise::{disguises, unbase64};
use super::worker::Worker;
use crate::error::Failure;

/// Shorter words are no keys.
const SHORTEST: usize = 8;

/// How the keys of well-known providers begin.
const MARKS: &[&str] = &["sk-", "gsk_", "xai-", "AIza", "Bearer"];

/// A server, and who asks it.
#[derive(Debug)]
pub struct Peer<'a> {
    /// Its name: no path, no query, no user.
    pub host: &'a str,
    worker: &'a Worker,
}

impl<'a> Peer<'a> {
    /// The one that `worker` asks.
    #[must_use]
    pub fn of(worker: &'a Worker) -> Self {
        Self { host: host_of(&worker.base_url), worker }
    }

    /// Whether nothing was sent that says who asks.
    #[must_use]
    pub fn was_sent_no_key(&self) -> bool {
        self.worker.api_key.is_none() && self.worker.headers.is_empty() && self.worker.complete.is_none()
    }

    /// `text` with every key struck out: a server may repeat what it was sent ("Incorrect API key provided: sk-…").
    #[must_use]
    pub fn struck(&self, text: &str) -> String {
        let mut text = text.to_string();
        for form in secrets(self.worker).iter().flat_map(|secret| disguises(secret)) {
            if text.contains(&form) {
                text = text.replace(&form, "[key]");
            }
        }
        text.split_inclusive(char::is_whitespace)
            .flat_map(|piece| {
                let (word, space) = piece.split_at(piece.trim_end().len());
                [if is_marked(word) { "[key]" } else { word }, space]
            })
            .collect()
    }

    /// The failure without keys.
    #[must_use]
    pub fn hide_keys(&self, mut failure: Failure) -> Failure {
        failure.message = self.struck(&failure.message);
        failure.request_id = failure.request_id.as_deref().map(|id| self.struck(id));
        failure
    }
}

/// Everything that the server was sent and nobody may see.
fn secrets(worker: &Worker) -> Vec<String> {
    let mut secrets: Vec<String> = worker.api_key.iter().map(|key| key.expose().to_string()).collect();
    for (_, value) in worker.headers.iter() {
        let words = value.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '='));
        secrets.extend(words.map(Into::into));
        if let Some(pair) = value.strip_prefix("Basic ").and_then(unbase64) {
            secrets.extend(pair.split(':').map(Into::into));
        }
    }
    let query = worker.base_url.split_once('?').map_or("", |(_, query)| query);
    let fields = query.split('&').filter_map(|field| field.split_once('='));
    secrets.extend(fields.filter(|(name, _)| *name != "api-version").map(|(_, value)| value.into()));
    secrets.retain(|word| word.len() >= SHORTEST);
    secrets
}

/// Whether a key begins in it; `risk-averse` is none. Keys follow words of other scripts without a space.
fn is_marked(word: &str) -> bool {
    let begins = |at: usize| !word.get(..at).is_some_and(|lead| lead.ends_with(is_latin));
    let marked = |mark: &&str| word.match_indices(*mark).any(|(at, _)| begins(at));
    word.len() > SHORTEST && MARKS.iter().any(marked)
}

/// Letters of the Latin scripts, and digits.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, 'À'..='ɏ')
}

/// The part of an address that is safe to show: no query, no user name, no password.
#[must_use]
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    rest.rsplit_once('@').map_or(rest, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_struck_out_whether_they_were_sent_or_only_look_like_one() {
        let worker = Worker {
            base_url: "https://host.example/v1?api-version=2026-01-01&code=in-the-address".into(),
            headers: [
                ("authorization".to_string(), "Basic bmFtZTp0aGUtcGFzc3dvcmQ=".to_string()),
                ("cookie".to_string(), "id=of/no+known-form; theme=dark".to_string()),
            ]
            .into(),
            ..crate::model::worker::tests::worker()
        };
        let peer = Peer::of(&worker);
        for (text, struck) in [
            (
                "Incorrect API key provided: sk-proj-abcdef123456. See…",
                "Incorrect API key provided: [key] See…",
            ),
            ("We are risk-averse.", "We are risk-averse."),
            ("En dansk-svensk och fläsk-fri affär.", "En dansk-svensk och fläsk-fri affär."),
            ("密钥sk-abcdef123456", "[key]"),
            ("It is (of/no+known-form).", "It is ([key])."),
            ("/?id=of%2Fno%2Bknown-form&b", "/?id=[key]&b"),
            (r#"{"id":"of\/no+known-form"}"#, r#"{"id":"[key]"}"#),
            ("2026-01-01 of in-the-address", "2026-01-01 of [key]"),
            ("no user with the-password", "no user with [key]"),
            ("bmFtZTp0aGUtcGFzc3dvcmQ", "[key]"),
        ] {
            assert_eq!(peer.struck(text), struck);
        }
    }
}
