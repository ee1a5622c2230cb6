//! What a model answers: whole, and the pieces of a stream.

use std::rc::Rc;

use super::extras::Extras;
use super::message::ToolCall;
use super::provider_data::ProviderData;
use super::usage::Usage;

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completion {
    /// The text; empty when the model only calls tools.
    pub text: String,
    /// What the model thought before it answered, where its provider shows that; else empty.
    pub reasoning: String,
    /// The tools it wants to have run.
    pub tool_calls: Vec<ToolCall>,
    /// What its server wants to see again with this turn.
    pub provider_data: Option<Rc<ProviderData>>,
    /// As the provider words it, in OpenAI's terms: `stop`, `length`, `tool_calls`,
    /// `content_filter`.
    pub finish_reason: Option<String>,
    /// The model that answered, as it names itself.
    pub model: Option<String>,
    /// What it cost, if the server said.
    pub usage: Option<Usage>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// Where it is from, and what came with it.
    pub extras: Box<Extras>,
}

impl Completion {
    /// Whether the provider paused in the middle of the turn, and goes on when it is sent the turn
    /// so far.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.finish_reason.as_deref() == Some(PAUSED)
    }
}

/// The finish reason of a paused turn, in Anthropic's word: nobody else has such a thing.
pub(super) const PAUSED: &str = "pause_turn";

/// What one piece of a stream adds to an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Text.
    pub text: String,
    /// Thoughts.
    pub reasoning: String,
    /// Whether the model wrote something that is not shown: a piece of a tool call, or of an
    /// encrypted thought.
    pub hidden: bool,
    /// Whether the text before this piece is void: it was a thought, or the answer starts over.
    pub voids_text: bool,
}

impl Delta {
    /// Of text alone.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Whether the model wrote any of it; else it only shows that the server is alive.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.hidden || !self.text.is_empty() || !self.reasoning.is_empty()
    }
}
