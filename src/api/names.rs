//! Names that may not be given twice.

use std::collections::HashMap;
use std::rc::Rc;

use super::reader::Field;

/// Names that have to be unique, each with where it stands.
#[derive(Default)]
pub(super) struct Names<'a> {
    places: HashMap<Rc<str>, usize>,
    fields: Vec<Field<'a>>,
}

impl<'a> Names<'a> {
    /// One more; noted if it is there already.
    pub fn add(&mut self, name: &str, field: Field<'a>) {
        match self.places.get(name).and_then(|&place| self.fields.get(place)) {
            Some(first) => {
                field.note(&|| {
                    format!("The name `{name}` is that of `{}` already. Names must be unique.", first.path())
                });
            }
            None => {
                self.places.insert(name.into(), self.fields.len());
                self.fields.push(field);
            }
        }
    }
}
