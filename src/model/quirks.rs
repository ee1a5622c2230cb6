//! Fields of a request that some servers refuse: how a refusal of them is recognised, and what is
//! sent from then on.
//!
//! Sources: platform.openai.com/docs/guides/reasoning (`max_completion_tokens`, fixed
//! `temperature`), the issues litellm#34569 (`reasoning_effort` beside tools), Flowise#2866 and
//! new-api#418 (`stream_options`), foundry-local#81 (`response_format`).

use super::provider::Provider;
use crate::json::{Fields, Map, Value};

/// One field that may be refused.
#[derive(Debug)]
pub struct Quirk {
    /// Its name, as it is told to the caller.
    pub field: &'static str,
    /// Where it stands in a body, in any of the formats.
    pub(super) at: &'static [&'static str],
    /// What servers call it, in small letters.
    pub(super) names: &'static [&'static str],
    /// Whether its name alone shows that it was refused: its value is none that a caller could have
    /// got wrong.
    pub(super) plain: bool,
    /// What is sent from then on.
    pub instead: Instead,
}

/// What takes the place of a refused field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// It is left out.
    Nothing,
    /// Its value goes under another name.
    Field(&'static str),
    /// Another value.
    Value(&'static str),
    /// The prompt says it.
    Words,
    /// The request goes to OpenAI's other API.
    Responses,
}

pub(super) const SCHEMA: usize = 0;
pub(super) const STREAM_OPTIONS: usize = 1;
pub(super) const SEED: usize = 6;
pub(super) const STOP: usize = 7;
const SCHEMA_IGNORED: u32 = 1 << 31;

/// All that are known.
pub(super) static QUIRKS: &[Quirk] = &[
    Quirk {
        field: "schema",
        at: &[
            "/response_format",
            "/output_config/format",
            "/generationConfig/responseJsonSchema",
            "/text/format",
        ],
        names: &[
            "response_format",
            "output_config",
            "output_format",
            "json_schema",
            "json schema",
            "responsejsonschema",
            "response_json_schema",
            "response_mime_type",
            "text.format",
            "structured output",
            "structured_output",
            "grammar",
            "guided",
            "json mode",
        ],
        plain: true,
        instead: Instead::Words,
    },
    Quirk {
        field: "stream_options",
        at: &["/stream_options"],
        names: &["stream_options", "stream_option", "include_usage"],
        plain: true,
        instead: Instead::Nothing,
    },
    Quirk {
        field: "max_tokens",
        at: &["/max_tokens"],
        names: &["max_tokens"],
        plain: false,
        instead: Instead::Field("max_completion_tokens"),
    },
    Quirk {
        field: "max_completion_tokens",
        at: &["/max_completion_tokens"],
        names: &["max_completion_tokens"],
        plain: false,
        instead: Instead::Field("max_tokens"),
    },
    Quirk {
        field: "temperature",
        at: &["/temperature", "/generationConfig/temperature"],
        names: &["temperature"],
        plain: false,
        instead: Instead::Nothing,
    },
    Quirk {
        field: "top_p",
        at: &["/top_p", "/generationConfig/topP"],
        names: &["top_p", "topp"],
        plain: false,
        instead: Instead::Nothing,
    },
    Quirk {
        field: "seed",
        at: &["/seed", "/random_seed", "/generationConfig/seed"],
        names: &["seed", "random_seed"],
        plain: false,
        instead: Instead::Nothing,
    },
    Quirk {
        field: "stop",
        at: &["/stop", "/stop_sequences", "/generationConfig/stopSequences"],
        names: &["stop", "stop_sequences", "stopsequences"],
        plain: false,
        instead: Instead::Nothing,
    },
    Quirk {
        field: "parallel_tool_calls",
        at: &["/parallel_tool_calls"],
        names: &["parallel_tool_calls"],
        plain: false,
        instead: Instead::Nothing,
    },
    // A summary of thoughts is for organisations that OpenAI has verified.
    Quirk {
        field: "reasoning.summary",
        at: &["/reasoning/summary"],
        names: &["reasoning.summary", "reasoning summaries"],
        plain: true,
        instead: Instead::Nothing,
    },
    // With tools some models take no effort but "none", and refuse even a request that names none.
    Quirk {
        field: "reasoning_effort",
        at: &["/tools"],
        names: &["reasoning_effort"],
        plain: false,
        instead: Instead::Value("none"),
    },
    Quirk {
        field: "reasoning_effort",
        at: &["/reasoning_effort", "/reasoning/effort"],
        names: &["reasoning_effort", "reasoning.effort"],
        plain: false,
        instead: Instead::Nothing,
    },
    // OpenAI's newest models call tools, and some answer at all, in Responses alone. Told by
    // `Suspects::of`.
    Quirk { field: "provider", at: &[], names: &[], plain: false, instead: Instead::Responses },
];

pub(super) const RESPONSES: usize = QUIRKS.len() - 1;

impl Instead {
    /// As callers see it: what is sent in its place.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Field(name) => Some(name),
            Self::Value(value) => Some(value),
            Self::Words => Some("prompt"),
            Self::Responses => Some(Provider::OpenAiResponses.name()),
        }
    }
}

/// What one server is known to refuse: for each field, whether it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks(u32);

impl Quirks {
    /// One of them, by its place among all.
    #[must_use]
    pub(super) fn one(index: usize) -> Self {
        Self(1 << index)
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These, save for those.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The server takes a schema and does not keep to it.
    #[must_use]
    pub fn schema_ignored() -> Self {
        Self(SCHEMA_IGNORED)
    }

    /// Whether a schema may be sent in the provider's own way.
    #[must_use]
    pub fn take_schema(self) -> bool {
        !self.has(SCHEMA)
    }

    /// Whether the server is asked in OpenAI's other API.
    #[must_use]
    pub fn is_responses(self) -> bool {
        self.has(RESPONSES)
    }

    /// Whether the prompt has to tell the schema, however else it is told.
    #[must_use]
    pub fn say_schema(self) -> bool {
        self.0 & SCHEMA_IGNORED != 0
    }

    /// The fields.
    pub fn fields(self) -> impl Iterator<Item = &'static Quirk> {
        QUIRKS.iter().enumerate().filter(move |(index, _)| self.has(*index)).map(|(_, quirk)| quirk)
    }

    fn has(self, index: usize) -> bool {
        self.0 & (1 << index) != 0
    }

    /// Changes a body such that the server takes it.
    pub fn apply(self, body: &mut Map) {
        for quirk in self.fields() {
            match quirk.instead {
                // The format has not put it there.
                Instead::Words | Instead::Responses => {}
                Instead::Value(value) => body.put(quirk.field, value.into()),
                Instead::Nothing => quirk.at.iter().for_each(|path| drop(taken(body, path))),
                Instead::Field(name) => {
                    if let Some(value) = quirk.at.iter().find_map(|path| taken(body, path)) {
                        body.put(name, value);
                    }
                }
            }
        }
    }
}

/// Takes what stands at a path out of a body.
pub(super) fn taken(body: &mut Map, path: &str) -> Option<Value> {
    match path.strip_prefix('/')?.split_once('/') {
        None => {
            let name = path.strip_prefix('/')?;
            let value = body.get_mut(name)?.take();
            body.shift_remove(name);
            Some(value)
        }
        Some((outer, _)) => {
            let inner = path.get(outer.len() + 1..)?;
            taken(body.get_mut(outer)?.as_object_mut()?, inner)
        }
    }
}
