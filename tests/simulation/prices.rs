//! What a call costs: by the caller's prices, in the tier that answered, and by the community's
//! table.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::world::call;

/// A million tokens read, of which 200,000 came from the cache and 300,000 went into it, and a
/// million written.
fn cost(model: &str, tier: &str, answered: Option<&str>, prices: &Value) -> Option<f64> {
    let details = json!({ "cached_tokens": 200_000, "cache_write_tokens": 300_000 });
    let usage = json!({
        "prompt_tokens": 1_000_000, "completion_tokens": 1_000_000, "prompt_tokens_details": details,
    });
    let choice = json!({ "message": { "content": "an answer" }, "finish_reason": "stop" });
    let body = json!({ "choices": [choice], "usage": usage, "service_tier": answered });
    let world = Simulation::new(1, move |_, _| Reply::new(200, 1.0, body.to_string()));
    let options = json!({ "aggregate": false, "model": model, "tier": tier, "prices": prices });
    let tasks = json!(["x", [{ "id": "a", "content": "x" }]]);
    let result = call(&world, "parallelProcess", tasks, options).resolved();
    assert_eq!(result.results[0].metadata.tier, answered);
    result.results[0].metadata.cost
}

#[test]
fn what_goes_into_the_cache_has_a_price_of_its_own() {
    let price = |fields: Value| json!({ "m": fields });
    let plain = price(json!({ "input": 10, "output": 1 }));
    assert_eq!(cost("m", "standard", None, &plain), Some(11.0));
    let all = price(json!({ "input": 10, "output": 1, "cachedInput": 1, "cacheWrite": 20 }));
    assert_eq!(cost("m", "standard", None, &all), Some(5.0 + 0.2 + 6.0 + 1.0));
}

#[test]
fn the_tier_that_answered_counts_else_the_one_that_was_asked_for() {
    let flex = json!({ "input": 5, "output": 1 });
    let prices = json!({ "m": { "input": 10, "output": 1, "tiers": { "flex": flex } } });
    assert_eq!(cost("m", "flex", None, &prices), Some(6.0));
    assert_eq!(cost("m", "flex", Some("standard"), &prices), Some(11.0));
    assert_eq!(cost("m", "standard", Some("flex"), &prices), Some(6.0));
    assert_eq!(cost("m", "priority", None, &prices), Some(11.0));
}

/// Entries in the form of LiteLLM's `model_prices_and_context_window.json`.
#[test]
fn the_communitys_table_is_understood_as_it_stands() {
    let prices = json!({
        "sample_spec": { "litellm_provider": "one of …", "input_cost_per_token": 0.0, "mode": "chat" },
        "m": {
            "litellm_provider": "openai", "mode": "chat", "max_tokens": 32768, "supports_vision": true,
            "input_cost_per_token": 10e-6, "output_cost_per_token": 1e-6,
            "cache_read_input_token_cost": 1e-6, "cache_creation_input_token_cost": 20e-6,
            "input_cost_per_token_flex": 5e-6, "output_cost_per_token_flex": 1e-6,
        },
        "gemini/g": { "litellm_provider": "gemini", "input_cost_per_token": 10e-6, "output_cost_per_token": 1e-6 },
        "dall-e-3": { "litellm_provider": "openai", "mode": "image_generation", "input_cost_per_image": 0.04 },
    });
    let near =
        |cost: Option<f64>, expected: f64| assert!((cost.unwrap() - expected).abs() < 1e-9, "{cost:?}");
    near(cost("m", "standard", None, &prices), 12.2);
    near(cost("m", "flex", None, &prices), 6.0);
    near(cost("g", "standard", None, &prices), 11.0);
    assert_eq!(cost("dall-e-3", "standard", None, &prices), None);
}
