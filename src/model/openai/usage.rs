//! What servers that speak OpenAI's format say that an answer took, and where they say it.
//!
//! Sources: platform.openai.com/docs/api-reference/chat/object,
//! api-docs.deepseek.com/api/create-chat-completion, docs.x.ai/docs/guides/reasoning,
//! openrouter.ai/docs/guides/guides/usage-accounting, docs.mistral.ai/api,
//! platform.moonshot.ai/docs/api/chat, console.groq.com/docs/api-reference.

use crate::json::{Value, at, text_at};
use crate::model::call_settings::Tier;
use crate::model::usage::Usage;

/// The usage in a chunk or in a whole answer: at its top, in a choice (Moonshot), or among Groq's
/// own fields.
pub(in crate::model) fn usage_in(body: &Value, choice: Option<&Value>) -> Option<Usage> {
    let candidates =
        [body.get("usage"), choice.and_then(|choice| choice.get("usage")), at(body, "/x_groq/usage")];
    let usage = candidates.into_iter().flatten().find_map(usage)?;
    Some(Usage { tier: Tier::read(text_at(body, "/service_tier")), ..usage })
}

fn usage(usage: &Value) -> Option<Usage> {
    // The largest, since some servers fill the documented name with zero beside their own.
    let count = |paths: &[&str]| {
        let count = |path: &&str| at(usage, path).and_then(Value::as_u64);
        paths.iter().filter_map(count).max().unwrap_or(0)
    };
    let mut read = Usage {
        prompt_tokens: usage.get("prompt_tokens").or_else(|| usage.get("input_tokens"))?.as_u64()?,
        completion_tokens: count(&["/completion_tokens", "/output_tokens"]),
        cached_tokens: count(&[
            "/prompt_tokens_details/cached_tokens",
            "/prompt_token_details/cached_tokens",
            "/input_tokens_details/cached_tokens",
            "/prompt_cache_hit_tokens",
            "/num_cached_tokens",
            "/cached_tokens",
            "/cache_read_input_tokens",
        ]),
        cache_write_tokens: count(&[
            "/prompt_tokens_details/cache_write_tokens",
            "/prompt_tokens_details/cache_creation_tokens",
            "/cache_creation_input_tokens",
        ]),
        reasoning_tokens: count(&[
            "/completion_tokens_details/reasoning_tokens",
            "/output_tokens_details/reasoning_tokens",
            "/output_tokens_details/thinking_tokens",
            "/reasoning_tokens",
        ]),
        provider_cost: cost(usage),
        tier: None,
        estimated: false,
    };
    // Thoughts may be counted beside what was written (xAI, Gemini), and sounds beside what was
    // read (Mistral).
    let beside = count(&["/total_tokens"]).saturating_sub(read.total());
    let sound = count(&["/prompt_tokens_details/audio_tokens"]);
    if beside > 0 && beside == sound {
        read.prompt_tokens += beside;
    } else {
        read.completion_tokens += beside;
    }
    Some(read)
}

/// In dollars: OpenRouter's number, or Perplexity's object.
fn cost(usage: &Value) -> Option<f64> {
    let cost = usage.get("cost")?;
    cost.as_f64().or_else(|| cost.get("total_cost")?.as_f64())
}
