//! The table of wire formats.

use super::format::Format;
use super::provider::Provider;
use super::{anthropic, gemini, openai, openai_responses};

/// The format that a provider speaks; none for the caller's own function.
#[must_use]
pub fn format_of(provider: Provider) -> Option<&'static dyn Format> {
    match provider {
        Provider::OpenAi => Some(&openai::OpenAi),
        Provider::OpenAiResponses => Some(&openai_responses::OpenAiResponses),
        Provider::Anthropic => Some(&anthropic::Anthropic),
        Provider::Gemini => Some(&gemini::Gemini),
        Provider::Custom => None,
    }
}
