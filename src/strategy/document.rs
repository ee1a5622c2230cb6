//! A text with a name.

use std::rc::Rc;

use crate::json::Value;

/// One text of many.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name.
    pub id: Rc<str>,
    /// The text.
    pub content: Rc<str>,
    /// A whole request body, in place of a text.
    pub body: Option<Rc<Value>>,
}
