//! What was spent: tokens, money and attempts, of a task, a run or an agent.

use std::collections::HashMap;

use super::settings::Price;
use crate::model::usage::Usage;

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
    /// Those of them that were twins of a slow one.
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

/// What `usage` costs at `model`, going by the caller's table.
#[must_use]
pub fn cost_of(prices: &HashMap<String, Price>, model: &str, usage: &Usage) -> Option<f64> {
    const MILLION: f64 = 1_000_000.0;
    let price = prices.get(model)?;
    let cached = usage.cached_tokens.min(usage.prompt_tokens);
    let fresh = usage.prompt_tokens - cached;
    let cached_price = price.cached_input.unwrap_or(price.input);
    let sum = fresh as f64 * price.input
        + cached as f64 * cached_price
        + usage.completion_tokens as f64 * price.output;
    Some(sum / MILLION)
}
