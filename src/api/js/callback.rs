//! Makes a [`Callback`] of a JavaScript function.

use std::rc::Rc;

use futures::FutureExt;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::values::{data, to_js};
use crate::api::input::Unfit;
use crate::error::{Code, Failure};
use crate::json::{self, Value};
use crate::platform::Callback;
use crate::platform::foreign::message;
use crate::platform::late::is_late;
use crate::platform::promise::wait_for;
use crate::platform::request::forget;

/// Calls `function` with a value and `{ signal }`; the signal is aborted when the result is not
/// needed any more. A promise is waited for.
pub(in crate::api) fn callback(function: JsValue) -> Callback {
    called(function, result)
}

/// The same, whose promise is waited for and whose result may be anything.
pub(in crate::api) fn listener(function: JsValue) -> Callback {
    called(function, |_| Ok(Value::Null))
}

fn called(function: JsValue, read: fn(&JsValue) -> Result<Value, Failure>) -> Callback {
    Rc::new(move |argument: Value| {
        let function = function.clone();
        async move {
            let Some(function) = function.dyn_ref() else { return Err(failed(&JsValue::UNDEFINED)) };
            read(&given(function, &to_js(&argument)).await?)
        }
        .boxed_local()
    })
}

/// Calls a function once. What it gives has to be data.
pub(in crate::api) async fn call(function: &Function, argument: &JsValue) -> Result<Value, Failure> {
    result(&given(function, argument).await?)
}

/// What a function gave, as data.
fn result(given: &JsValue) -> Result<Value, Failure> {
    match data(given) {
        // A date is told as JSON says it, in quotes, and is not mistaken for a text that somebody
        // wrote.
        Ok(value) if value.is_string() && !given.is_string() => Ok(json::print(&value).into()),
        Ok(value) => Ok(value),
        Err(unfit) => Err(Failure::new(Code::CallbackFailed, unfit_result(&unfit))),
    }
}

fn unfit_result(unfit: &Unfit) -> String {
    let what = match unfit.path.trim_start_matches('.') {
        "" => "What the function gave".into(),
        path => format!("`{path}` of what the function gave"),
    };
    format!("{what} cannot be passed on: {}", unfit.why)
}

async fn given(function: &Function, argument: &JsValue) -> Result<JsValue, Failure> {
    let mut stop = StopOnDrop::new().map_err(|thrown| failed(&thrown))?;
    let context = stop.context().map_err(|thrown| failed(&thrown))?;
    let value = match function.call2(&JsValue::UNDEFINED, argument, &context) {
        Ok(given) => wait_for(&given).await,
        Err(thrown) => Err(thrown),
    };
    stop.done = true;
    value.map_err(|thrown| failed(&thrown))
}

#[wasm_bindgen]
extern "C" {
    /// Aborts it as `AbortSignal.timeout` does. The npm package has it.
    #[wasm_bindgen(catch, js_name = abortLate)]
    fn abort_late(controller: &AbortController) -> Result<(), JsValue>;
}

/// Aborts the signal of a caller's function when it is dropped before it is `done`.
pub(in crate::api) struct StopOnDrop {
    controller: AbortController,
    pub done: bool,
}

impl StopOnDrop {
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self { controller: AbortController::new()?, done: false })
    }

    /// Aborts the signal, unless the function is done.
    pub fn stop(&mut self) {
        if !std::mem::replace(&mut self.done, true) {
            let told_why = is_late() && abort_late(&self.controller).is_ok();
            if !told_why {
                self.controller.abort();
            }
        }
    }

    /// The second argument of the function: `{ signal }`.
    pub fn context(&self) -> Result<JsValue, JsValue> {
        let context = Object::new();
        Reflect::set(&context, &"signal".into(), &self.controller.signal())?;
        Ok(context.into())
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.stop();
        forget(&self.controller);
    }
}

fn failed(thrown: &JsValue) -> Failure {
    let nothing = || "A function that was passed in threw something that is no error.".into();
    Failure::new(Code::CallbackFailed, message(thrown).unwrap_or_else(nothing))
}
