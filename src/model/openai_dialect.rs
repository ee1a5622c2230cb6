//! Where servers that speak OpenAI's format depart from it, told by their address and their model.
//!
//! Sources: learn.microsoft.com/azure/ai-foundry/openai/reference (Azure), docs.mistral.ai/api (Mistral refuses fields that
//! it does not know), platform.openai.com/docs/guides/reasoning (`max_completion_tokens`).

use super::peer::host_of;
use super::worker::Worker;

/// The header for the key, and what stands before the key in it. Azure carries its `api-version` in the address.
pub(super) fn key_header(worker: &Worker) -> (&'static str, &'static str) {
    if is_azure(worker) { ("api-key", "") } else { ("authorization", "Bearer ") }
}

/// The field for the longest answer. OpenAI's newer models refuse the old one, through whatever proxy they are asked;
/// most other servers know nothing else.
pub(super) fn length_field(worker: &Worker) -> &'static str {
    let azure = is_azure(worker) && worker.base_url.contains("/openai");
    let openai = host_of(&worker.base_url) == "api.openai.com";
    if openai || azure || thinks(&worker.model) { "max_completion_tokens" } else { "max_tokens" }
}

/// The field for the seed.
pub(super) fn seed_field(worker: &Worker) -> &'static str {
    if is_mistral(worker) { "random_seed" } else { "seed" }
}

/// Whether a stream's usage has to be asked for. Mistral always tells it.
pub(super) fn takes_stream_options(worker: &Worker) -> bool {
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
pub(super) fn thinks(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or_default();
    let generation = |lead: &str| name.strip_prefix(lead)?.chars().next()?.to_digit(10);
    generation("o").is_some() || generation("gpt-").is_some_and(|number| number >= 5)
}
