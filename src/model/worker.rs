//! A worker: a model at an address, with the instructions it is asked to work in.

use std::fmt;
use std::rc::Rc;

use super::call_settings::CallSettings;
use super::message::{Execute, Tool};
use super::pool_key::PoolKey;
use super::provider::{ANTHROPIC_MAX_TOKENS, Provider};
use super::quirks::Quirks;
use super::schema::Schema;
use crate::json::{Value, at};
use crate::model::function::ModelFunction;

/// A key. It has no way out but [`Secret::expose`]: it does not show in debug output and is in no
/// event or error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Rc<str>);

impl Secret {
    /// Takes a key in.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self(Rc::from(key.trim()))
    }

    /// What a function gave as a key; none where it is no text that a header can carry.
    #[must_use]
    pub fn given(key: &Value) -> Option<Self> {
        let key = key.as_str()?.trim();
        (!key.is_empty() && is_sendable(key)).then(|| Self::new(key))
    }

    /// The key itself, for a request's header and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Whether HTTP can carry it in a header: Latin-1 without control characters.
#[must_use]
pub fn is_sendable(text: &str) -> bool {
    text.chars().all(|c| c == '\t' || matches!(c, ' '..='~' | '\u{a0}'..='\u{ff}'))
}

/// The longest answer when nobody says: far more than a model writes, and few enough to keep in
/// memory.
pub const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// Everything that decides how a call is made, save for what is said in it.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Which wire format.
    pub provider: Provider,
    /// Without a slash at its end.
    pub base_url: Rc<str>,
    /// The caller's own function, which is asked in place of a server.
    pub complete: Option<ModelFunction>,
    /// Left out for servers that ask for none.
    pub api_key: Option<Secret>,
    /// The caller's own function, which gives the key of each request.
    pub key_source: Option<Execute>,
    /// Sent with each request, after the format's own.
    pub headers: Rc<[(String, String)]>,
    /// The model's name at its provider.
    pub model: Rc<str>,
    /// What kind of worker it is, in words: the system message.
    pub instructions: Option<Rc<str>>,
    /// From 0 (always the likeliest word) to 2.
    pub temperature: Option<f64>,
    /// The longest answer, in tokens.
    pub max_tokens: Option<u32>,
    /// Texts that end an answer.
    pub stop: Rc<[String]>,
    /// For answers that can be had again, where the server can do that.
    pub seed: Option<i64>,
    /// What the answer must look like.
    pub schema: Option<Schema>,
    /// What it may call.
    pub tools: Rc<[Tool]>,
    /// How often it is asked at the most while it calls tools.
    pub max_steps: u32,
    /// The longest answer that is taken in, in bytes.
    pub max_answer_bytes: usize,
    /// Whether calls wait for the first of those that begin with the same text; none where the
    /// engine may judge.
    pub warm_prefix: Option<bool>,
    /// How it is to think, which tools it calls, what was said before.
    pub settings: CallSettings,
    /// Fields added to the body as they stand.
    pub extra_body: Option<Rc<Value>>,
    /// What its server is known to refuse.
    pub quirks: Quirks,
    /// Where the model is, where it is in several places.
    pub deployments: Rc<[Rc<Self>]>,
    /// Which of them it is, from one up; zero for the only one.
    pub deployment: usize,
}

impl Worker {
    /// A worker with nothing but its provider's address and model.
    #[must_use]
    pub fn of(provider: Provider) -> Self {
        Self {
            provider,
            base_url: provider.defaults().base_url.into(),
            complete: None,
            api_key: None,
            key_source: None,
            headers: Rc::default(),
            model: provider.defaults().model.into(),
            instructions: None,
            temperature: None,
            max_tokens: None,
            stop: Rc::default(),
            seed: None,
            schema: None,
            tools: Rc::default(),
            max_steps: 8,
            max_answer_bytes: MAX_ANSWER_BYTES,
            warm_prefix: None,
            settings: CallSettings::default(),
            extra_body: None,
            quirks: Quirks::default(),
            deployments: Rc::default(),
            deployment: 0,
        }
    }

