//! What a caller passed in, as a tree of plain values.

use std::rc::Rc;

use crate::host::number;
use crate::json::{self, Value};
use crate::model::function::ModelFunction;
use crate::model::message::Execute;
use crate::model::schema::Schema;

/// One value.
#[repr(u8)]
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Input {
    /// Not given.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number, `NaN` and infinities too.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Input>),
    /// A plain object, in its own order.
    Record(Vec<(String, Input)>),
    /// A function that answers for a model.
    Model(ModelFunction),
    /// A schema of a library, which checks by itself.
    Schema(LibrarySchema),
    /// The function of a tool.
    Execute(Execute),
    /// A function or an object of a class: it stays in JavaScript, under this number.
    JsHandle(JsHandle),
    /// Something that could not be copied, and why.
    Unreadable(Rc<str>),
}

/// Something that cannot be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsHandle {
    /// Its number among those of the same call.
    pub index: usize,
    /// `function`, `bigint`, `symbol`, `object`, `signal`, or `store`: an object with the methods
    /// `get` and `set`.
    pub kind: &'static str,
}

/// The kind of a function whose answer nobody looks at.
pub const LISTENER: &str = "listener";

/// A schema of a library such as Zod.
#[derive(Clone, Debug, PartialEq)]
pub struct LibrarySchema {
    /// The schema. It has no JSON Schema where the library gives none.
    pub schema: Schema,
    /// What to do where the library gives no JSON Schema.
    pub remedy: Rc<str>,
}

/// A value that JSON has nothing for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Its path within what was to be JSON, such as `.rows[0].id`; empty for the whole.
    pub path: String,
    /// What is wrong with it.
    pub why: Rc<str>,
    /// What it is, in a few words.
    pub received: String,
}

impl Input {
    /// A field of a record.
    #[must_use]
    pub fn field(&self, name: &str) -> &Input {
        let Self::Record(fields) = self else { return &Self::Undefined };
        fields.iter().find(|(other, _)| other == name).map_or(&Self::Undefined, |(_, value)| value)
    }

    /// Puts the fields of `above` over those of this record.
    #[must_use]
    pub fn overlaid_with(&self, above: &Input) -> Input {
        let (Self::Record(base), Self::Record(over)) = (self, above) else {
            return if *above == Self::Undefined { self.clone() } else { above.clone() };
        };
        let mut fields = base.clone();
        for (name, value) in over.iter().filter(|(_, value)| *value != Self::Undefined) {
            match fields.iter_mut().find(|(other, _)| other == name) {
                Some((_, old)) => *old = value.clone(),
                None => fields.push((name.clone(), value.clone())),
            }
        }
        Self::Record(fields)
    }

    /// In a few words, for messages: `` `0` (number) ``.
    #[must_use]
    pub fn describe(&self) -> String {
        const LONGEST: usize = 40;
        match self {
            Self::Undefined => "undefined".into(),
            Self::Null => "null".into(),
            Self::Bool(value) => format!("`{value}` (boolean)"),
            Self::Number(value) => format!("`{}` (number)", number::text(*value)),
            Self::Text(text) if text.is_empty() => "an empty string".into(),
            Self::Text(text) => {
                let text = excerpt(text);
                match text.char_indices().nth(LONGEST) {
                    Some((end, _)) => format!("`{}…` (string)", text.get(..end).unwrap_or_default()),
                    None => format!("`{text}` (string)"),
                }
            }
            Self::List(items) => format!("an array of {}", items.len()),
            Self::Record(_) | Self::Schema(_) => "an object".into(),
            Self::JsHandle(JsHandle { kind: "object" | "signal" | "store" | "limiter", .. }) => {
                "an object".into()
            }
            Self::Model(_) | Self::Execute(_) => "a function".into(),
            Self::Unreadable(_) => "something that cannot be read".into(),
            Self::JsHandle(live) => format!("a {}", live.kind),
        }
    }

    /// As JSON, by the rules of `JSON.stringify`, save that it leaves out no function.
    ///
    /// # Errors
    /// The first value that JSON has nothing for.
    pub fn to_data(&self) -> Result<Value, Unfit> {
        let within =
            |step: String| move |unfit: Unfit| Unfit { path: format!("{step}{}", unfit.path), ..unfit };
        Ok(match self {
            Self::Undefined | Self::Null => Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(value) => json::number(*value),
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => {
                let item =
                    |(index, item): (usize, &Self)| item.to_data().map_err(within(format!("[{index}]")));
                Value::Array(items.iter().enumerate().map(item).collect::<Result<_, _>>()?)
            }
            Self::Record(fields) => {
                let given = fields.iter().filter(|(_, value)| *value != Self::Undefined);
                let field = |(name, value): &(String, Self)| {
                    Ok((name.clone(), value.to_data().map_err(within(format!(".{name}")))?))
                };
                Value::Object(given.map(field).collect::<Result<_, _>>()?)
            }
            Self::Unreadable(why) => return Err(self.unfit(Rc::clone(why))),
            Self::JsHandle(_) | Self::Model(_) | Self::Schema(_) | Self::Execute(_) => {
                return Err(self.unfit(format!("JSON has nothing for {}.", self.describe()).into()));
            }
        })
    }

    fn unfit(&self, why: Rc<str>) -> Unfit {
        Unfit { path: String::new(), why, received: self.describe() }
    }
}

/// The part of a text that a message may repeat. A key in the wrong place must not get into a log.
fn excerpt(text: &str) -> String {
    let word = |word: &str| if may_be_key(word) { "[…]".into() } else { word.to_string() };
    let words: Vec<String> = text.split_whitespace().map(word).collect();
    if words.is_empty() { text.into() } else { words.join(" ") }
}

/// Whether a text is long and mixed as keys are, and is no address.
fn may_be_key(word: &str) -> bool {
    const SHORT: usize = 16;
    const LONG: usize = 24;
    let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
    let is_mixed =
        has(char::is_ascii_digit) || has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase);
    let is_address = word.contains("://") && !word.contains(['?', '@']);
    word.is_ascii() && !is_address && (word.len() >= LONG || word.len() >= SHORT && is_mixed)
}

impl From<Value> for Input {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number.as_f64().unwrap_or_default()),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                Self::Record(fields.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}
