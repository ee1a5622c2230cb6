//! Reads the tools of a worker.

use std::rc::Rc;

use super::input::Input;
use super::reader::Field;
use super::reading::{reject_twins, required};
use crate::json::json;
use crate::model::message::{Execute, Tool};

/// `[{ name, description, parameters, execute }]`.
pub(super) fn read_tools(field: &Field<'_>) -> Option<Rc<[Tool]>> {
    let items = field.list("an array of tools")?;
    let tools: Vec<Option<Tool>> = items.iter().map(tool).collect();
    let tools: Vec<Tool> = tools.into_iter().collect::<Option<_>>()?;
    reject_twins(tools.iter().map(|tool| tool.name.as_str()).zip(items));
    Some(tools.into())
}

fn tool(field: &Field<'_>) -> Option<Tool> {
    let Input::Record(_) = field.value() else {
        field.expected("a tool such as `{ name, description, parameters, execute }`");
        return None;
    };
    field.reject_unknown(&["name", "description", "parameters", "execute"]);
    let name = name(&field.get("name"));
    let execute = execute(&field.get("execute"));
    let parameters = field.get("parameters");
    // What takes nothing takes an empty object.
    let schema = match parameters.entries("JSON Schema of an object") {
        Some(_) => parameters.value().to_json(),
        None => json!({ "type": "object", "properties": {} }),
    };
    Some(Tool {
        name: name?,
        description: field.get("description").text().unwrap_or_default().into(),
        parameters: schema,
        execute: execute?,
    })
}

/// Providers take letters, digits, `_` and `-`, up to 64 of them.
fn name(field: &Field<'_>) -> Option<String> {
    const WHAT: &str = "a name of 1 to 64 letters, digits, `_` and `-`";
    let name = required(field, WHAT)?;
    let plain =
        name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if !plain {
        field.expected(WHAT);
    }
    plain.then(|| name.into())
}

fn execute(field: &Field<'_>) -> Option<Execute> {
    match field.value() {
        Input::Execute(execute) => Some(execute.clone()),
        _ => {
            field.expected("a function");
            None
        }
    }
}
