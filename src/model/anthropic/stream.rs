//! A stream of Anthropic's messages: blocks by `index`, opened, filled by deltas and closed,
//! between `message_start` and `message_stop`. Rebuilds the message that the same answer has
//! unstreamed.

use super::answer::{decode, usage_of};
use crate::error::Failure;
use crate::json::{self, Fields, Map, Value, json, text_at};
use crate::model::completion::{Completion, Delta};
use crate::model::format::{StreamReader, cut_off, event_json, missing};
use crate::model::sse::SseEvent;
use crate::model::usage::Usage;
use crate::model::wrapping::Wrapping;

/// The message so far.
#[derive(Default)]
pub(in crate::model) struct Blocks {
    message: Map,
    /// The counts so far, as they are named, and as they are read.
    counts: Map,
    usage: Option<Usage>,
    blocks: Vec<Value>,
    /// The JSON of tool calls, which comes in pieces; as many as there are blocks.
    inputs: Vec<String>,
    done: bool,
    /// Of the last piece of text, and the block that it is of.
    wrapping: Option<(Wrapping, usize)>,
}

/// The most blocks that are kept of one answer.
const MOST: usize = 1_024;

impl StreamReader for Blocks {
    fn event(&mut self, event: &SseEvent) -> Result<Delta, Failure> {
        let data = &event.data;
        let event = event_json(event)?;
        // Some servers leave it out: pieces add to the last block then.
        let index = event.get("index").and_then(Value::as_u64).map(|index| index as usize);
        match text_at(&event, "/type") {
            "message_start" => return Ok(self.start(&event)),
            "content_block_start" => {
                let block = event.get("content_block").cloned().unwrap_or_default();
                let delta = Delta {
                    text: text_at(&block, "/text").into(),
                    reasoning: text_at(&block, "/thinking").into(),
                    hidden: matches!(text_at(&block, "/type"), "tool_use" | "redacted_thinking"),
                    ..Delta::default()
                };
                self.open(index.unwrap_or(self.blocks.len()), block);
                return Ok(delta);
            }
            "content_block_delta" => {
                let delta = self.delta(index.unwrap_or(self.blocks.len().saturating_sub(1)), &event)?;
                if let Some(index) = index.filter(|_| !delta.text.is_empty()) {
                    let wrapping = Wrapping::of(data, "\"text\":", &delta.text);
                    self.wrapping = wrapping.map(|wrapping| (wrapping, index)).or(self.wrapping.take());
                }
                return Ok(delta);
            }
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
        Ok(Delta::default())
    }

    fn alike(&mut self, event: &SseEvent) -> Option<Delta> {
        let (wrapping, index) = self.wrapping.as_ref()?;
        let text = wrapping.text(&event.data)?;
        let Value::String(so_far) = self.blocks.get_mut(*index)?.get_mut("text")? else { return None };
        so_far.push_str(text);
        Some(Delta::text(text))
    }

    fn is_done(&self) -> bool {
        self.done
    }

    fn says_why(&self) -> bool {
        self.message.get("stop_reason").is_some_and(Value::is_string)
    }

    fn usage(&self) -> Option<Usage> {
        self.usage
    }

    fn finish(mut self: Box<Self>) -> Result<Completion, Failure> {
        // Some servers leave `message_stop` out after the reason to stop.
        if !self.done && !self.says_why() {
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
        decode(self.blocks, &Value::Object(self.message), self.usage)
    }
}

impl Blocks {
    /// A message begins; a second one in place of the first.
    fn start(&mut self, event: &Value) -> Delta {
        let voids_text = self.blocks.iter().any(|block| !text_at(block, "/text").is_empty());
        *self = Self::default();
        if let Some(Value::Object(message)) = event.get("message") {
            self.message.clone_from(message);
            self.count(message.get("usage"));
        }
        Delta { voids_text, ..Delta::default() }
    }

    fn open(&mut self, index: usize, block: Value) {
        if index < MOST {
            self.blocks.resize(self.blocks.len().max(index + 1), Value::Null);
            self.inputs.resize(self.blocks.len(), String::new());
            if let Some(slot) = self.blocks.get_mut(index) {
                *slot = block;
            }
        }
    }

    /// Counts are sums so far: the last one holds. A later `null` or zero says nothing.
    fn count(&mut self, usage: Option<&Value>) {
        for (name, count) in usage.and_then(Value::as_object).into_iter().flatten() {
            if !count.is_null() && (*count != 0 || !self.counts.contains_key(name)) {
                self.counts.insert(name.clone(), count.clone());
            }
        }
        self.usage = usage_of(&self.counts);
    }

    fn delta(&mut self, index: usize, event: &Value) -> Result<Delta, Failure> {
        let piece = event.get("delta").unwrap_or(&Value::Null);
        let (block, field) = match text_at(piece, "/type") {
            "text_delta" => ("text", "text"),
            "thinking_delta" => ("thinking", "thinking"),
            "signature_delta" => ("thinking", "signature"),
            "compaction_delta" => ("compaction", "content"),
            "citations_delta" => {
                self.cite(index, piece);
                return Ok(Delta::default());
            }
            "input_json_delta" => {
                if !self.blocks.get(index).is_some_and(Value::is_object) && index < MOST {
                    return Err(missing("`content_block_start` before the arguments of a tool call"));
                }
                if let Some(input) = self.inputs.get_mut(index) {
                    input.push_str(text_at(piece, "/partial_json"));
                }
                return Ok(Delta { hidden: true, ..Delta::default() });
            }
            _ => return Ok(Delta::default()),
        };
        if !self.blocks.get(index).is_some_and(Value::is_object) {
            self.open(index, json!({ "type": block }));
        }
        let piece = piece.get(field).and_then(Value::as_str).unwrap_or_default();
        if let Some(Value::Object(block)) = self.blocks.get_mut(index) {
            match block.get_mut(field) {
                Some(Value::String(text)) => text.push_str(piece),
                _ => block.put(field, piece.into()),
            }
        }
        Ok(match field {
            "text" => Delta::text(piece),
            "thinking" => Delta { reasoning: piece.into(), ..Delta::default() },
            _ => Delta { hidden: true, ..Delta::default() },
        })
    }

    fn cite(&mut self, index: usize, piece: &Value) {
        let Some(citation) = piece.get("citation") else { return };
        if let Some(Value::Object(block)) = self.blocks.get_mut(index) {
            match block.get_mut("citations") {
                Some(Value::Array(citations)) => citations.push(citation.clone()),
                _ => block.put("citations", json!([citation])),
            }
        }
    }
}
