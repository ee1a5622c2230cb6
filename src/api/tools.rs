//! Reads the tools of a worker.

use std::rc::Rc;

use super::input::Input;
use super::names::Names;
use super::reader::Field;
use super::schema::read_schema;
use crate::json::{Value, json};
use crate::model::message::{Execute, Tool};

/// `[{ name, description, parameters, execute }]`.
pub(super) fn read_tools(field: Field<'_>) -> Option<Rc<[Tool]>> {
    let mut names = Names::default();
    Some(field.list("an array of tools")?.into_iter().filter_map(|item| tool(item, &mut names)).collect())
}

fn tool<'a>(field: Field<'a>, names: &mut Names<'a>) -> Option<Tool> {
    let Input::Record(_) = field.value() else {
        field.expected("a tool such as `{ name, description, parameters, execute }`");
        return None;
    };
    field.reject_unknown(&[&["name", "description", "parameters", "jsonSchema", "execute", "readOnly"]]);
    let name = name(field.get("name"));
    let execute = execute(field.get("execute"));
    let (parameters, checks) = parameters(field.get("parameters"), field.get("jsonSchema"));
    let name = name?;
    names.add(name, field);
    let description = field.get("description").text().unwrap_or_default();
    let read_only = field.get("readOnly").boolean().unwrap_or_default();
    let mut tool = Tool::new(name, description, parameters?, execute?);
    (tool.checks, tool.read_only) = (checks, read_only);
    Some(tool)
}

/// The JSON Schema of the arguments, and whether a library checks them.
fn parameters(field: Field<'_>, json_schema: Field<'_>) -> (Option<Value>, bool) {
    // What takes nothing takes an empty object.
    let anything = || json!({ "type": "object", "properties": {} });
    match read_schema(field, json_schema, "JSON Schema of an object, or a schema of a library such as Zod") {
        Some(schema) => (schema.json.as_deref().cloned(), schema.own.is_some()),
        None => (Some(anything()), false),
    }
}

/// Providers take letters, digits, `_` and `-`, up to 64 of them.
fn name(field: Field<'_>) -> Option<&str> {
    const WHAT: &str = "a name of 1 to 64 letters, digits, `_` and `-`";
    let name = field.required(WHAT).text()?;
    let plain =
        name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if !plain {
        field.expected(WHAT);
    }
    plain.then_some(name)
}

fn execute(field: Field<'_>) -> Option<Execute> {
    match field.value() {
        Input::Execute(execute) => Some(execute.clone()),
        _ => {
            field.expected("a function");
            None
        }
    }
}
