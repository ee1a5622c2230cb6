//! OpenAI's Responses: a stream of typed events. The last one carries the whole response.
//!
//! Source: platform.openai.com/docs/api-reference/responses-streaming.

use super::answer::{decode, usage_in};
use crate::error::Failure;
use crate::json::{Fields, Value, text_at};
use crate::model::completion::{Completion, Delta};
use crate::model::format::{StreamReader, cut_off, event_json};
use crate::model::sse::SseEvent;
use crate::model::usage::Usage;

/// The most items that are kept of one answer.
const MOST: usize = 1_024;

/// The answer so far.
#[derive(Default)]
pub(super) struct Items {
    /// Those that are whole, by their index.
    items: Vec<Value>,
    /// The response as the last event has it.
    response: Option<Value>,
}

impl StreamReader for Items {
    fn event(&mut self, event: &SseEvent) -> Result<Delta, Failure> {
        let mut event = event_json(event)?;
        let piece = text_at(&event, "/delta");
        let thought = |text: &str| Delta { reasoning: text.into(), ..Delta::default() };
        let hidden = Delta { hidden: true, ..Delta::default() };
        Ok(match text_at(&event, "/type") {
            "response.output_text.delta" => Delta::text(piece),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => thought(piece),
            // The parts of a summary are apart, as in a whole answer.
            "response.reasoning_summary_part.added"
                if event.get("summary_index").and_then(Value::as_u64).is_some_and(|index| index > 0) =>
            {
                thought("\n\n")
            }
            "response.function_call_arguments.delta" | "response.refusal.delta" => hidden,
            "response.output_item.done" => {
                self.keep(&mut event);
                hidden
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                self.response = event.get_mut("response").map(Value::take);
                Delta::default()
            }
            // Pings, and whatever comes to be.
            _ => Delta::default(),
        })
    }

    fn is_done(&self) -> bool {
        self.response.is_some()
    }

    fn says_why(&self) -> bool {
        self.is_done()
    }

    fn usage(&self) -> Option<Usage> {
        self.response.as_ref().and_then(usage_in)
    }

    fn finish(self: Box<Self>) -> Result<Completion, Failure> {
        let mut response = self.response.ok_or_else(cut_off)?;
        // Some servers leave out at the end what they have sent before.
        let is_bare = response.get("output").and_then(Value::as_array).is_none_or(Vec::is_empty);
        if is_bare {
            response.put("output", self.items.into_iter().filter(Value::is_object).collect());
        }
        decode(&response)
    }
}

impl Items {
    fn keep(&mut self, event: &mut Value) {
        let index = event.get("output_index").and_then(Value::as_u64);
        let index = index.map_or(self.items.len(), |index| index as usize);
        if index < MOST {
            self.items.resize(self.items.len().max(index + 1), Value::Null);
            if let (Some(slot), Some(item)) = (self.items.get_mut(index), event.get_mut("item")) {
                *slot = item.take();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    /// Reads a stream; gives the answer, its text and its thoughts as they came.
    fn read(events: &[Value]) -> (Result<Completion, Failure>, String, String) {
        let mut items = Box::<Items>::default();
        let (mut text, mut reasoning) = (String::new(), String::new());
        for event in events {
            let event = SseEvent { data: event.to_string(), ..SseEvent::default() };
            let delta = items.event(&event).unwrap();
            text += &delta.text;
            reasoning += &delta.reasoning;
        }
        (items.finish(), text, reasoning)
    }

    #[test]
    fn pieces_come_one_by_one_and_the_last_event_has_all_of_them() {
        let message = json!({ "type": "message", "content": [{ "type": "output_text", "text": "A moth." }] });
        let (completion, text, reasoning) = read(&[
            json!({ "type": "response.created", "response": { "status": "in_progress", "output": [] } }),
            json!({ "type": "response.reasoning_summary_text.delta", "delta": "One." }),
            json!({ "type": "response.reasoning_summary_part.added", "summary_index": 1 }),
            json!({ "type": "response.reasoning_summary_text.delta", "delta": "Two." }),
            json!({ "type": "keepalive" }),
            json!({ "type": "response.output_text.delta", "delta": "A mo" }),
            json!({ "type": "response.output_text.delta", "delta": "th." }),
            json!({ "type": "response.output_item.done", "output_index": 0, "item": message }),
            json!({ "type": "response.completed", "response": { "status": "completed", "output": [message] } }),
        ]);
        assert_eq!((text.as_str(), reasoning.as_str()), ("A moth.", "One.\n\nTwo."));
        assert_eq!(completion.unwrap().text, "A moth.");
    }

    #[test]
    fn items_that_the_last_event_leaves_out_are_those_that_came_before() {
        let call = json!({ "type": "function_call", "call_id": "c", "name": "count", "arguments": "{}" });
        let (completion, ..) = read(&[
            json!({ "type": "response.output_item.done", "output_index": 1, "item": call }),
            json!({ "type": "response.completed", "response": { "status": "completed", "output": [] } }),
        ]);
        assert_eq!(completion.unwrap().tool_calls[0].name, "count");
    }

    #[test]
    fn a_stream_without_its_last_event_was_cut_off() {
        let (completion, ..) = read(&[json!({ "type": "response.output_text.delta", "delta": "A mo" })]);
        assert_eq!(completion.unwrap_err().code, crate::error::Code::Truncated);
    }
}
