//! Any text that a store may hold.

use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use parallelization_agent::engine::store::{Store, StoreError};
use parallelization_agent::json::{Map, Value, json};
use parallelization_agent::platform::sim::Simulation;
use proptest::prelude::*;

use super::{json_tree, spoil};
use crate::world::{call_with_store, steady};

struct Fixed(String);

impl Store for Fixed {
    fn get(&self, _: &str) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>> {
        let text = self.0.clone();
        async move { Ok(Some(text)) }.boxed_local()
    }

    fn set(&self, _: &str, _: &str) -> LocalBoxFuture<'static, Result<(), StoreError>> {
        async { Ok(()) }.boxed_local()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_text_in_the_store_is_an_answer_or_is_asked_for_again(place in 0usize..16, other in json_tree()) {
        let usage = json!({ "promptTokens": 1, "completionTokens": 1, "cachedTokens": 0, "reasoningTokens": 0, "estimated": false });
        let mut kept = json!({ "version": 1, "text": "kept", "toolCalls": [], "finishReason": "stop", "model": "m", "usage": usage, "requestId": null });
        spoil(&mut kept, &mut { place }, &other);
        let world = Simulation::new(1, steady(1.0));
        let store = Some(Rc::new(Fixed(kept.to_string())) as Rc<dyn Store>);
        let options = Value::Object(Map::new());
        let result = call_with_store(&world, "batch", json!([["x"]]), options, store).0.resolved();
        prop_assert_eq!(result.metadata.completed_tasks, 1);
    }
}
