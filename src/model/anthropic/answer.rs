//! Reads Anthropic's answers.

use crate::error::Failure;
use crate::json::{self, Map, Value, text_at};
use crate::model::call_settings::Tier;
use crate::model::completion::Completion;
use crate::model::finish::finish;
use crate::model::format::refused;
use crate::model::message::ToolCall;
use crate::model::provider_data::ProviderData;
use crate::model::usage::Usage;

/// Puts an answer together from its blocks, whole or from a stream. `message` has the model and the
/// reason to stop.
pub(super) fn decode(
    blocks: Vec<Value>,
    message: &Value,
    usage: Option<Usage>,
) -> Result<Completion, Failure> {
    let reason = message.get("stop_reason").and_then(Value::as_str);
    if reason == Some("refusal") {
        return Err(refused(text_at(message, "/stop_details/explanation")));
    }
    let mut completion = Completion {
        finish_reason: reason.map(Into::into),
        model: message.get("model").and_then(Value::as_str).map(Into::into),
        usage,
        ..Completion::default()
    };
    for block in &blocks {
        match text_at(block, "/type") {
            "text" => {
                completion.text.push_str(text_at(block, "/text"));
                completion.extras.cite(block.get("citations"));
            }
            "thinking" => {
                let apart = if completion.reasoning.is_empty() { "" } else { "\n\n" };
                completion.reasoning.push_str(apart);
                completion.reasoning.push_str(text_at(block, "/thinking"));
            }
            "tool_use" => completion.tool_calls.push(ToolCall {
                id: text_at(block, "/id").into(),
                name: text_at(block, "/name").into(),
                arguments: match block.get("input") {
                    Some(Value::String(unreadable)) => unreadable.clone(),
                    Some(input) => json::print(input),
                    None => String::new(),
                },
            }),
            _ => {}
        }
    }
    finish(&mut completion, "")?;
    if !completion.tool_calls.is_empty() || completion.is_paused() {
        completion.provider_data = Some(ProviderData::new(blocks.into()));
    }
    Ok(completion)
}

/// Where the server went several rounds of its own, such as to sum up a long conversation, only the
/// sum over `iterations` has all of them.
pub(super) fn usage_of(counts: &Map) -> Option<Usage> {
    let thinking = counts.get("output_tokens_details").and_then(|details| details.get("thinking_tokens"));
    let mut sum = Usage::default();
    match counts.get("iterations").and_then(Value::as_array).filter(|rounds| !rounds.is_empty()) {
        Some(rounds) => {
            rounds.iter().filter_map(|counts| round(counts.as_object()?)).for_each(|round| sum += round)
        }
        None => sum = round(counts)?,
    }
    let tier = counts.get("service_tier").and_then(Value::as_str).and_then(Tier::read);
    Some(Usage { reasoning_tokens: thinking.and_then(Value::as_u64).unwrap_or(0), tier, ..sum })
}

fn round(counts: &Map) -> Option<Usage> {
    let count = |name: &str| counts.get(name).and_then(Value::as_u64);
    let cached_tokens = count("cache_read_input_tokens").unwrap_or(0);
    let cache_write_tokens = count("cache_creation_input_tokens").unwrap_or(0);
    Some(Usage {
        prompt_tokens: count("input_tokens")? + cache_write_tokens + cached_tokens,
        completion_tokens: count("output_tokens").unwrap_or(0),
        cached_tokens,
        cache_write_tokens,
        ..Usage::default()
    })
}
