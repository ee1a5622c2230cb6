//! OpenAI's Responses: a whole answer.
//!
//! Source: platform.openai.com/docs/api-reference/responses/object.

use crate::error::{Code, Failure};
use crate::json::{Value, at, text_at};
use crate::model::call_settings::Tier;
use crate::model::completion::Completion;
use crate::model::format::{missing, refused};
use crate::model::message::ToolCall;
use crate::model::provider_data::ProviderData;
use crate::model::usage::Usage;

/// Reads a response object. It is known to hold no error.
pub(super) fn decode(response: &Value) -> Result<Completion, Failure> {
    let items = response.get("output").and_then(Value::as_array).ok_or_else(|| missing("`output`"))?;
    let mut completion = Completion {
        model: response.get("model").and_then(Value::as_str).map(Into::into),
        usage: usage_in(response),
        ..Completion::default()
    };
    for item in items {
        match text_at(item, "/type") {
            "message" => {
                completion.text.push_str(&message(item)?);
                for part in parts(item, "content") {
                    completion.extras.cite(part.get("annotations"));
                }
            }
            "image_generation_call" => {
                let kind = Some(text_at(item, "/output_format")).filter(|kind| !kind.is_empty());
                let kind = format!("image/{}", kind.unwrap_or("png"));
                completion.extras.data(&kind, text_at(item, "/result"));
            }
            "reasoning" => add_reasoning(&mut completion.reasoning, item),
            "function_call" => completion.tool_calls.push(ToolCall {
                id: text_at(item, "/call_id").into(),
                name: text_at(item, "/name").into(),
                arguments: text_at(item, "/arguments").into(),
            }),
            // What the server's own tools did.
            _ => {}
        }
    }
    completion.finish_reason = Some(finish_reason(response, !completion.tool_calls.is_empty())?);
    if !completion.tool_calls.is_empty() {
        completion.provider_data = Some(ProviderData::new(items.clone().into()));
    }
    Ok(completion)
}

fn parts<'a>(item: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    item.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The text of a message.
fn message(item: &Value) -> Result<String, Failure> {
    let mut text = String::new();
    for part in parts(item, "content") {
        match text_at(part, "/type") {
            "output_text" => text.push_str(text_at(part, "/text")),
            "refusal" => return Err(refused(text_at(part, "/refusal"))),
            _ => {}
        }
    }
    Ok(text)
}

/// A thought is shown as a summary of its parts, or, by servers with open models, as it is.
fn add_reasoning(reasoning: &mut String, item: &Value) {
    for part in parts(item, "summary").chain(parts(item, "content")) {
        let text = text_at(part, "/text");
        if !reasoning.is_empty() && !text.is_empty() {
            reasoning.push_str("\n\n");
        }
        reasoning.push_str(text);
    }
}

/// In the words of chat completions.
fn finish_reason(response: &Value, calls_tools: bool) -> Result<String, Failure> {
    let why = text_at(response, "/incomplete_details/reason");
    match (text_at(response, "/status"), why) {
        // Without a reason it was cut short all the same.
        ("incomplete", "max_output_tokens" | "") => Ok("length".into()),
        ("incomplete", "content_filter") => Err(refused("a filter of the provider held it back.")),
        ("incomplete", why) => Ok(why.into()),
        ("completed" | "", _) => Ok(if calls_tools { "tool_calls" } else { "stop" }.into()),
        (status, _) => {
            let message =
                format!("The server's answer is not there yet, or was ended: its `status` is `{status}`.");
            Err(Failure::transient(Code::BadResponse, message))
        }
    }
}

pub(super) fn usage_in(response: &Value) -> Option<Usage> {
    let usage = response.get("usage")?;
    let count = |path: &str| at(usage, path).and_then(Value::as_u64);
    Some(Usage {
        prompt_tokens: count("/input_tokens")?,
        completion_tokens: count("/output_tokens").unwrap_or(0),
        cached_tokens: count("/input_tokens_details/cached_tokens").unwrap_or(0),
        cache_write_tokens: count("/input_tokens_details/cache_write_tokens").unwrap_or(0),
        reasoning_tokens: count("/output_tokens_details/reasoning_tokens").unwrap_or(0),
        tier: Tier::read(text_at(response, "/service_tier")),
        ..Usage::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Map, json};

    fn answer(fields: &Value) -> Result<Completion, Failure> {
        let whole = json!({ "status": "completed", "model": "gpt-5.4-mini", "output": [] });
        let mut response: Map = whole.as_object().unwrap().clone();
        response.extend(fields.as_object().unwrap().clone());
        decode(&response.into())
    }

    #[test]
    fn text_thoughts_and_calls_stand_in_items_of_their_own() {
        let completion = answer(&json!({ "output": [
            { "type": "reasoning", "summary": [{ "type": "summary_text", "text": "One." }, { "type": "summary_text", "text": "Two." }] },
            { "type": "message", "content": [{ "type": "output_text", "text": "Look: " }, { "type": "output_text", "text": "a moth" }] },
            { "type": "web_search_call", "id": "ws_1" },
            { "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "count", "arguments": "{}" },
        ] }))
        .unwrap();
        assert_eq!(completion.text, "Look: a moth");
        assert_eq!(completion.reasoning, "One.\n\nTwo.");
        assert_eq!(completion.tool_calls[0].id, "call_1");
        assert_eq!(completion.finish_reason.as_deref(), Some("tool_calls"));
        let data = completion.provider_data.unwrap();
        assert_eq!(data.data.as_array().map(Vec::len), Some(4), "all of them go back");
    }

    #[test]
    fn an_incomplete_answer_says_why() {
        let incomplete = |reason: &str| {
            answer(&json!({ "status": "incomplete", "incomplete_details": { "reason": reason } }))
        };
        assert_eq!(incomplete("").unwrap().finish_reason.as_deref(), Some("length"));
        assert_eq!(incomplete("max_output_tokens").unwrap().finish_reason.as_deref(), Some("length"));
        assert_eq!(incomplete("content_filter").unwrap_err().code, Code::Refused);
        let queued = answer(&json!({ "status": "queued" })).unwrap_err();
        assert_eq!((queued.code, queued.transient), (Code::BadResponse, true));
    }

    #[test]
    fn a_refusal_is_no_answer() {
        let refusal =
            json!([{ "type": "message", "content": [{ "type": "refusal", "refusal": "I will not." }] }]);
        let failure = answer(&json!({ "output": refusal })).unwrap_err();
        assert_eq!(failure.code, Code::Refused);
        assert!(failure.message.contains("I will not."), "{}", failure.message);
    }
}
