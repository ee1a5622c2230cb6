//! The fields of an object. A list, since objects are small and mostly built in order and read once; those that are read
//! from outside may be large, and are not searched for twins.

use std::borrow::Cow;
use std::ops::Index;

use super::convert::ToJson;
use super::value::{NULL, Value};

/// The name of a field.
pub type Key = Cow<'static, str>;

/// Fields in their order.
#[derive(Clone, Debug, Default)]
pub struct Map(Vec<(Key, Value)>);

impl Map {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A field; the last of that name.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rfind(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.0.iter_mut().rfind(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Whether there is a field of that name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds a field, or puts another value in the place of its old one.
    #[inline(never)]
    pub fn insert(&mut self, name: Key, value: Value) {
        match self.get_mut(&name) {
            Some(old) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The same, by a name that is known.
    #[inline(never)]
    pub fn put(&mut self, name: &'static str, value: Value) {
        self.insert(Key::Borrowed(name), value);
    }

    /// The same, of anything that can say itself as JSON.
    #[inline(never)]
    pub fn set(&mut self, name: &'static str, value: &dyn ToJson) {
        self.put(name, value.to_json());
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(other, _)| other != name);
    }

    /// Adds a field that is not there yet.
    #[inline(never)]
    pub fn push(&mut self, name: &'static str, value: Value) {
        self.0.push((Key::Borrowed(name), value));
    }

    /// The same, of anything that can say itself as JSON.
    #[inline(never)]
    pub fn add(&mut self, name: &'static str, value: &dyn ToJson) {
        self.push(name, value.to_json());
    }

    /// The same, unless it is `null` or an empty list.
    #[inline(never)]
    pub fn add_some(&mut self, name: &'static str, value: &dyn ToJson) {
        let value = value.to_json();
        match value {
            Value::Null => {}
            Value::Array(items) if items.is_empty() => {}
            value => self.push(name, value),
        }
    }

    /// Adds a field whose name was read.
    pub(super) fn push_read(&mut self, name: String, value: Value) {
        self.0.push((Key::Owned(name), value));
    }

    /// The fields.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Their names.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map(|(name, _)| name)
    }

    /// The fields, to change their values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Key, &mut Value)> {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }

    /// Their values, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Their values.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl Index<&str> for Map {
    type Output = Value;

    /// `null` where there is no such field.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NULL)
    }
}

impl PartialEq for Map {
    /// Whatever the order.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl From<Vec<(Key, Value)>> for Map {
    fn from(fields: Vec<(Key, Value)>) -> Self {
        Self(fields)
    }
}

impl<K: Into<Key>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl Extend<(Key, Value)> for Map {
    fn extend<I: IntoIterator<Item = (Key, Value)>>(&mut self, fields: I) {
        for (name, value) in fields {
            self.insert(name, value);
        }
    }
}

impl IntoIterator for Map {
    type Item = (Key, Value);
    type IntoIter = std::vec::IntoIter<(Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a (Key, Value);
    type IntoIter = std::slice::Iter<'a, (Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
