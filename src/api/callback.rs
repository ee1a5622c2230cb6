//! Makes a [`Callback`] of a JavaScript function.

use std::rc::Rc;

use futures::FutureExt;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::web::{input, to_js};
use crate::error::{Code, Failure};
use crate::json::Value;
use crate::platform::Callback;
use crate::platform::promise::wait_for;

/// Calls `function` with a value and `{ signal }`; the signal is aborted when the result is not needed any more. A promise
/// is waited for.
pub(super) fn callback(function: JsValue) -> Callback {
    Rc::new(move |argument: Value| {
        let function = function.clone();
        async move { call(&function, &argument).await.map_err(|thrown| failure(&thrown)) }.boxed_local()
    })
}

async fn call(function: &JsValue, argument: &Value) -> Result<Value, JsValue> {
    let function: &Function = function.dyn_ref().ok_or(JsValue::UNDEFINED)?;
    let mut stop = StopOnDrop::new()?;
    let given = function.call2(&JsValue::UNDEFINED, &to_js(argument), &stop.context()?);
    let value = match given {
        Ok(given) => wait_for(&given).await,
        Err(thrown) => Err(thrown),
    };
    stop.done = true;
    Ok(input(&value?, &mut Vec::new()).to_json())
}

/// Tells a function of the caller's to stop when it is dropped before it is `done`.
pub(super) struct StopOnDrop {
    controller: AbortController,
    pub done: bool,
}

impl StopOnDrop {
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self { controller: AbortController::new()?, done: false })
    }

    /// Tells the function, unless it is done.
    pub fn stop(&mut self) {
        if !std::mem::replace(&mut self.done, true) {
            self.controller.abort();
        }
    }

    /// What the function is called with beside its argument: `{ signal }`.
    pub fn context(&self) -> Result<JsValue, JsValue> {
        let context = Object::new();
        Reflect::set(&context, &"signal".into(), &self.controller.signal())?;
        Ok(context.into())
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.stop();
    }
}

fn failure(thrown: &JsValue) -> Failure {
    let message = Reflect::get(thrown, &"message".into()).ok().and_then(|message| message.as_string());
    let message = message.or_else(|| thrown.as_string());
    Failure::new(
        Code::CallbackFailed,
        message.unwrap_or_else(|| "A function that was passed in threw something that is no error.".into()),
    )
}
