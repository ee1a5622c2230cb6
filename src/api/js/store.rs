//! The caller's store: any object with `get` and `set`, at once or as promises: a Map, Keyv,
//! idb-keyval's shape.

use futures::future::{FutureExt, LocalBoxFuture};
use wasm_bindgen::prelude::*;

use std::any::Any;

use crate::engine::store::{Claimed, Store, StoreError};
use crate::platform::foreign::{field, message, method};
use crate::platform::promise::wait_for;

/// A store that lives in JavaScript.
pub(in crate::api) struct JsStore {
    object: JsValue,
}

impl JsStore {
    pub fn new(object: JsValue) -> Self {
        Self { object }
    }

    /// Whether `value` has what a store needs.
    pub fn is_store(value: &JsValue) -> bool {
        (value.is_object() || value.is_function())
            && ["get", "set"].into_iter().all(|name| method(value, name).is_ok())
    }

    /// Called as a method, since most stores need their `this`.
    fn call(&self, name: &str, arguments: &[&str]) -> LocalBoxFuture<'static, Result<JsValue, StoreError>> {
        let arguments: js_sys::Array = arguments.iter().map(|argument| JsValue::from(*argument)).collect();
        let answer = method(&self.object, name).and_then(|method| method.apply(&self.object, &arguments));
        async move {
            let answer = wait_for(&answer.map_err(failed)?);
            answer.await.map_err(failed)
        }
        .boxed_local()
    }
}

impl Store for JsStore {
    fn get(&self, key: &str) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>> {
        text_of(self.call("get", &[key]))
    }

    fn set(&self, key: &str, value: &str) -> LocalBoxFuture<'static, Result<(), StoreError>> {
        let answer = self.call("set", &[key, value]);
        async move { answer.await.map(drop) }.boxed_local()
    }

    fn claim(&self, key: &str) -> Option<Claimed> {
        let claim = method(&self.object, "claim").ok()?;
        let claimed = claim.call1(&self.object, &key.into());
        let value = match claimed.clone().and_then(|claimed| field(&claimed, "value")) {
            Ok(value) => text_of(async move { wait_for(&value).await.map_err(failed) }.boxed_local()),
            Err(error) => async move { Err(failed(error)) }.boxed_local(),
        };
        Some(Claimed { value, claim: Box::new(claimed.ok().map(Release)) as Box<dyn Any> })
    }
}

/// Ends a claim.
struct Release(JsValue);

impl Drop for Release {
    fn drop(&mut self) {
        // Were it to throw, the answer is none the worse for it.
        let _ = method(&self.0, "release").and_then(|release| release.call0(&self.0));
    }
}

/// What was kept: a text, or what some stores make of one that is JSON.
fn text_of(
    answer: LocalBoxFuture<'static, Result<JsValue, StoreError>>,
) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>> {
    async move {
        let value = answer.await?;
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        let parsed = || js_sys::JSON::stringify(&value).ok().and_then(|text| text.as_string());
        let rubbish = || StoreError("The store gave something that is no string.".into());
        value.as_string().or_else(|| parsed().filter(|_| value.is_object())).map(Some).ok_or_else(rubbish)
    }
    .boxed_local()
}

fn failed(error: JsValue) -> StoreError {
    StoreError(message(&error).unwrap_or_else(|| "The store failed.".into()))
}
