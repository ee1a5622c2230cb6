//! What a caller passed in, as it was passed.

use super::agent_options::AgentOptions;
use super::input::{Input, JsHandle};
use crate::platform::Callback;

/// What a caller passed in.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The pattern's name.
    pub strategy: &'a str,
    /// Its own arguments, without the options.
    pub arguments: &'a [Input],
    /// The options of the agent.
    pub agent: &'a AgentOptions,
    /// The options of this run; none where the agent was made for it alone, and has them.
    pub options: Option<&'a Input>,
    /// Makes something that can be called of a function among them.
    pub function: &'a dyn Fn(JsHandle) -> Callback,
}

impl<'a> Request<'a> {
    /// The options of this run, if there are any beside those of the agent.
    #[must_use]
    pub fn own_options(&self) -> &'a Input {
        self.options.unwrap_or(&Input::Undefined)
    }
}
