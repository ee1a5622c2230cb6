//! Names that may not be given twice.

use std::collections::HashMap;
use std::rc::Rc;

use super::reader::Field;

/// Names that have to be unique, each with the field that has it.
#[derive(Default)]
pub(super) struct Names<'a> {
    indexes: HashMap<Rc<str>, usize>,
    fields: Vec<Field<'a>>,
}

impl<'a> Names<'a> {
    /// Adds a name. A name that is there already is a problem.
    pub fn add(&mut self, name: &str, field: Field<'a>) {
        match self.indexes.get(name).and_then(|&index| self.fields.get(index)) {
            Some(first) => {
                field.note(&|| {
                    format!("The name `{name}` is that of `{}` already. Names must be unique.", first.path())
                });
            }
            None => {
                self.indexes.insert(name.into(), self.fields.len());
                self.fields.push(field);
            }
        }
    }
}
