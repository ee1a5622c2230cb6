//! The server at the other end: what it may be called in an error, and what of its words may not be
//! repeated.

mod encodings;

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use self::encodings::{decoded, encodings_of, redact_parts, unbase64};
use super::completion::Completion;
use super::worker::Worker;
use crate::error::Failure;
use crate::json::Value;
use crate::platform::address::host_of;

/// Shorter words are no keys.
const SHORTEST: usize = 8;

/// What stands in the place of a key.
const REDACTED: &str = "[key]";

/// How the keys of well-known providers begin.
const MARKS: &[&str] = &["sk-", "gsk_", "xai-", "AIza", "Bearer"];

/// From here on half of a key is one as well; shorter ones are words, such as those that local
/// servers are given.
const HALVED: usize = 20;

/// A server, and who asks it.
#[derive(Debug)]
pub struct Peer<'a> {
    /// Its name: no path, no query, no user.
    pub host: &'a str,
    worker: &'a Worker,
    redactor: OnceCell<Redactor>,
}

impl<'a> Peer<'a> {
    /// The one that `worker` asks.
    #[must_use]
    pub fn of(worker: &'a Worker) -> Self {
        Self { host: host_of(&worker.base_url), worker, redactor: OnceCell::new() }
    }

    /// Whether nothing was sent that says who asks.
    #[must_use]
    pub fn was_sent_no_key(&self) -> bool {
        self.worker.api_key.is_none() && self.worker.headers.is_empty() && self.worker.complete.is_none()
    }

    /// The path of its base address.
    #[must_use]
    pub fn base_path(&self) -> &'a str {
        let address: &str = &self.worker.base_url;
        let address = address.split(['?', '#']).next().unwrap_or_default();
        address
            .split_once("://")
            .map_or(address, |(_, rest)| rest)
            .split_once('/')
            .map_or("", |(_, path)| path)
    }

    /// `text` with every key redacted: a server may repeat what it was sent ("Incorrect API key
    /// provided: sk-…").
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.redactor.get_or_init(|| Redactor::new(secrets(self.worker))).redact(text)
    }

    /// What a request came to, without keys. What a model writes is its own; all else that comes
    /// with it is not.
    ///
    /// # Errors
    /// The failure, without keys.
    pub fn redact_outcome(&self, outcome: Result<Completion, Failure>) -> Result<Completion, Failure> {
        let hide = |text: &mut String| {
            if text.len() >= SHORTEST {
                *text = self.redact(text);
            }
        };
        match outcome {
            Ok(mut completion) => {
                // That is what it was called by the caller.
                completion.model.iter_mut().filter(|model| **model != *self.worker.model).for_each(hide);
                [&mut completion.finish_reason, &mut completion.request_id]
                    .into_iter()
                    .flatten()
                    .for_each(hide);
                completion.extras.raw.iter_mut().for_each(|raw| for_each_text(raw, &hide));
                let mut renamed = false;
                for call in &mut completion.tool_calls {
                    let before = (call.id.clone(), call.name.clone());
                    hide(&mut call.id);
                    hide(&mut call.name);
                    renamed |= before != (call.id.clone(), call.name.clone());
                }
                // What goes back to the server has to name a call as its result will.
                if let Some(data) = completion.provider_data.as_mut().filter(|_| renamed) {
                    for_each_text(&mut Rc::make_mut(data).data, &hide);
                }
                Ok(completion)
            }
            Err(mut failure) => {
                hide(&mut failure.message);
                failure.request_id.iter_mut().for_each(hide);
                Err(failure)
            }
        }
    }
}

fn for_each_text(value: &mut Value, change: &dyn Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| for_each_text(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| for_each_text(field, change)),
        _ => {}
    }
}

/// Knows secrets in whatever form, and strikes them out.
pub struct Redactor {
    secrets: Vec<(Hidden, Vec<String>)>,
}

/// Something that nobody may see.
pub struct Hidden {
    /// It.
    pub text: String,
    /// Whether it is a key: then it is one in capitals and cut in two as well. A word of any header
    /// is redacted as it stands.
    pub is_key: bool,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Redactor(…)")
    }
}

impl Redactor {
    /// What is too short to be a key is no secret.
    #[must_use]
    pub fn new(mut secrets: Vec<Hidden>) -> Self {
        secrets.retain(|secret| secret.text.len() >= SHORTEST);
        let forms = |secret: Hidden| {
            let forms = encodings_of(&secret.text);
            (secret, forms)
        };
        Self { secrets: secrets.into_iter().map(forms).collect() }
    }

