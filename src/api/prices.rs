//! Reads what models cost: our own table, or the community's file as LiteLLM keeps it.
//!
//! Source: github.com/BerriAI/litellm, `model_prices_and_context_window.json`.

use std::collections::HashMap;

use super::input::Input;
use super::numbers::Numbers;
use super::reader::Field;
use crate::engine::settings::{ModelPrice, Price};
use crate::model::call_settings::Tier;

const PRICE: Numbers = Numbers::new(0.0, f64::MAX, "the price of a million tokens, a number from 0 up");

/// Those that may have prices of their own.
const TIERS: [Tier; 2] = [Tier::Flex, Tier::Priority];

/// Reads the table. Of the community's file the models without a price for tokens are left out.
pub(super) fn prices(field: Field<'_>) -> HashMap<String, ModelPrice> {
    let mut prices = HashMap::new();
    for (model, entry) in field.entries("an object: a price for each model").unwrap_or_default() {
        if *entry.value().field("litellm_provider") == Input::Undefined {
            prices.insert(model.to_string(), model_price(entry));
        } else if let Some(price) = of_litellm(entry.value()) {
            // Models of these providers go by their own names here.
            for provider in ["gemini/", "anthropic/", "openai/"] {
                if let Some(name) = model.strip_prefix(provider) {
                    prices.entry(name.into()).or_insert_with(|| price.clone());
                }
            }
            prices.insert(model.into(), price);
        }
    }
    prices
}

fn model_price(entry: Field<'_>) -> ModelPrice {
    entry.reject_unknown(&[&["input", "output", "cachedInput", "cacheWrite", "tiers"]]);
    let tiers = entry.get("tiers");
    tiers.reject_unknown(&[&TIERS.map(Tier::name)]);
    let of_tier = |tier: Tier| {
        let entry = tiers.get(tier.name());
        entry.reject_unknown(&[&["input", "output", "cachedInput", "cacheWrite"]]);
        entry.is_given().then(|| (tier, price(entry)))
    };
    ModelPrice { standard: price(entry), tiers: TIERS.into_iter().filter_map(of_tier).collect() }
}

fn price(entry: Field<'_>) -> Price {
    let amount = |name| entry.get(name).required(PRICE.what).number(&PRICE).unwrap_or_default();
    Price {
        input: amount("input"),
        output: amount("output"),
        cached_input: entry.get("cachedInput").number(&PRICE),
        cache_write: entry.get("cacheWrite").number(&PRICE),
    }
}

/// Prices of one token, under names that end in the tier.
fn of_litellm(entry: &Input) -> Option<ModelPrice> {
    const MILLION: f64 = 1_000_000.0;
    let price = |tier: &str| {
        let amount = |name: &str| match entry.field(&format!("{name}{tier}")) {
            Input::Number(amount) if *amount >= 0.0 => Some(amount * MILLION),
            _ => None,
        };
        Some(Price {
            input: amount("input_cost_per_token")?,
            output: amount("output_cost_per_token").unwrap_or_default(),
            cached_input: amount("cache_read_input_token_cost"),
            cache_write: amount("cache_creation_input_token_cost"),
        })
    };
    let of_tier = |tier: Tier| Some((tier, price(&format!("_{}", tier.name()))?));
    Some(ModelPrice { standard: price("")?, tiers: TIERS.into_iter().filter_map(of_tier).collect() })
}
