//! A stream of Anthropic's messages: blocks by `index`, opened, filled by deltas and closed, between `message_start` and
//! `message_stop`. Rebuilds the message that the same answer has unstreamed.

use super::anthropic::decode;
use super::completion::Completion;
use super::format::{StreamReader, cut_off, event_json, text_at};
use super::sse::SseEvent;
use crate::error::Failure;
use crate::json::{self, Map, Value};

/// The message so far.
#[derive(Default)]
pub(super) struct Blocks {
    message: Map,
    usage: Map,
    blocks: Vec<Value>,
    /// The JSON of tool calls, which comes in pieces; as many as there are blocks.
    inputs: Vec<String>,
    done: bool,
}

/// The most blocks that are kept of one answer.
const MOST: usize = 1_024;

impl StreamReader for Blocks {
    fn event(&mut self, event: &SseEvent) -> Result<String, Failure> {
        let event = event_json(event)?;
        let index = event.get("index").and_then(Value::as_u64).map_or(usize::MAX, |index| index as usize);
        match text_at(&event, "/type") {
            "message_start" => {
                if let Some(Value::Object(message)) = event.get("message") {
                    self.message.clone_from(message);
                    self.count(message.get("usage"));
                }
            }
            "content_block_start" => {
                let block = event.get("content_block").cloned().unwrap_or_default();
                let text = text_at(&block, "/text").to_string();
                if index < MOST {
                    self.blocks.resize(self.blocks.len().max(index + 1), Value::Null);
                    self.inputs.resize(self.blocks.len(), String::new());
                    if let Some(slot) = self.blocks.get_mut(index) {
                        *slot = block;
                    }
                }
                return Ok(text);
            }
            "content_block_delta" => return Ok(self.delta(index, &event)),
            "message_delta" => {
                if let Some(Value::Object(delta)) = event.get("delta") {
                    self.message.extend(delta.clone());
                }
                self.count(event.get("usage"));
            }
            "message_stop" => self.done = true,
            // `ping`, and whatever comes to be.
            _ => {}
        }
        Ok(String::new())
    }

    fn is_done(&self) -> bool {
        self.done
    }

    fn finish(mut self: Box<Self>) -> Result<Completion, Failure> {
        if !self.done {
            return Err(cut_off());
        }
        for (block, input) in self.blocks.iter_mut().zip(&self.inputs).filter(|(_, input)| !input.is_empty())
        {
            // What is no JSON is passed on as the model wrote it, in a string.
            let input = json::parse(input).unwrap_or_else(|_| input.as_str().into());
            if let Value::Object(block) = block {
                block.put("input", input);
            }
        }
        decode(&self.blocks, &Value::Object(self.message), &Value::Object(self.usage))
    }
}

impl Blocks {
    /// Counts are sums so far: the last one holds. A later `null` says nothing.
    fn count(&mut self, usage: Option<&Value>) {
        if let Some(Value::Object(usage)) = usage {
            let known = usage.iter().filter(|(_, count)| !count.is_null());
            self.usage.extend(known.map(|(name, count)| (name.clone(), count.clone())));
        }
    }

    fn delta(&mut self, index: usize, event: &Value) -> String {
        let field = match text_at(event, "/delta/type") {
            "text_delta" => "text",
            "thinking_delta" => "thinking",
            "signature_delta" => "signature",
            "input_json_delta" => {
                if let Some(input) = self.inputs.get_mut(index) {
                    input.push_str(text_at(event, "/delta/partial_json"));
                }
                return String::new();
            }
            _ => return String::new(),
        };
        let piece =
            event.get("delta").and_then(|delta| delta.get(field)).and_then(Value::as_str).unwrap_or_default();
        if let Some(Value::Object(block)) = self.blocks.get_mut(index) {
            match block.get_mut(field) {
                Some(Value::String(text)) => text.push_str(piece),
                _ => {
                    block.insert(field.into(), piece.into());
                }
            }
        }
        if field == "text" { piece.into() } else { String::new() }
    }
}