    /// `text` without them, and without what begins like a key of a well-known provider.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let hidden = decoded(text)
            .and_then(|plain| Some(self.without_secrets(&plain)).filter(|redacted| *redacted != plain));
        let text = hidden.unwrap_or_else(|| self.without_secrets(text));
        text.split_inclusive(char::is_whitespace)
            .flat_map(|piece| {
                let (word, space) = piece.split_at(piece.trim_end().len());
                [if is_marked(word) { REDACTED } else { word }, space]
            })
            .collect()
    }

    fn without_secrets(&self, text: &str) -> String {
        let mut text = text.to_string();
        for (secret, forms) in &self.secrets {
            for form in forms {
                let least = if secret.text.len() >= HALVED { form.len() / 2 } else { form.len() };
                if secret.is_key && form.is_ascii() {
                    if text.len() >= least {
                        text = redact_parts(&text, form, least, REDACTED);
                    }
                } else if text.contains(form) {
                    text = text.replace(form, REDACTED);
                }
            }
        }
        text
    }
}

/// Everything that the server was sent and nobody may see.
fn secrets(worker: &Worker) -> Vec<Hidden> {
    let key = worker.api_key.iter().map(|key| Hidden { text: key.expose().to_string(), is_key: true });
    let query = worker.base_url.split_once('?').map_or("", |(_, query)| query);
    let fields = query.split('&').filter_map(|field| field.split_once('='));
    let fields = fields.filter(|(name, _)| *name != "api-version");
    let in_address = fields.map(|(_, value)| Hidden { text: value.into(), is_key: true });
    let headers = worker.headers.iter().flat_map(|(name, value)| of_header(name, value));
    key.chain(in_address).chain(headers).collect()
}

/// The words of a header, and what is packed into them.
#[must_use]
pub fn of_header(name: &str, value: &str) -> Vec<Hidden> {
    const HOLDERS: &[&str] =
        &["auth", "cookie", "credential", "key", "password", "secret", "session", "token"];
    let is_key = HOLDERS.iter().any(|holder| name.to_ascii_lowercase().contains(holder));
    let words = value.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '='));
    let pair = value.strip_prefix("Basic ").and_then(unbase64);
    let parts = pair.iter().flat_map(|pair| pair.split(':'));
    words.chain(parts).map(|text| Hidden { text: text.into(), is_key }).collect()
}

/// Whether a key begins in it; `risk-averse` is none. Keys follow words of other scripts without a
/// space.
fn is_marked(word: &str) -> bool {
    let begins = |at: usize| !word.get(..at).is_some_and(|prefix| prefix.ends_with(is_latin));
    let marked = |mark: &&str| word.match_indices(*mark).any(|(at, _)| begins(at));
    word.len() > SHORTEST && MARKS.iter().any(marked)
}

/// Letters of the Latin scripts, and digits.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, 'À'..='ɏ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::worker::Secret;

    #[test]
    fn a_key_is_struck_out_in_disguise_and_in_halves_and_words_are_not() {
        let worker = Worker {
            api_key: Some(Secret::new("canary-one/of+many=KEY")),
            headers: [("x-title".to_string(), "My-Research-Application-Of-Moths".to_string())].into(),
            ..crate::model::worker::tests::worker()
        };
        let peer = Peer::of(&worker);
        for (text, redacted) in [
            ("CANARY-ONE/OF+MANY=KEY", "[key]"),
            ("63616e6172792d6f6e652f6f662b6d616e793d4b4559", "[key]"),
            ("(63616E6172792D6F6E652F6F662B6D616E793D4B4559)", "([key])"),
            ("canary-one&#x2F;of&#43;many&#x3d;KEY", "[key]"),
            ("canary-one&sol;of+many=KEY &amp; more", "[key] & more"),
            (r"canary-one\u002fof\u002Bmany=KEY", "[key]"),
            ("%63anary-one/of%2bmany=KEY", "[key]"),
            ("canary-one/…", "[key]…"),
            ("it ends in of+many=KEY.", "it ends in [key]."),
            ("Y2FuYXJ5LW9uZS9vZittYW55PU", "[key]"),
            ("A canary or many are one of the keys.", "A canary or many are one of the keys."),
            ("the research application of moths", "the research application of moths"),
            ("50 % &amp; more", "50 % &amp; more"),
        ] {
            assert_eq!(peer.redact(text), redacted, "{text}");
        }
        // What local servers are given for a key is a word.
        let key = Some(Secret::new("no-key-required"));
        let local = Worker { api_key: key, ..crate::model::worker::tests::worker() };
        assert_eq!(Peer::of(&local).redact("`model` is required"), "`model` is required");
    }

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
        for (text, redacted) in [
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
            assert_eq!(peer.redact(text), redacted);
        }
    }
}
