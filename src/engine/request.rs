//! What is asked of a model, and its answer.

use std::rc::Rc;

use super::limits::budget::likely_answer;
use crate::model::completion::Completion;
use crate::model::estimate::prompt_bytes;
use crate::model::message::{Message, Role};
use crate::model::usage::{Usage, tokens_of};
use crate::model::worker::Worker;

/// A question and the worker to ask.
#[derive(Clone, Debug)]
pub struct Call {
    /// The worker that is asked.
    pub worker: Rc<Worker>,
    /// The conversation.
    pub messages: Vec<Message>,
    /// How much work depends on it: the call with more goes first.
    pub path: u32,
}

impl Call {
    /// The same with the history of its worker behind the instructions; none where it has none.
    pub(in crate::engine) fn with_history(&self) -> Option<Box<Self>> {
        let history = self.worker.settings.history.as_deref().filter(|history| !history.is_empty())?;
        let own = self.messages.iter().position(|message| message.role != Role::System);
        let (system, own) = self.messages.split_at_checked(own.unwrap_or(0))?;
        let messages = [system, history, own].concat();
        Some(Box::new(Self { messages, ..self.clone() }))
    }
}

/// An answer, and the worker that gave it.
pub(in crate::engine) struct Answered {
    pub completion: Completion,
    pub worker: Rc<Worker>,
    pub from_store: bool,
}

/// What a call may take, in tokens.
#[must_use]
pub fn expected_tokens(call: &Call) -> u64 {
    let prompt_tokens = tokens_of(prompt_bytes(&call.worker, &call.messages));
    expected_usage(prompt_tokens, call.worker.max_tokens.map(u64::from)).total()
}

/// What a call may take: its prompt, and its longest answer or a likely one.
pub(in crate::engine) fn expected_usage(prompt_tokens: u64, longest: Option<u64>) -> Usage {
    let completion_tokens = longest.unwrap_or_else(|| likely_answer(prompt_tokens));
    Usage { prompt_tokens, completion_tokens, ..Usage::default() }
}
