//! The providers: their names, and what holds for them where the caller says nothing.

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Provider {
    /// OpenAI's chat completions, and every server that speaks them.
    #[default]
    OpenAi,
    /// OpenAI's Responses.
    OpenAiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Gemini's `generateContent`.
    Gemini,
    /// The caller's own function, `complete`.
    Custom,
}

/// Where a provider is found.
#[derive(Debug)]
pub struct Defaults {
    /// Its own address.
    pub base_url: &'static str,
    /// A model that is there for everybody, and cheap: of November 2026, as `@openai/agents` 0.20
    /// defaults to it and `@anthropic-ai/sdk` 1.14 lists it.
    pub model: &'static str,
    /// The environment variables that may hold the address.
    pub base_url_variables: &'static [&'static str],
    /// Those that may hold the key; the first that is set counts.
    pub key_variables: &'static [&'static str],
    /// Those that may name the model.
    pub model_variables: &'static [&'static str],
}

impl Provider {
    /// Those that callers can name.
    pub const NAMED: [Self; 4] = [Self::OpenAi, Self::OpenAiResponses, Self::Anthropic, Self::Gemini];

    /// The name in options and results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::OpenAiResponses => "openai-responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Custom => "custom",
        }
    }

    /// Where it is found.
    #[must_use]
    pub fn defaults(self) -> &'static Defaults {
        match self {
            Self::OpenAi | Self::OpenAiResponses => &Defaults {
                base_url: "https://api.openai.com/v1",
                model: "gpt-5.6-luna",
                base_url_variables: &["OPENAI_BASE_URL"],
                key_variables: &["OPENAI_API_KEY"],
                model_variables: &["OPENAI_MODEL"],
            },
            Self::Anthropic => &Defaults {
                base_url: "https://api.anthropic.com/v1",
                model: "claude-haiku-5-5",
                base_url_variables: &["ANTHROPIC_BASE_URL"],
                key_variables: &["ANTHROPIC_API_KEY"],
                model_variables: &["ANTHROPIC_MODEL"],
            },
            Self::Gemini => &Defaults {
                base_url: "https://generativelanguage.googleapis.com/v1beta",
                model: "gemini-flash-latest",
                base_url_variables: &["GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"],
                key_variables: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
                model_variables: &["GEMINI_MODEL"],
            },
            Self::Custom => &Defaults {
                base_url: "complete",
                model: "custom",
                base_url_variables: &[],
                key_variables: &[],
                model_variables: &[],
            },
        }
    }
}

/// The longest answer when `maxTokens` is not given: the API must be told one.
pub const ANTHROPIC_MAX_TOKENS: u32 = 8_192;
