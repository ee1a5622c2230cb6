//! What a model is shown.

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use super::media::Media;
use super::schema::closed::closed_for_openai;
use crate::json::{self, Value, json};
use crate::model::provider_data::ProviderData;
use crate::platform::Callback;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The instructions.
    System,
    /// The one who asks.
    User,
    /// The model.
    Assistant,
    /// The result of a tool.
    Tool,
}

impl Role {
    /// As OpenAI's API calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// One message of a conversation. Its text is shared, not copied: ten thousand tasks may wait with
/// the same one.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: Content,
    /// How many bytes of its text, from the start, other calls begin with as well.
    pub shared: usize,
    /// The tools that an assistant asks for.
    pub tool_calls: Vec<ToolCall>,
    /// The call that a tool's message answers.
    pub tool_call_id: Option<String>,
    /// What the server of an assistant's message wants to see again with it.
    pub provider_data: Option<Rc<ProviderData>>,
}

impl Message {
    /// A message of text alone.
    #[must_use]
    pub fn text(role: Role, text: impl Into<Rc<str>>) -> Self {
        Self::new(role, Content::Text(text.into()))
    }

    /// A message without tool calls.
    #[must_use]
    pub fn new(role: Role, content: Content) -> Self {
        Self { role, content, shared: 0, tool_calls: Vec::new(), tool_call_id: None, provider_data: None }
    }
}

/// The body of a message.
#[derive(Clone, Debug)]
pub enum Content {
    /// Text alone.
    Text(Rc<str>),
    /// Text, images, files and sounds, in order.
    Parts(Rc<[Part]>),
}

impl Content {
    /// How many bytes of text it holds: what token estimates go by.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Parts(parts) => parts.iter().map(Part::len).sum(),
        }
    }

    /// Its parts in a wire format's own form. Text may be left out, as where it is empty.
    #[must_use]
    pub fn encoded(&self, text: fn(&str) -> Option<Value>, media: fn(&Media) -> Value) -> Vec<Value> {
        match self {
            Self::Text(words) => text(words).into_iter().collect(),
            Self::Parts(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    Part::Text(words) => text(words),
                    Part::Media(shown) => Some(media(shown)),
                })
                .collect(),
        }
    }

    /// Its parts; none where it is text alone.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Text(_) => &[],
            Self::Parts(parts) => parts,
        }
    }

    /// All of its text.
    #[must_use]
    pub fn texts(&self) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::Parts(parts) => parts.iter().filter_map(Part::as_text).collect(),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(String),
    /// Something to look at or to listen to.
    Media(Media),
}

impl Part {
    /// The text, unless it is none.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Media(_) => None,
        }
    }

    /// What it is, unless it is text.
    #[must_use]
    pub fn as_media(&self) -> Option<&Media> {
        match self {
            Self::Text(_) => None,
            Self::Media(media) => Some(media),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Media(media) => media.size(),
        }
    }
}

/// A tool that the model wants to have run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCall {
    /// The model's name for this call.
    pub id: String,
    /// The tool.
    pub name: String,
    /// JSON, as the model wrote it: it may be invalid.
    pub arguments: String,
}

impl ToolCall {
    /// The arguments, read. A call without arguments is written in several ways, and some models
    /// write the JSON of their JSON.
    ///
    /// # Errors
    /// When they are no JSON.
    pub fn read(&self) -> Result<Value, json::Error> {
        let text = self.arguments.trim();
        if text.is_empty() {
            return Ok(json!({}));
        }
        let value = match json::parse(text) {
            Ok(value) => value,
            Err(error) => json::mended(text).ok_or(error)?,
        };
        match value {
            Value::Null => Ok(json!({})),
            Value::String(inner) => Ok(match json::parse(&inner) {
                Ok(object @ Value::Object(_)) => object,
                _ => Value::String(inner),
            }),
            value => Ok(value),
        }
    }

    /// The arguments, for providers that take nothing but an object.
    pub(super) fn object(&self) -> Value {
        self.read().ok().filter(Value::is_object).unwrap_or_else(|| json!({}))
    }

    /// The arguments as text for those that check it: as the model wrote it where that is an
    /// object.
    pub(super) fn written(&self) -> String {
        match json::parse(&self.arguments) {
            Ok(Value::Object(_)) => self.arguments.clone(),
            _ => json::print(&self.object()),
        }
    }
}

/// A tool as a model sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// What the model calls it by.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Value,
    /// Whether it only looks at things, and changes none.
    pub read_only: bool,
    /// Whether `execute` checks its arguments by itself.
    pub checks: bool,
    /// Runs it.
    pub execute: Execute,
    written: String,
    strict: OnceCell<Option<Value>>,
}

impl Tool {
    /// A tool that may change things, and whose arguments are checked against `parameters`.
    #[must_use]
    pub fn new(name: &str, description: &str, parameters: Value, execute: Execute) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            written: json::print(&parameters),
            parameters,
            read_only: false,
            checks: false,
            execute,
            strict: OnceCell::new(),
        }
    }

    /// Its parameters as text.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// How many bytes of a prompt it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.name.len() + self.description.len() + self.written.len()
    }

    /// Its parameters as OpenAI keeps to them word by word, if they can be put so. They are made
    /// once: each attempt asks for them.
    #[must_use]
    pub fn strict_parameters(&self) -> Option<&Value> {
        self.strict.get_or_init(|| closed_for_openai(&self.parameters)).as_ref()
    }
}

/// The function of a tool. Two are the same when they are one.
#[derive(Clone)]
pub struct Execute(pub Callback);

impl fmt::Debug for Execute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Execute(…)")
    }
}

impl PartialEq for Execute {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use futures::future::{FutureExt, ready};

    use super::*;

    #[test]
    fn the_strict_parameters_of_a_tool_are_made_once() {
        let execute = Execute(Rc::new(|_| ready(Ok(Value::Null)).boxed_local()));
        let parameters = json!({ "type": "object", "properties": {}, "required": [] });
        let tool = Tool::new("time", "The time.", parameters, execute);
        assert!(std::ptr::eq(tool.strict_parameters().unwrap(), tool.strict_parameters().unwrap()));
        assert_eq!(tool.bytes(), "time".len() + "The time.".len() + tool.written().len());
    }
}
