//! Reads how a model is to think and which tools it has to call, and what was said before.

use std::rc::Rc;

use super::content::content;
use super::input::Input;
use super::numbers::Numbers;
use super::reader::Field;
use crate::json::{self, Value};
use crate::model::call_settings::{CallSettings, EFFORTS, Tier, ToolChoice};
use crate::model::message::{Content, Message, Role, ToolCall};

/// Reads these fields of a worker.
pub(super) fn read_settings(record: Field<'_>) -> CallSettings {
    const SHARE: Numbers = Numbers::new(0.0, 1.0, "a number from 0 to 1");
    const TIERS: [Tier; 3] = [Tier::Standard, Tier::Flex, Tier::Priority];
    let efforts: Vec<(&str, usize)> = EFFORTS.into_iter().zip(0..).collect();
    CallSettings {
        reasoning: record.get("reasoning").one_of(&efforts),
        top_p: record.get("topP").number(&SHARE),
        tool_choice: tool_choice(record.get("toolChoice")),
        server_tools: server_tools(record.get("serverTools")),
        history: history(record.get("history")),
        raw: record.get("raw").boolean(),
        // Of one task alone.
        body: None,
        tier: record.get("tier").one_of(&TIERS.map(|tier| (tier.name(), tier))),
    }
}

fn tool_choice(field: Field<'_>) -> Option<ToolChoice> {
    if let Input::Record(_) = field.value() {
        field.reject_unknown(&[&["name"]]);
        let name = field.get("name").required("the name of a tool").text()?;
        return Some(ToolChoice::Named(name.into()));
    }
    let words = [ToolChoice::Auto, ToolChoice::None, ToolChoice::Required];
    let choices: Vec<(&str, usize)> =
        words.iter().zip(0..).filter_map(|(word, index)| Some((word.name()?, index))).collect();
    words.get(field.one_of(&choices)?).cloned()
}

/// Data is sent unchanged. Functions are left out: the SDKs that make such tools put them beside
/// it.
fn server_tools(field: Field<'_>) -> Option<Rc<[Value]>> {
    const WHAT: &str = "an object, in the form that the provider has for a tool of its own";
    let tool = |item: Field<'_>| {
        let fields = item.required(WHAT).entries(WHAT)?;
        let is_data = |field: &Field<'_>| {
            field.is_given() && !matches!(field.value(), Input::JsHandle(_) | Input::Schema(_))
        };
        let fields = fields.into_iter().filter(|(_, field)| is_data(field));
        let fields = fields.filter_map(|(name, field)| Some((name.to_string(), field.data()?)));
        Some(Value::Object(fields.collect()))
    };
    Some(field.list("an array of tools")?.into_iter().filter_map(tool).collect())
}

/// Messages as chat APIs have them.
fn history(field: Field<'_>) -> Option<Rc<[Message]>> {
    Some(
        field
            .list("an array of messages such as `{ role, content }`")?
            .into_iter()
            .filter_map(message)
            .collect(),
    )
}

fn message(field: Field<'_>) -> Option<Message> {
    const ROLES: [Role; 3] = [Role::User, Role::Assistant, Role::Tool];
    let role = field.get("role");
    if matches!(role.value(), Input::Text(name) if name == "system" || name == "developer") {
        role.wrong("What the system says is given as `instructions`.");
        return None;
    }
    let role =
        role.required("'user', 'assistant' or 'tool'").one_of(&ROLES.map(|role| (role.name(), role)))?;
    let first = |names: [&'static str; 2]| {
        let [ours, theirs] = names.map(|name| field.get(name));
        if ours.is_given() { ours } else { theirs }
    };
    let calls = first(["toolCalls", "tool_calls"]).list("an array of tool calls").unwrap_or_default();
    let tool_calls: Vec<ToolCall> = calls.into_iter().filter_map(tool_call).collect();
    let words = field.get("content");
    let is_silent = matches!(words.value(), Input::Undefined | Input::Null) && !tool_calls.is_empty();
    let content = if is_silent { Content::Text("".into()) } else { content(words)? };
    let id = first(["toolCallId", "tool_call_id"]);
    let id = if role == Role::Tool { id.required("the id of the call that it answers") } else { id };
    Some(Message { tool_calls, tool_call_id: id.text().map(Into::into), ..Message::new(role, content) })
}

/// `{ id, name, arguments }`, or as OpenAI has it.
fn tool_call(field: Field<'_>) -> Option<ToolCall> {
    let function = field.get("function");
    let inner = if function.is_given() { function } else { field };
    let arguments = inner.get("arguments");
    let arguments = match arguments.value() {
        Input::Undefined => "{}".into(),
        Input::Text(text) => text.clone(),
        _ => json::print(&arguments.data()?),
    };
    let id = field.get("id").required("the id of the call").text()?.into();
    Some(ToolCall { id, name: inner.get("name").required("the name of the tool").text()?.into(), arguments })
}
