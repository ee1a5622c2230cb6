//! The caller's own model function: what is called in place of a provider, and what it gives.

use std::fmt;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture, ready};

use crate::error::{Cause, Failure};
use crate::json::Value;
use crate::platform::Response;

/// A function that answers for a model.
pub trait Complete {
    /// Asks it. Dropping the future, or the pieces, tells it to stop.
    fn complete(&self, request: Value) -> LocalBoxFuture<'static, Result<Box<dyn Chunks>, Thrown>>;

    /// Tells it from others: what has the same number shares its limits.
    fn number(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// The model that it always asks, where it was made of one.
    fn model(&self) -> Option<&str> {
        None
    }
}

/// An answer: a whole one is a single piece, a stream has many. A piece is a text, or an object
/// with any of `text`, `reasoning`, `toolCalls`, `providerData`, `usage`, `finishReason` and
/// `model`.
pub trait Chunks {
    /// The next one; none at the end.
    fn next(&mut self) -> LocalBoxFuture<'_, Result<Option<Value>, Thrown>>;
}

/// The function of a worker. Two are the same when they have one number.
#[derive(Clone)]
pub struct ModelFunction(pub Rc<dyn Complete>);

impl fmt::Debug for ModelFunction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ModelFunction(…)")
    }
}

impl PartialEq for ModelFunction {
    fn eq(&self, other: &Self) -> bool {
        self.0.number() == other.0.number()
    }
}

/// An error that the function threw.
#[derive(Clone, Debug, Default)]
pub struct Thrown {
    /// Its words.
    pub message: String,
    /// The HTTP status that it goes by, if it does.
    pub status: Option<u16>,
    /// Headers of an HTTP answer, names in lower case.
    pub headers: Vec<(String, String)>,
    /// A name such as `insufficient_quota` or `ECONNRESET`.
    pub code: Option<String>,
    /// The error itself.
    pub cause: Option<Cause>,
}

/// What an error says of an HTTP answer is read like one; there is no body.
impl Response for Thrown {
    fn status(&self) -> u16 {
        self.status.unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    fn chunk(&mut self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, Failure>> {
        ready(Ok(None)).boxed_local()
    }
}

/// What an object may have of an answer; any of these makes it one.
pub const FIELDS: &[&str] = &[
    "text",
    "reasoning",
    "toolCalls",
    "providerData",
    "usage",
    "finishReason",
    "model",
    "sources",
    "files",
    "raw",
];
