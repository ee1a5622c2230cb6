//! What a call cost, in tokens.

use std::cell::Cell;
use std::ops::AddAssign;

use serde::Serialize;

use super::call_settings::Tier;

/// What the server has said so far of the tokens of one request. It is there too when the answer
/// fails, or is dropped before its end.
#[derive(Debug, Default)]
pub struct Told {
    usage: Cell<Option<Usage>>,
    is_asked: Cell<bool>,
}

impl Told {
    /// The request goes out. Until then nothing can be used.
    pub fn asked(&self) {
        self.is_asked.set(true);
    }

    /// Takes in what it says now, in the middle of its answer or at its end.
    pub fn tell(&self, usage: Option<Usage>, is_ending: bool) {
        if let Some(usage) = usage {
            self.usage.set(Some(Usage { estimated: !is_ending, ..usage }));
        }
    }

    /// The last of it. It is marked as an estimate where there may have been more to come.
    #[must_use]
    pub fn get(&self) -> Option<Usage> {
        self.usage.get()
    }

    /// The same, with an estimate of each part that it has not said.
    #[must_use]
    pub fn or(&self, estimate: Usage) -> Usage {
        if !self.is_asked.get() {
            return Usage::default();
        }
        self.get().map_or(estimate, |told| told.completed(&estimate))
    }
}

/// Tokens of one call, or of many added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Everything that was read, from the cache too.
    pub prompt_tokens: u64,
    /// Everything that was written, reasoning too.
    pub completion_tokens: u64,
    /// The part of `prompt_tokens` that the provider had in its cache.
    pub cached_tokens: u64,
    /// The part of `prompt_tokens` that the provider put into its cache.
    pub cache_write_tokens: u64,
    /// The part of `completion_tokens` that was thought.
    pub reasoning_tokens: u64,
    /// In dollars, where the provider says it.
    pub provider_cost: Option<f64>,
    /// The tier that answered, where the provider says it.
    pub tier: Option<Tier>,
    /// Whether any of it is an estimate: the server did not say, or was not asked to the end.
    pub estimated: bool,
}

impl Usage {
    /// An estimate from what was sent and received, in bytes.
    #[must_use]
    pub fn estimate(prompt_bytes: usize, completion_bytes: usize) -> Self {
        Self {
            prompt_tokens: tokens_of(prompt_bytes),
            completion_tokens: tokens_of(completion_bytes),
            estimated: true,
            ..Self::default()
        }
    }

    /// Takes in what a later piece of the same answer says: sums so far. Some servers end with
    /// zeros.
    pub fn update(&mut self, later: &Self) {
        let update = |count: &mut u64, later: u64| {
            if later > 0 {
                *count = later;
            }
        };
        update(&mut self.prompt_tokens, later.prompt_tokens);
        update(&mut self.completion_tokens, later.completion_tokens);
        update(&mut self.cached_tokens, later.cached_tokens);
        update(&mut self.cache_write_tokens, later.cache_write_tokens);
        update(&mut self.reasoning_tokens, later.reasoning_tokens);
        self.provider_cost = later.provider_cost.or(self.provider_cost);
        self.tier = later.tier.or(self.tier);
    }

    /// With an estimate of each part that the server counts as nothing though there was something.
    /// In the middle of an answer, what was read is known, and what was written may be more than
    /// the last count: Anthropic's first event has all of the prompt, and one token of the answer.
    #[must_use]
    pub fn completed(mut self, estimate: &Self) -> Self {
        let is_counted = self.completion_tokens > 0 && !self.estimated;
        if self.prompt_tokens == 0 && estimate.prompt_tokens > 0 {
            self.prompt_tokens = estimate.prompt_tokens;
            self.estimated = true;
        }
        if !is_counted && estimate.completion_tokens > self.completion_tokens {
            self.completion_tokens = estimate.completion_tokens;
            self.estimated = true;
        }
        self
    }

    /// Read and written.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.prompt_tokens + self.completion_tokens
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
        self.cached_tokens += other.cached_tokens;
        self.cache_write_tokens += other.cache_write_tokens;
        self.reasoning_tokens += other.reasoning_tokens;
        if let Some(cost) = other.provider_cost {
            *self.provider_cost.get_or_insert(0.0) += cost;
        }
        self.tier = other.tier.or(self.tier);
        self.estimated |= other.estimated;
    }
}

/// Four bytes a token: the usual rule for English, on the high side for most other scripts in
/// UTF-8.
#[must_use]
pub fn tokens_of(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}
