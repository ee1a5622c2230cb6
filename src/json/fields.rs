//! Fields, added in one word.

use serde::Serialize;

use super::{Map, Value, to_value};

/// Adds fields to an object.
pub trait Fields {
    /// Adds a field, or puts another value in the place of its old one.
    fn put(&mut self, name: &str, value: Value);

    /// The same, of anything that can say itself as JSON.
    fn set(&mut self, name: &str, value: impl Serialize) {
        self.put(name, to_value(&value));
    }

    /// The same, unless it is `null` or an empty list.
    fn set_some(&mut self, name: &str, value: impl Serialize) {
        let value = to_value(&value);
        if !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()) {
            self.put(name, value);
        }
    }
}

impl Fields for Map {
    #[inline(never)]
    fn put(&mut self, name: &str, value: Value) {
        self.insert(name.into(), value);
    }
}

/// Does nothing to what is no object.
impl Fields for Value {
    fn put(&mut self, name: &str, value: Value) {
        if let Self::Object(fields) = self {
            fields.put(name, value);
        }
    }
}
