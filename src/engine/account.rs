//! What was spent: tokens, money and attempts, of a task, a run or an agent.

use std::collections::HashMap;

use super::settings::ModelPrice;
use crate::model::usage::Usage;
use crate::model::worker::Worker;

/// The sum of what was spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Account {
    /// Tokens.
    pub usage: Usage,
    /// Money; meaningful only where all that was spent had a price.
    pub cost: f64,
    /// Whether anything in it had no price.
    pub unpriced: bool,
    /// Requests that were sent.
    pub attempts: u32,
    /// Those of them that repeated a failed one.
    pub retries: u32,
    /// Those of them that were hedges of a slow one.
    pub hedges: u32,
}

impl Account {
    /// Adds what one attempt used.
    pub fn spend(&mut self, usage: Usage, cost: Option<f64>) {
        self.usage += usage;
        match cost {
            Some(cost) => self.cost += cost,
            None => self.unpriced |= usage.total() > 0,
        }
    }

    /// The cost, if it is known.
    #[must_use]
    pub fn total_cost(&self, has_prices: bool) -> Option<f64> {
        (has_prices && !self.unpriced).then_some(self.cost)
    }
}

/// What `usage` costs with a worker, going by the caller's table.
#[must_use]
pub fn cost_of(prices: &HashMap<String, ModelPrice>, worker: &Worker, usage: &Usage) -> Option<f64> {
    const MILLION: f64 = 1_000_000.0;
    let ModelPrice { standard, tiers } = prices.get(&*worker.model)?;
    // What the provider says counts before what was asked for.
    let tier = usage.tier.or(worker.settings.tier);
    let price = tiers.iter().find(|(of, _)| Some(*of) == tier).map_or(standard, |(_, price)| price);
    let cached = usage.cached_tokens.min(usage.prompt_tokens);
    let kept = usage.cache_write_tokens.min(usage.prompt_tokens - cached);
    let fresh = usage.prompt_tokens - cached - kept;
    let sum = fresh as f64 * price.input
        + cached as f64 * price.cached_input.unwrap_or(price.input)
        + kept as f64 * price.cache_write.unwrap_or(price.input)
        + usage.completion_tokens as f64 * price.output;
    Some(sum / MILLION)
}
