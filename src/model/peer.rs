//! The server at the other end: what it may be called in an error, and what of its words may not be repeated.

use super::worker::Worker;
use crate::error::Failure;

/// Shorter words are no keys.
const SHORTEST: usize = 8;

/// How the keys of well-known providers begin.
const MARKS: &[&str] = &["sk-", "AIza", "Bearer"];

/// A server, and the keys that were sent to it.
#[derive(Debug)]
pub struct Peer<'a> {
    /// Its name: no path, no query, no user.
    pub host: &'a str,
    secrets: Vec<&'a str>,
}

impl<'a> Peer<'a> {
    /// The one that `worker` asks.
    #[must_use]
    pub fn of(worker: &'a Worker) -> Self {
        let headers = worker.headers.iter().flat_map(|(_, value)| value.split_whitespace());
        let key = worker.api_key.iter().map(|key| key.expose());
        let secrets = key.chain(headers).filter(|word| word.len() >= SHORTEST).collect();
        Self { host: host_of(&worker.base_url), secrets }
    }

    /// `text` with every key struck out: a server may repeat what it was sent ("Incorrect API key provided: sk-…").
    #[must_use]
    pub fn struck(&self, text: &str) -> String {
        let mut text = text.to_string();
        for secret in &self.secrets {
            if text.contains(secret) {
                text = text.replace(secret, "[key]");
            }
        }
        text.split_inclusive(char::is_whitespace)
            .flat_map(|piece| {
                let (word, space) = piece.split_at(piece.trim_end().len());
                let marked = word.len() > SHORTEST && MARKS.iter().any(|mark| word.contains(mark));
                [if marked { "[key]" } else { word }, space]
            })
            .collect()
    }

    /// The failure without keys.
    #[must_use]
    pub fn hide_keys(&self, failure: Failure) -> Failure {
        Failure { message: self.struck(&failure.message), ..failure }
    }
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
        let peer = Peer { host: "host", secrets: vec!["of-no-known-form"] };
        let text =
            peer.struck("Incorrect API key provided: sk-proj-abcdef123456 or (of-no-known-form). See…");
        assert_eq!(text, "Incorrect API key provided: [key] or ([key]). See…");
    }
}
