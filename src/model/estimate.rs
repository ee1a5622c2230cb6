//! How much a model is shown, before its provider counts it.

use super::message::Message;
use super::worker::Worker;
use crate::json;

/// Bytes of all that a model is shown with a request: each message and each tool with its frame,
/// and the schema.
#[must_use]
pub fn prompt_bytes(worker: &Worker, messages: &[Message]) -> usize {
    if let Some(body) = &worker.settings.body {
        return json::print(body).len();
    }
    const FRAME: usize = 16;
    let call_bytes = |message: &Message| -> usize {
        message.tool_calls.iter().map(|call| call.name.len() + call.written().len()).sum()
    };
    let data_bytes = |message: &Message| message.provider_data.as_ref().map_or(0, |data| data.size());
    let messages = messages
        .iter()
        .map(|message| FRAME + message.content.len() + call_bytes(message) + data_bytes(message));
    let tools = worker.tools.iter().map(|tool| FRAME + tool.bytes());
    messages.chain(tools).chain(worker.schema.iter().map(|schema| schema.written().len())).sum()
}
