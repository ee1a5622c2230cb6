//! What models that think add to OpenAI's format, each server under a name of its own: how it is
//! shown, and how it is put together from the pieces of a stream, so that it can go back as it
//! came.
//!
//! Sources: api-docs.deepseek.com/guides/thinking_mode (`reasoning_content`),
//! openrouter.ai/docs/guides/best-practices/ reasoning-tokens (`reasoning`, `reasoning_details`),
//! docs.mistral.ai/capabilities/reasoning (parts of `content`),
//! docs.litellm.ai/docs/reasoning_content (`thinking_blocks`), ai.google.dev/gemini-api/docs/openai
//! (`extra_content`).

use crate::json::{self, Fields, Map, Value, json, text_at};

/// Fields of a message that go back.
const OF_MESSAGE: &[&str] = &[
    "reasoning_content",
    "reasoning",
    "reasoning_text",
    "reasoning_details",
    "reasoning_opaque",
    "thinking_blocks",
];

/// Fields of a call that go back.
const OF_CALL: &[&str] = &["extra_content", "provider_specific_fields", "thought_signature"];

/// The thoughts in a message, or in a piece of one. Servers that say them twice say the same.
pub(in crate::model) fn shown(message: &Value) -> String {
    let plain = ["reasoning_content", "reasoning", "reasoning_text"];
    let said = plain.iter().filter_map(|name| message.get(name)?.as_str()).find(|text| !text.is_empty());
    if let Some(text) = said {
        return text.into();
    }
    let listed =
        ["content", "reasoning_details", "thinking_blocks"].into_iter().filter_map(|name| message.get(name));
    listed
        .map(|parts| parts_of(parts).iter().map(thought).collect::<String>())
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// The text in a message, or in a piece of one: plain, or in parts. None where there is nothing
/// that can be read.
pub(in crate::model) fn text_of(content: &Value) -> Option<String> {
    match content {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(parts.iter().map(part_text).collect()),
        Value::Object(part) if part.contains_key("text") || part.contains_key("type") => {
            Some(part_text(content))
        }
        // A server that parsed the answer in JSON.
        value => Some(json::print(value)),
    }
}

fn parts_of(content: &Value) -> &[Value] {
    match content {
        Value::Array(parts) => parts,
        object @ Value::Object(_) => std::slice::from_ref(object),
        _ => &[],
    }
}

fn is_thought(part: &Value) -> bool {
    let kind = text_at(part, "/type");
    kind.starts_with("thinking") || kind.starts_with("reasoning")
}

fn part_text(part: &Value) -> String {
    match part {
        Value::String(text) => text.clone(),
        part if is_thought(part) => String::new(),
        part => text_at(part, "/text").into(),
    }
}

/// The thought in a part: plain, or in parts of its own.
fn thought(part: &Value) -> String {
    if !is_thought(part) {
        return String::new();
    }
    let field = ["thinking", "text", "summary", "reasoning"].into_iter().find_map(|name| part.get(name));
    match field {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().map(|part| text_at(part, "/text")).collect(),
        _ => String::new(),
    }
}

/// What of a message goes back beside its text and its calls.
#[derive(Debug, Default)]
pub(in crate::model) struct Kept {
    message: Map,
    calls: Vec<Map>,
    /// The text so far, as long as it is only text.
    text: String,
}

impl Kept {
    /// Takes in a message, or a piece of one.
    pub fn message(&mut self, piece: &Value) {
        for &name in OF_MESSAGE {
            if let Some(value) = piece.get(name).filter(|value| !value.is_null()) {
                join_field(&mut self.message, name, value);
            }
        }
        self.content(piece.get("content").unwrap_or(&Value::Null));
    }

    /// Text goes back as text, until there are parts.
    fn content(&mut self, content: &Value) {
        if let Value::String(text) = content {
            self.text(text);
        } else if let Some(parts) = self.message.get_mut("content") {
            join(parts, &Value::Array(parts_of(content).to_vec()));
        } else if parts_of(content).iter().any(is_thought) {
            let before = std::mem::take(&mut self.text);
            let before = (!before.is_empty()).then(|| json!({ "type": "text", "text": before }));
            self.message
                .put("content", before.into_iter().chain(parts_of(content).iter().cloned()).collect());
        }
    }

    /// Takes in a piece of text.
    pub fn text(&mut self, text: &str) {
        match self.message.get_mut("content") {
            None => self.text.push_str(text),
            Some(_) if text.is_empty() => {}
            Some(parts) => join(parts, &json!([{ "type": "text", "text": text }])),
        }
    }

    /// Takes in a piece of the call at `index`.
    pub fn call(&mut self, index: usize, piece: &Value) {
        for &name in OF_CALL {
            if let Some(value) = piece.get(name).filter(|value| !value.is_null()) {
                self.calls.resize(self.calls.len().max(index + 1), Map::new());
                if let Some(call) = self.calls.get_mut(index) {
                    call.put(name, value.clone());
                }
            }
        }
    }

    /// All of it; none where there is nothing.
    pub fn finish(self) -> Option<Value> {
        let nothing = self.message.is_empty() && self.calls.is_empty();
        (!nothing).then(|| json!({ "message": self.message, "calls": self.calls }))
    }
}

fn join_field(fields: &mut Map, name: &str, piece: &Value) {
    match fields.get_mut(name) {
        Some(whole) => join(whole, piece),
        None => fields.put(name, piece.clone()),
    }
}

/// Adds a piece of a field to what is there: text to text, and a part of a list to its last part
/// where it goes on with that.
fn join(whole: &mut Value, piece: &Value) {
    match (whole, piece) {
        (Value::String(text), Value::String(more)) => text.push_str(more),
        (Value::Array(parts), Value::Array(more)) => {
            for part in more {
                match parts.last_mut().filter(|last| goes_on(last, part)) {
                    Some(Value::Object(last)) => join_part(last, part),
                    _ => parts.push(part.clone()),
                }
            }
        }
        (whole, piece) => whole.clone_from(piece),
    }
}

fn goes_on(last: &Value, part: &Value) -> bool {
    let same = |name: &str| last.get(name) == part.get(name);
    // What is encrypted comes whole.
    same("type") && same("index") && part.get("data").is_none()
}

fn join_part(last: &mut Map, part: &Value) {
    for (name, value) in part.as_object().into_iter().flatten() {
        match name.as_str() {
            "text" | "summary" | "thinking" | "reasoning" => join_field(last, name, value),
            _ if value.is_null() => {}
            _ => last.put(name, value.clone()),
        }
    }
}
