//! How hard a model is to think, which tool it has to call, what was said before: options
//! that each wire format has a way of its own for, and what a format has no way for.

use std::rc::Rc;

use serde::{Serialize, Serializer};

use super::message::Message;
use crate::json::{Value, json};

/// How hard a model thinks, from not at all to as hard as it can; by its place in [`EFFORTS`].
pub type Effort = usize;

/// Their names, as the newest SDKs have them.
pub const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// Which tool a model calls first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    Auto,
    /// None.
    None,
    /// Any, but one.
    Required,
    /// This one.
    Named(Rc<str>),
}

impl ToolChoice {
    /// As OpenAI's API calls it; none for a tool by its name.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Auto => Some("auto"),
            Self::None => Some("none"),
            Self::Required => Some("required"),
            Self::Named(_) => None,
        }
    }
}

impl Serialize for ToolChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) => json!({ "name": name }).serialize(serializer),
            other => other.name().serialize(serializer),
        }
    }
}

/// How soon an answer is needed, and at what price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// As usual.
    Standard,
    /// When there is room, for less.
    Flex,
    /// Ahead of others, for more.
    Priority,
}

impl Tier {
    /// The name in options, which is Gemini's as well.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Flex => "flex",
            Self::Priority => "priority",
        }
    }

    /// As a provider says which tier has answered.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "default" | "standard" | "on_demand" | "on-demand" => Some(Self::Standard),
            "flex" => Some(Self::Flex),
            "priority" | "performance" => Some(Self::Priority),
            _ => None,
        }
    }

    /// As OpenAI calls it.
    pub(super) fn at_openai(self) -> &'static str {
        if self == Self::Standard { "default" } else { self.name() }
    }
}

/// What a worker says of these; none where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct CallSettings {
    /// How hard the model thinks.
    pub reasoning: Option<Effort>,
    /// The share of the likeliest words that it chooses among.
    pub top_p: Option<f64>,
    /// Which tool it calls, until one has run.
    pub tool_choice: Option<ToolChoice>,
    /// Tools that its provider runs, in the provider's own form.
    pub server_tools: Option<Rc<[Value]>>,
    /// Earlier turns of the conversation.
    pub history: Option<Rc<[Message]>>,
    /// How soon the answer is needed.
    pub tier: Option<Tier>,
    /// Whether the body of an answer is kept.
    pub raw: Option<bool>,
    /// The request's body as it stands, in place of all else that would be in it.
    pub body: Option<Rc<Value>>,
}

impl CallSettings {
    /// These over `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let own = self.clone();
        Self {
            reasoning: own.reasoning.or(base.reasoning),
            top_p: own.top_p.or(base.top_p),
            tool_choice: own.tool_choice.or_else(|| base.tool_choice.clone()),
            server_tools: own.server_tools.or_else(|| base.server_tools.clone()),
            history: own.history.or_else(|| base.history.clone()),
            tier: own.tier.or(base.tier),
            raw: own.raw.or(base.raw),
            body: own.body.or_else(|| base.body.clone()),
        }
    }

    /// Those that hold for another question as well.
    #[must_use]
    pub fn of_any_question(&self) -> Self {
        Self { tool_choice: None, server_tools: None, history: None, ..self.clone() }
    }

    /// What of them determines an answer; `null` where that is nothing. The history is among the
    /// messages.
    #[must_use]
    pub fn determinants(&self) -> Value {
        let Self { reasoning, top_p, tool_choice, server_tools, raw, body, .. } = self;
        let raw = raw.filter(|raw| *raw);
        let is_given = reasoning.is_some()
            || top_p.is_some()
            || tool_choice.is_some()
            || server_tools.is_some()
            || raw.is_some()
            || body.is_some();
        if is_given { json!([reasoning, top_p, tool_choice, server_tools, raw, body]) } else { Value::Null }
    }
}
