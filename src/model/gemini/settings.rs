//! How hard Gemini's models think and which tools they call.
//!
//! Sources: ai.google.dev/gemini-api/docs/thinking, …/function-calling, …/tool-combination; which
//! model goes by what is the table of `@ai-sdk/google` 4.0.121 (November 2026).

use crate::host::number;
use crate::json::{Fields, Map, Value, json};
use crate::model::call_settings::{EFFORTS, ToolChoice};
use crate::model::message::Message;
use crate::model::worker::Worker;

/// Whether a model is of the third generation or a later one, told by the names of those before.
pub(in crate::model) fn is_third(worker: &Worker) -> bool {
    let name = worker.model.rsplit('/').next().unwrap_or_default();
    let older = ["gemini-1", "gemini-2", "gemini-pro-vision", "gemma", "learnlm"];
    !older.iter().any(|start| name.starts_with(start))
}

/// The third generation runs its server's tools beside a caller's where it is told to.
pub(in crate::model) fn tool_config(worker: &Worker, messages: &[Message], is_mixed: bool) -> Option<Value> {
    let choice = worker.tool_choice(messages);
    let choosing = match &choice {
        Some(ToolChoice::Named(name)) => json!({ "mode": "ANY", "allowedFunctionNames": [name] }),
        Some(ToolChoice::Required) => json!({ "mode": "ANY" }),
        Some(ToolChoice::None) => json!({ "mode": "NONE" }),
        _ if is_mixed => json!({ "mode": "VALIDATED" }),
        Some(ToolChoice::Auto) => json!({ "mode": "AUTO" }),
        None => return None,
    };
    let mut config = Map::new();
    config.put("functionCallingConfig", choosing);
    if is_mixed {
        config.set("includeServerSideToolInvocations", true);
    }
    Some(config.into())
}

/// The third generation goes by levels, the one before by a number of tokens. What is thought is
/// shown.
pub(in crate::model) fn thinking(worker: &Worker) -> Option<Value> {
    const TOKENS: [u32; EFFORTS.len()] = [0, 1_311, 6_554, 19_661, 24_576, 24_576, 24_576];
    let effort = worker.settings.reasoning?;
    let name = worker.model.rsplit('/').next().unwrap_or_default();
    let shown = effort > 0;
    if is_third(worker) {
        // Those that cannot do without a thought.
        let thinks = name.contains("-pro") || name == "gemini-flash-latest" || is_late_flash(name);
        let level = match EFFORTS.get(effort).copied()? {
            "none" | "minimal" if thinks => "low",
            "none" => "minimal",
            "xhigh" | "max" => "high",
            level => level,
        };
        return Some(json!({ "thinkingLevel": level, "includeThoughts": shown }));
    }
    let least = if name.contains("2.5-pro") { 128 } else { 0 };
    let tokens = TOKENS.get(effort).copied()?.max(least);
    Some(json!({ "thinkingBudget": tokens, "includeThoughts": shown }))
}

/// `gemini-3.7-flash` and those after it, save the small ones.
fn is_late_flash(name: &str) -> bool {
    let number = || number::parse(name.strip_prefix("gemini-")?.split('-').next()?);
    name.contains("-flash") && !name.contains("-lite") && number().is_some_and(|number| number >= 3.7)
}
