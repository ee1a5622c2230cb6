//! What each wire format can do: write a request, read an answer, read a stream.

use serde_json::Value;

use super::completion::Completion;
use super::message::Message;
use super::openai;
use super::sse::SseEvent;
use super::worker::{Provider, Worker};
use crate::error::Failure;
use crate::platform::Request;

/// One provider's way to put a conversation into HTTP and JSON. Pure: the same input gives the same output.
pub trait Format {
    /// The request to send.
    fn request(&self, worker: &Worker, messages: &[Message], stream: bool) -> Request;
    /// Reads a whole answer. The body is known to hold no error object.
    fn completion(&self, body: &Value) -> Result<Completion, Failure>;
    /// Starts to read a streamed answer.
    fn stream(&self) -> Box<dyn StreamReader>;
}

/// Puts the events of one stream together.
pub trait StreamReader {
    /// Takes one event in and gives the text that it adds, which may be empty.
    fn event(&mut self, event: &SseEvent) -> Result<String, Failure>;
    /// Whether the answer is whole, so that nothing more need be read.
    fn is_done(&self) -> bool;
    /// The whole answer; a failure when the stream ended before the answer did.
    fn finish(self: Box<Self>) -> Result<Completion, Failure>;
}

/// The format that a worker speaks.
#[must_use]
pub fn format_of(provider: Provider) -> &'static dyn Format {
    match provider {
        Provider::OpenAi => &openai::OpenAi,
    }
}
