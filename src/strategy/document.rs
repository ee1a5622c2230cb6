//! A text with a name.

use std::rc::Rc;

/// One text of many.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name.
    pub id: Rc<str>,
    /// The text.
    pub content: Rc<str>,
}
