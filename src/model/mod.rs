//! Who answers: a worker, what it is asked, and what comes back. One file a wire format; each only
//! encodes and decodes, and never waits, retries or looks at a clock.

pub mod answer;
pub mod anthropic;
mod body;
pub mod call_settings;
mod capabilities;
pub mod completion;
pub mod custom;
pub mod estimate;
pub mod exchange;
pub mod extras;
pub mod failure;
mod finish;
pub mod format;
pub mod formats;
pub mod function;
pub mod gemini;
pub mod media;
pub mod message;
pub mod openai;
pub mod openai_responses;
pub mod parts;
pub mod pool_key;
pub mod provider;
pub mod provider_data;
pub mod quirks;
pub mod rate_limit;
pub mod redact;
pub mod schema;
pub mod sse;
pub mod suspects;
mod think_tags;
mod time_text;
pub mod usage;
pub mod worker;
mod wrapping;