    /// The same in each place where its model is.
    #[must_use]
    pub fn each_deployment(self: &Rc<Self>) -> Vec<Rc<Self>> {
        if self.deployments.is_empty() {
            return vec![Rc::clone(self)];
        }
        let at = |(there, deployment): (&Rc<Self>, usize)| {
            let Self {
                provider, base_url, complete, api_key, key_source, headers, model, extra_body, ..
            } = (**there).clone();
            Rc::new(Self {
                provider,
                base_url,
                complete,
                api_key,
                key_source,
                headers,
                model,
                extra_body,
                deployments: Rc::default(),
                deployment,
                ..(**self).clone()
            })
        };
        self.deployments.iter().zip(1..).map(at).collect()
    }

    /// This worker, asked in place of `other`: it has to give the same kind of answer.
    #[must_use]
    pub fn in_place_of(&self, other: &Self) -> Self {
        let tools = if self.tools.is_empty() { &other.tools } else { &self.tools };
        let (own, others) = (self.settings.clone(), &other.settings);
        let tool_choice = own.tool_choice.or_else(|| others.tool_choice.clone());
        Self {
            schema: self.schema.clone().or_else(|| other.schema.clone()),
            tools: Rc::clone(tools),
            // The history stands among what is asked.
            settings: CallSettings { tool_choice, history: others.history.clone(), ..own },
            ..self.clone()
        }
    }

    /// The longest answer that the server may give, in tokens, where anything bounds it.
    #[must_use]
    pub fn longest_answer(&self) -> Option<u64> {
        // What is added to the body has the last word there.
        const NAMES: [&str; 3] =
            ["/max_completion_tokens", "/max_tokens", "/generationConfig/maxOutputTokens"];
        let extra = |name| at(self.settings.body.as_deref().or(self.extra_body.as_deref())?, name)?.as_u64();
        let default = (self.provider == Provider::Anthropic).then_some(ANTHROPIC_MAX_TOKENS);
        NAMES.into_iter().find_map(extra).or(self.max_tokens.or(default).map(u64::from))
    }

    /// The schema that its provider is told of in its own way, if it may be.
    #[must_use]
    pub fn native_schema(&self) -> Option<&Schema> {
        self.schema.as_ref().filter(|schema| schema.json.is_some() && self.quirks.take_schema())
    }

    /// Names what can make use of what a turn brought along: a model at an address.
    #[must_use]
    pub fn server(&self) -> String {
        // There may be a key in a query.
        let address = self.base_url.split('?').next().unwrap_or_default();
        format!("{} {address} {}", self.provider.name(), self.model)
    }

    /// The pool whose limits hold for it.
    #[must_use]
    pub fn pool(&self) -> PoolKey {
        PoolKey {
            address: Rc::clone(&self.base_url),
            model: Rc::clone(&self.model),
            function: self.complete.as_ref().map(|function| function.0.number()),
            deployment: self.deployment,
        }
    }
}

/// Whether a header may say who asks. Those that follow one request through many systems do not.
#[must_use]
pub fn identifies(header: &str) -> bool {
    const TRACING: &[&str] = &["b3", "sentry-trace", "traceparent", "tracestate"];
    const TRACES: &[&str] = &["trace-id", "trace-context", "request-id", "correlation-id", "idempotency-key"];
    const TRACERS: &[&str] = &["x-b3-", "x-datadog-"];
    let name = header.to_ascii_lowercase();
    !TRACING.contains(&name.as_str())
        && !TRACES.iter().any(|end| name.ends_with(end))
        && !TRACERS.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A worker with nothing but an address and a model.
    pub(crate) fn worker() -> Worker {
        Worker {
            base_url: "https://host.example/v1".into(),
            model: "model".into(),
            ..Worker::of(Provider::OpenAi)
        }
    }
}
