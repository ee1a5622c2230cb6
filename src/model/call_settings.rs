//! How hard a model is to think, which tool it has to call, what was said before: options
//! that each wire format has a way of its own for, and what a format has no way for.

use std::rc::Rc;

use super::media::{Kind, Media};
use super::message::{Message, Part, Role, Tool};
use super::provider::Provider;
use super::worker::Worker;
use crate::json::{ToJson, Value, json};
use crate::platform::address::host_of;

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

impl ToJson for ToolChoice {
    fn to_json(&self) -> Value {
        match self {
            Self::Named(name) => json!({ "name": name }),
            other => json!(other.name()),
        }
    }
}

/// How soon an answer is needed, and at what price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let said = reasoning.is_some()
            || top_p.is_some()
            || tool_choice.is_some()
            || server_tools.is_some()
            || raw.is_some()
            || body.is_some();
        if said { json!([reasoning, top_p, tool_choice, server_tools, raw, body]) } else { Value::Null }
    }
}

impl Worker {
    /// The same with a request's body as it stands: what it says is all that is said, and the answer's body is kept.
    #[must_use]
    pub fn with_body(&self, body: Rc<Value>) -> Self {
        let model = body.get("model").and_then(Value::as_str).map(Rc::from);
        let settings = CallSettings { body: Some(body), raw: Some(true), ..CallSettings::default() };
        let model = model.unwrap_or_else(|| Rc::clone(&self.model));
        Self { model, settings, schema: None, tools: Rc::default(), ..self.clone() }
    }

    /// The tools that its provider runs.
    #[must_use]
    pub fn server_tools(&self) -> &[Value] {
        self.settings.server_tools.as_deref().unwrap_or_default()
    }

    /// How hard it thinks, by name.
    #[must_use]
    pub fn effort(&self) -> Option<&'static str> {
        EFFORTS.get(self.settings.reasoning?).copied()
    }

    /// Whether there is anything that it may call.
    #[must_use]
    pub fn has_tools(&self) -> bool {
        let added = || self.extra_body.as_deref()?.get("tools");
        !self.tools.is_empty() || !self.server_tools().is_empty() || added().is_some()
    }

    /// Of the messages of a call, those that are neither instructions nor history.
    pub fn own_turns<'a>(&self, messages: &'a [Message]) -> impl Iterator<Item = &'a Message> {
        let history = self.settings.history.as_ref().map_or(0, |history| history.len());
        messages.iter().filter(|message| message.role != Role::System).skip(history)
    }

    /// Whether a tool has run in this call.
    #[must_use]
    pub fn has_run_tools(&self, messages: &[Message]) -> bool {
        self.own_turns(messages).any(|message| message.role == Role::Tool)
    }

    /// What the server is told of the choice of a tool. Once one has run the model chooses: else it could never
    /// answer.
    #[must_use]
    pub fn tool_choice(&self, messages: &[Message]) -> Option<ToolChoice> {
        let choice = self.settings.tool_choice.clone().filter(|_| self.has_tools())?;
        let is_free = choice != ToolChoice::None && self.has_run_tools(messages);
        Some(if is_free { ToolChoice::Auto } else { choice })
    }

    /// What its provider has no way for among its options: the option, and who has one.
    #[must_use]
    pub fn unfit_option(&self) -> Option<(&'static str, String)> {
        let settings = &self.settings;
        if self.provider == Provider::Anthropic && settings.tier == Some(Tier::Flex) {
            let message = "Anthropic has no tier 'flex': 'openai', 'openai-responses' and 'gemini' have. Take 'standard' or 'priority'.";
            return Some(("tier", message.into()));
        }
        if let Some((option, message)) = self.unsendable() {
            return Some((option, message.into()));
        }
        let choice = settings.tool_choice.as_ref()?;
        if !self.has_tools() && !matches!(choice, ToolChoice::Auto | ToolChoice::None) {
            return Some(("toolChoice", "A tool has to be called, and there are no `tools`.".into()));
        }
        let ToolChoice::Named(name) = choice else { return None };
        let is_own = self.tools.iter().any(|tool| *tool.name == **name);
        if is_own || !self.server_tools().is_empty() || self.tools.is_empty() {
            return None;
        }
        let names: Vec<&str> = self.tools.iter().map(|tool| tool.name.as_str()).collect();
        Some(("toolChoice", format!("There is no tool `{name}`. There are: {}.", names.join(", "))))
    }

    /// What its format has no field for: the option, and who has one.
    fn unsendable(&self) -> Option<(&'static str, &'static str)> {
        let has_seed = self.seed.is_some();
        match self.provider {
            _ if self.complete.is_some() => None,
            Provider::Anthropic if has_seed => {
                Some(("seed", "Anthropic takes no `seed`: 'openai' and 'gemini' do."))
            }
            Provider::OpenAiResponses if has_seed => {
                Some(("seed", "OpenAI's Responses take no `seed`: 'openai' and 'gemini' do."))
            }
            Provider::OpenAiResponses if !self.stop.is_empty() => {
                Some(("stop", "OpenAI's Responses take no `stop`: 'openai', 'anthropic' and 'gemini' do."))
            }
            _ => None,
        }
    }

    /// Why its provider cannot be shown something, and who can.
    #[must_use]
    pub fn unfit_media(&self, media: &Media) -> Option<&'static str> {
        let is_address = media.data().is_none();
        match (self.provider, media.kind) {
            (Provider::Anthropic, Kind::Audio) => Some("Anthropic takes no audio: 'openai' and 'gemini' do."),
            (Provider::OpenAiResponses, Kind::Audio) => {
                Some("OpenAI's Responses take no audio: 'openai' (with an audio model) and 'gemini' do.")
            }
            (Provider::OpenAi, Kind::Audio) if is_address => {
                Some("OpenAI's chat completions take audio as data, not by its address: 'gemini' does.")
            }
            (Provider::OpenAi, Kind::File) if is_address && host_of(&self.base_url) == "api.openai.com" => {
                Some(
                    "OpenAI's chat completions take a file as data, not by its address: 'openai-responses', 'anthropic' and 'gemini' do.",
                )
            }
            (Provider::Anthropic, Kind::File) if !is_address && media.media_type() != "application/pdf" => {
                Some("Anthropic takes no file but PDF: give its text as text.")
            }
            (Provider::Anthropic | Provider::Gemini, Kind::Image) if media.has_detail() => {
                Some("`detail` is for 'openai' and 'openai-responses': leave it out here.")
            }
            _ => None,
        }
    }

    /// The first of the messages' parts that its provider cannot be shown.
    #[must_use]
    pub fn unfit_part(&self, messages: &[Message]) -> Option<&'static str> {
        let parts = messages.iter().flat_map(|message| message.content.parts());
        parts.filter_map(Part::as_media).find_map(|media| self.unfit_media(media))
    }
}

/// Its tools, each as `tool` writes it, and those that its provider runs, as they stand.
pub(super) fn tools(worker: &Worker, tool: fn(&Tool) -> Value) -> Value {
    worker.tools.iter().map(tool).chain(worker.server_tools().iter().cloned()).collect()
}
