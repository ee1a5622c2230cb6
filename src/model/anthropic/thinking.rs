//! How hard Anthropic's models think: by an effort, which the newer ones go by, or by a number of
//! tokens.
//!
//! Sources: platform.claude.com/docs/en/build-with-claude/effort, …/adaptive-thinking,
//! …/extended-thinking; which model goes by what is the table of `@ai-sdk/anthropic` 4.0.105
//! (November 2026).

use crate::json::{Fields, Map, Value, json};
use crate::model::call_settings::EFFORTS;
use crate::model::provider::ANTHROPIC_MAX_TOKENS;
use crate::model::worker::Worker;

/// Models that are given a number of tokens to think with.
const BY_TOKENS: &[&str] = &[
    "claude-3",
    "claude-sonnet-4-0",
    "claude-sonnet-4-2025",
    "claude-sonnet-4-5",
    "claude-sonnet-4@",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-2025",
    "claude-opus-4-5",
    "claude-opus-4@",
    "claude-haiku-4-5",
];

/// Models that always think.
const ALWAYS: &[&str] = &["claude-sonnet-5-5", "claude-opus-5-5", "claude-fable-5"];

/// Models that know no `xhigh`.
const WITHOUT_XHIGH: &[&str] = &["claude-sonnet-4-6", "claude-opus-4-6"];

/// What share of the longest answer may be thoughts, for each effort; less than the least is
/// refused.
const SHARES: [f64; EFFORTS.len()] = [0.0, 0.02, 0.1, 0.3, 0.6, 0.9, 0.95];
const LEAST: u32 = 1_024;

/// Says in a body how hard to think.
pub(in crate::model) fn think(body: &mut Map, worker: &Worker) {
    let Some(effort) = worker.settings.reasoning else { return };
    let is = |names: &[&str]| names.iter().any(|name| worker.model.contains(name));
    let name = EFFORTS.get(effort).copied().unwrap_or_default();
    match name {
        "none" if is(ALWAYS) => set_effort(body, "low"),
        "none" => body.put("thinking", json!({ "type": "disabled" })),
        _ if is(BY_TOKENS) => {
            let most = worker.max_tokens.unwrap_or(ANTHROPIC_MAX_TOKENS);
            let share = SHARES.get(effort).copied().unwrap_or_default();
            let tokens = ((f64::from(most) * share) as u32).max(LEAST);
            // An answer that is shorter than the least thought is not thought about.
            if tokens < most {
                body.put("thinking", json!({ "type": "enabled", "budget_tokens": tokens }));
            }
        }
        _ => {
            body.put("thinking", json!({ "type": "adaptive", "display": "summarized" }));
            set_effort(
                body,
                match name {
                    "minimal" => "low",
                    "xhigh" if is(WITHOUT_XHIGH) => "high",
                    name => name,
                },
            );
        }
    }
}

fn set_effort(body: &mut Map, effort: &'static str) {
    match body.get_mut("output_config") {
        Some(Value::Object(config)) => config.put("effort", effort.into()),
        _ => body.put("output_config", json!({ "effort": effort })),
    }
}
