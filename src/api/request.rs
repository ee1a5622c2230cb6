//! What a caller passed in, as it was passed.

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
    pub agent: &'a Input,
    /// The options of this run; `null` where the agent was made for it alone, and its options are
    /// this run's.
    pub options: &'a Input,
    /// Makes something that can be called of a function among them.
    pub function: &'a dyn Fn(JsHandle) -> Callback,
}
