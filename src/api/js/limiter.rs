//! The caller's shared limiter: an object with `book` and `settle`, and `pause` where it has one.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::engine::limits::shared_limiter::{Booked, SharedLimiter};
use crate::json::json;
use crate::platform::foreign::{field, message, method, words_of};
use crate::platform::promise::wait_for;

use super::values::to_js;

/// A shared limiter that lives in JavaScript.
pub(in crate::api) struct JsLimiter(Rc<JsValue>);

impl JsLimiter {
    pub fn new(object: JsValue) -> Self {
        Self(Rc::new(object))
    }

    /// Whether `value` has what a shared limiter needs.
    pub fn is_limiter(value: &JsValue) -> bool {
        value.is_object() && ["book", "settle"].into_iter().all(|name| method(value, name).is_ok())
    }
}

impl SharedLimiter for JsLimiter {
    fn book(&self, pool: &str, tokens: f64) -> LocalBoxFuture<'static, Result<Booked, String>> {
        let want = to_js(&json!({ "requests": 1, "tokens": tokens }));
        let asked = call(&self.0, "book", &Array::of2(&pool.into(), &want));
        let booked = async move { booked(&wait_for(&asked.map_err(failed)?).await.map_err(failed)?) };
        let (object, pool) = (Rc::clone(&self.0), pool.into());
        Asked { booked: Some(booked.boxed_local()), object, pool }.boxed_local()
    }

    fn settle(&self, pool: &str, id: &str, tokens: Option<f64>) {
        settle(&self.0, pool, id, tokens);
    }

    fn pause(&self, pool: &str, until_ms: f64) {
        tell(&self.0, "pause", &Array::of2(&pool.into(), &until_ms.into()));
    }
}

/// A booking under way. If the future is dropped before the answer, the booking is given back.
struct Asked {
    booked: Option<LocalBoxFuture<'static, Result<Booked, String>>>,
    object: Rc<JsValue>,
    pool: Box<str>,
}

impl Future for Asked {
    type Output = Result<Booked, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(booked) = &mut self.booked else { return Poll::Pending };
        let polled = booked.as_mut().poll(context);
        if polled.is_ready() {
            self.booked = None;
        }
        polled
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let Some(booked) = self.booked.take() else { return };
        let (object, pool) = (Rc::clone(&self.object), std::mem::take(&mut self.pool));
        let give_back = async move {
            if let Ok(Booked { id, .. }) = booked.await {
                settle(&object, &pool, &id, None);
            }
        };
        spawn_local(give_back);
    }
}

fn settle(object: &JsValue, pool: &str, id: &str, tokens: Option<f64>) {
    let took = tokens.map_or(JsValue::NULL, |tokens| to_js(&json!({ "tokens": tokens })));
    tell(object, "settle", &Array::of3(&pool.into(), &id.into(), &took));
}

/// Calls a method and ignores its failure, at once or later: the run goes on without it.
fn tell(object: &JsValue, name: &str, arguments: &Array) {
    if let Ok(answer) = call(object, name, arguments)
        && answer.is_object()
    {
        drop(wait_for(&answer));
    }
}

/// Called as a method: it may need its `this`.
fn call(object: &JsValue, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    method(object, name)?.apply(object, arguments)
}

fn booked(given: &JsValue) -> Result<Booked, String> {
    let wait_ms =
        field(given, "waitMs").ok().and_then(|wait_ms| wait_ms.as_f64()).filter(|wait_ms| *wait_ms >= 0.0);
    match (wait_ms, words_of(given, "id")) {
        (Some(wait_ms), Some(id)) => Ok(Booked { wait_ms, id }),
        _ => Err("Its `book` has to give `{ waitMs, id }`: a number from 0 up, and a text.".into()),
    }
}

fn failed(error: JsValue) -> String {
    message(&error).unwrap_or_else(|| "It failed.".into())
}
