//! Tells Anthropic where a prefix ends that other calls begin with as well: it caches what it is
//! told to alone.
//!
//! Source: platform.claude.com/docs/en/build-with-claude/prompt-caching (a breakpoint ends what is
//! cached, in the order tools, system, messages).

use crate::json::{Fields, Map, Value, json};
use crate::model::message::{Message, Role};

/// Puts a breakpoint into a body: within the first question where part of that is shared, else
/// behind the instructions, else behind the tools.
pub(in crate::model) fn mark(body: &mut Map, messages: &[Message]) {
    let question = messages.iter().find(|message| message.role != Role::System);
    let shared = question.map_or(0, |message| message.shared);
    if shared > 0 {
        let turns = body.get_mut("messages");
        let content = turns.and_then(|turns| turns.pointer_mut("/0/content"));
        let Some(Value::Array(blocks)) = content else { return };
        split(blocks, shared);
        end(blocks.first_mut());
        return;
    }
    for part in ["system", "tools"] {
        if let Some(Value::Array(blocks)) = body.get_mut(part) {
            return end(blocks.last_mut());
        }
    }
}

fn end(block: Option<&mut Value>) {
    if let Some(Value::Object(block)) = block {
        block.put("cache_control", json!({ "type": "ephemeral" }));
    }
}

/// Cuts the first block in two where the shared part ends.
fn split(blocks: &mut Vec<Value>, shared: usize) {
    let text = blocks.first().and_then(|block| block.get("text")).and_then(Value::as_str);
    let Some((head, tail)) = text.and_then(|text| text.split_at_checked(shared)) else { return };
    if tail.is_empty() {
        return;
    }
    let block = |text: &str| json!({ "type": "text", "text": text });
    let halves = [block(head), block(tail)];
    blocks.splice(..1, halves);
}
