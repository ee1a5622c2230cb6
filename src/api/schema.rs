//! Reads what answers and arguments must look like: JSON Schema, or a library's schema and the JSON
//! Schema that models are shown of it.

use std::rc::Rc;

use super::input::{Input, LibrarySchema};
use super::reader::Field;
use crate::model::schema::Schema;

/// Reads a schema, called `what` where it is none. A library checks by itself: only what a plain
/// JSON Schema says has to be kept to. `json_schema` is what models are shown of a library's
/// schema.
pub(super) fn read_schema(field: Field<'_>, json_schema: Field<'_>, what: &str) -> Option<Schema> {
    let words = match json_schema.entries("JSON Schema of an object") {
        Some(_) => Some(Rc::new(json_schema.data()?)),
        None => None,
    };
    match field.value() {
        Input::Schema(LibrarySchema { schema, remedy }) => {
            let json = words.or_else(|| schema.json.clone());
            if json.is_none() {
                field.wrong(remedy);
            }
            Some(Schema::shared(json, schema.own.clone()))
        }
        other => {
            if words.is_some() {
                json_schema.wrong(
                    "`jsonSchema` says what a library's schema asks for, and there is none beside it.",
                );
            }
            match other {
                Input::Undefined => None,
                Input::Record(_) => {
                    let schema = field.data()?;
                    field.check_schema(&schema);
                    Some(Schema::json(schema))
                }
                _ => {
                    field.expected(what);
                    None
                }
            }
        }
    }
}
