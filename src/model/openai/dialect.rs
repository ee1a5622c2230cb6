//! Where servers that speak OpenAI's format depart from it, told by their address and their model.
//!
//! Sources: learn.microsoft.com/azure/ai-foundry/openai/reference (Azure), docs.mistral.ai/api
//! (Mistral refuses fields that it does not know), platform.openai.com/docs/guides/reasoning
//! (`max_completion_tokens`).

use crate::host::number;
use crate::model::call_settings::{EFFORTS, Effort};
use crate::model::worker::Worker;
use crate::platform::address::host_of;

/// The header for the key, and what stands before the key in it. Azure carries its `api-version` in
/// the address.
pub(in crate::model) fn key_header(worker: &Worker) -> (&'static str, &'static str) {
    if is_azure(worker) { ("api-key", "") } else { ("authorization", "Bearer ") }
}

/// The field for the longest answer. OpenAI's newer models refuse the old one, through whatever
/// proxy they are asked; most other servers know nothing else.
pub(in crate::model) fn length_field(worker: &Worker) -> &'static str {
    let azure = is_azure(worker) && worker.base_url.contains("/openai");
    let openai = host_of(&worker.base_url) == "api.openai.com";
    if openai || azure || thinks(&worker.model) { "max_completion_tokens" } else { "max_tokens" }
}

/// The field for the seed.
pub(in crate::model) fn seed_field(worker: &Worker) -> &'static str {
    if is_mistral(worker) { "random_seed" } else { "seed" }
}

/// Whether a stream's usage has to be asked for. Mistral always tells it.
pub(in crate::model) fn takes_stream_options(worker: &Worker) -> bool {
    !is_mistral(worker)
}

fn is_azure(worker: &Worker) -> bool {
    const HOMES: &[&str] = &[".openai.azure.", ".cognitiveservices.azure.", ".services.ai.azure."];
    let host = host_of(&worker.base_url);
    HOMES.iter().any(|home| host.contains(home))
}

fn is_mistral(worker: &Worker) -> bool {
    host_of(&worker.base_url).ends_with(".mistral.ai")
}

/// OpenAI's models that think before they answer: `o3`, `gpt-5-mini` and their kin.
pub(in crate::model) fn thinks(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or_default();
    let generation = |prefix: &str| name.strip_prefix(prefix)?.chars().next()?.to_digit(10);
    generation("o").is_some() || generation("gpt-").is_some_and(|number| number >= 5)
}

/// How hard to think, in a level that the model has: OpenAI's own have had others from one version
/// to the next. Any other model is told what the caller said. `most` is the last level that the API
/// knows.
pub(in crate::model) fn effort(worker: &Worker, most: Effort) -> Option<&'static str> {
    const NOT_THINKING: &[&str] = &["gpt-6-sol", "gpt-6-luna", "gpt-6.1-terra"];
    let effort = worker.settings.reasoning?;
    let Some(version) = version(&worker.model) else { return worker.effort() };
    // Whether it need not think, its lowest level and its highest, as `@ai-sdk/openai` 4.0.118 has
    // them (November 2026).
    let (may_not, lowest, highest) = match version {
        6.0.. => (NOT_THINKING.iter().any(|name| worker.model.ends_with(name)), 2, 6),
        5.6.. => (true, 2, 6),
        5.2.. => (true, 2, 5),
        5.1.. => (true, 2, 4),
        _ => (false, 1, 4),
    };
    let level = if effort == 0 && may_not { 0 } else { effort.clamp(lowest, highest.min(most)) };
    EFFORTS.get(level).copied()
}

/// The version of a plain model, such as `gpt-5.4-mini`. Those for one purpose, such as
/// `gpt-5-pro`, have levels of their own.
fn version(model: &str) -> Option<f64> {
    const PURPOSES: &[&str] = &["pro", "codex", "chat", "search", "image", "audio"];
    let name = model.rsplit('/').next().unwrap_or_default();
    let version = number::parse(name.strip_prefix("gpt-")?.split('-').next()?)?;
    let is_plain = !PURPOSES.iter().any(|purpose| name.contains(purpose));
    (is_plain && version >= 5.0).then_some(version)
}
