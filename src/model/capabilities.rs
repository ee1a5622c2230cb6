//! What a worker has of its settings, and what its provider has no way for.

use std::rc::Rc;

use super::call_settings::{CallSettings, EFFORTS, Tier, ToolChoice};
use super::media::{Kind, Media};
use super::message::{Message, Part, Role, Tool};
use super::provider::Provider;
use super::quirks::{Quirks, SEED, STOP};
use super::worker::Worker;
use crate::json::Value;
use crate::platform::address::host_of;

impl Worker {
    /// The same with a request's body as it stands: what it says is all that is said, and the
    /// answer's body is kept.
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

    /// What the server is told of the choice of a tool. Once one has run the model chooses: else it
    /// could never answer.
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

    /// Its options for which Responses have no field.
    #[must_use]
    pub fn lost_in_responses(&self) -> Quirks {
        let seed = if self.seed.is_some() { Quirks::one(SEED) } else { Quirks::default() };
        if self.stop.is_empty() { seed } else { seed.and(Quirks::one(STOP)) }
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
