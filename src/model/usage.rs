//! What a call cost, in tokens.

use std::ops::AddAssign;

use super::message::{Message, Tool};
use super::worker::Worker;
use crate::json::{ToJson, Value, json};

/// Tokens of one call, or of many added up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Everything that was read, from the cache too.
    pub prompt_tokens: u64,
    /// Everything that was written, reasoning too.
    pub completion_tokens: u64,
    /// The part of `prompt_tokens` that the provider had in its cache.
    pub cached_tokens: u64,
    /// The part of `completion_tokens` that nobody is shown.
    pub reasoning_tokens: u64,
    /// Whether any of it is an estimate: the server did not say, or was not asked to the end.
    pub estimated: bool,
}

impl Usage {
    /// An estimate from what was sent and received, in bytes.
    #[must_use]
    pub fn estimate(prompt_bytes: usize, completion_bytes: usize) -> Self {
        Self {
            prompt_tokens: tokens_of(prompt_bytes),
            completion_tokens: tokens_of(completion_bytes),
            estimated: true,
            ..Self::default()
        }
    }

    /// Read and written.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.prompt_tokens + self.completion_tokens
    }
}

impl ToJson for Usage {
    fn to_json(&self) -> Value {
        json!({
            "promptTokens": self.prompt_tokens,
            "completionTokens": self.completion_tokens,
            "cachedTokens": self.cached_tokens,
            "reasoningTokens": self.reasoning_tokens,
            "estimated": self.estimated,
        })
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
        self.cached_tokens += other.cached_tokens;
        self.reasoning_tokens += other.reasoning_tokens;
        self.estimated |= other.estimated;
    }
}

/// Four bytes a token: the usual rule for English, on the high side for most other scripts in UTF-8.
#[must_use]
pub fn tokens_of(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

/// Bytes of all that a model is shown with a request: each message and each tool with its frame, and the schema.
#[must_use]
pub fn prompt_bytes(worker: &Worker, messages: &[Message]) -> usize {
    const FRAME: usize = 16;
    let call_bytes = |message: &Message| -> usize {
        message.tool_calls.iter().map(|call| call.name.len() + call.written().len()).sum()
    };
    let tool_bytes =
        |tool: &Tool| tool.name.len() + tool.description.len() + tool.parameters.to_string().len();
    let data_bytes = |message: &Message| message.provider_data.as_ref().map_or(0, |data| data.size());
    let said = messages
        .iter()
        .map(|message| FRAME + message.content.len() + call_bytes(message) + data_bytes(message));
    let tools = worker.tools.iter().map(|tool| FRAME + tool_bytes(tool));
    let schema = worker.schema.iter().filter_map(|schema| schema.json.as_ref());
    said.chain(tools).chain(schema.map(|schema| schema.to_string().len())).sum()
}
