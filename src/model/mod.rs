//! Who answers: a worker, what it is asked, and what comes back. One file a wire format; each only encodes and decodes,
//! and never waits, retries or looks at a clock.

pub mod anthropic;
mod anthropic_cache;
mod anthropic_stream;
mod body;
pub mod closed_schema;
pub mod completion;
pub mod custom;
mod disguise;
mod error_body;
mod error_kind;
pub mod exchange;
pub mod failure;
mod finish;
pub mod format;
pub mod gemini;
mod gemini_answer;
pub mod json_schema;
pub mod message;
pub mod openai;
mod openai_answer;
mod openai_calls;
mod openai_dialect;
mod openai_reasoning;
pub mod openai_responses;
mod openai_usage;
pub mod peer;
pub mod provider;
pub mod quirks;
pub mod rate_limit;
pub(crate) mod repair;
pub mod schema;
pub mod sse;
mod think_tags;
mod time_text;
pub mod usage;
pub mod worker;
