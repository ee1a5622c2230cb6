//! What a turn of a model has beside its text and its calls.

use std::rc::Rc;

use serde::Serialize;

use crate::json::{self, Value};

/// What a turn of a model has beside its text and its calls. It goes back as it came, to the server
/// that it came from and to no other: thinking and its signatures, without which some refuse to go
/// on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ProviderData {
    /// The server that it came from, as [`super::worker::Worker::server`] names it.
    pub server: String,
    /// The text with its thoughts, where the model wrote both in one.
    pub text: Option<String>,
    /// In the form of its wire format.
    pub data: Value,
}

impl ProviderData {
    /// Of a server that is named later.
    #[must_use]
    pub fn new(data: Value) -> Rc<Self> {
        Rc::new(Self { data, ..Self::default() })
    }

    /// How many bytes it adds to a prompt.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.as_ref().map_or(0, String::len) + json::print(&self.data).len()
    }
}
