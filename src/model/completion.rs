//! What a model answers.

use super::message::ToolCall;
use super::usage::Usage;

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completion {
    /// The text; empty when the model only calls tools.
    pub text: String,
    /// The tools it wants to have run.
    pub tool_calls: Vec<ToolCall>,
    /// As the provider words it, in OpenAI's terms: `stop`, `length`, `tool_calls`, `content_filter`.
    pub finish_reason: Option<String>,
    /// The model that answered, as it names itself.
    pub model: Option<String>,
    /// What it cost, if the server said.
    pub usage: Option<Usage>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
}
