//! Makes a [`ModelFunction`] of the caller's JavaScript function `complete(request, { signal })`.

use std::cell::Cell;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::{Array, Function, Reflect, Symbol, WeakMap};
use wasm_bindgen::prelude::*;

use super::callback::StopOnDrop;
use super::cause::cause_of;
use super::nesting::OuterCall;
use super::values::{data, to_js};
use crate::json::{Fields, Map, Value};
use crate::model::function::{Chunks, Complete, FIELDS, ModelFunction, Thrown};
use crate::platform::foreign::{field, message, method, words, words_of};
use crate::platform::promise::wait_for;

/// The function may give, or promise, a string, an object or an async iterable of them. Its signal
/// is aborted when the attempt is given up.
pub(in crate::api) fn model_function(function: Function) -> ModelFunction {
    let number = number(&function);
    ModelFunction(Rc::new(JsModel { function, number, model: None }))
}

#[wasm_bindgen]
extern "C" {
    /// The function that asks a model of the AI SDK; undefined for anything else. The npm package
    /// has it.
    #[wasm_bindgen(catch, js_name = fromAiSdk)]
    fn from_ai_sdk(model: &JsValue) -> Result<JsValue, JsValue>;
}

/// A model object of the AI SDK, where the value is one.
pub(in crate::api) fn ai_sdk_model(value: &JsValue) -> Option<ModelFunction> {
    let function: Function = from_ai_sdk(value).ok()?.dyn_into().ok()?;
    let model = words_of(value, "modelId");
    let number = number(&function);
    Some(ModelFunction(Rc::new(JsModel { function, number, model })))
}

/// A function has one number, however often it is passed in: its limits are its own, in all runs of
/// an agent.
fn number(function: &Function) -> usize {
    thread_local! {
        static NUMBERS: WeakMap = WeakMap::new();
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    NUMBERS.with(|numbers| {
        if let Some(known) = numbers.get(function).as_f64() {
            return known as usize;
        }
        let number = LAST.get() + 1;
        LAST.set(number);
        numbers.set(function, &number.into());
        number as usize
    })
}

struct JsModel {
    function: Function,
    number: usize,
    model: Option<String>,
}

impl Complete for JsModel {
    fn complete(&self, request: Value) -> LocalBoxFuture<'static, Result<Box<dyn Chunks>, Thrown>> {
        let function = self.function.clone();
        async move {
            let mut stop = StopOnDrop::new().map_err(|error| thrown(&error))?;
            let call = OuterCall::open();
            match begin(&function, &request, &stop, &call).await {
                Ok(source) => Ok(Box::new(JsPieces { source, stop, call }) as Box<dyn Chunks>),
                Err(error) => {
                    stop.done = true;
                    Err(thrown(&error))
                }
            }
        }
        .boxed_local()
    }

    fn number(&self) -> usize {
        self.number
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

async fn begin(
    function: &Function,
    request: &Value,
    stop: &StopOnDrop,
    call: &OuterCall,
) -> Result<Source, JsValue> {
    let arguments = Array::of2(&to_js(request), &stop.context()?);
    let given = call.call(function, &JsValue::UNDEFINED, &arguments)?;
    let answer = wait_for(&given).await?;
    if !answer.is_object() {
        return Ok(Source::Whole(Some(answer)));
    }
    match Reflect::get(&answer, &Symbol::async_iterator())?.dyn_into::<Function>() {
        Ok(open) => Ok(Source::Stream(open.call0(&answer)?)),
        Err(_) => Ok(Source::Whole(Some(answer))),
    }
}

/// Where the pieces come from.
enum Source {
    Whole(Option<JsValue>),
    /// An async iterator.
    Stream(JsValue),
}

struct JsPieces {
    source: Source,
    stop: StopOnDrop,
    call: OuterCall,
}

impl Drop for JsPieces {
    /// Closes the iterator as `for await` does when it is left: the generator's `finally` runs.
    fn drop(&mut self) {
        if self.stop.done {
            return;
        }
        self.stop.stop();
        if let Source::Stream(iterator) = &self.source {
            let _ = leave(iterator);
        }
    }
}

fn leave(iterator: &JsValue) -> Result<(), JsValue> {
    let left = method(iterator, "return")?.call0(iterator)?;
    // Nobody is there any more to be told how that went.
    drop(wait_for(&left));
    Ok(())
}

impl Chunks for JsPieces {
    fn next(&mut self) -> LocalBoxFuture<'_, Result<Option<Value>, Thrown>> {
        async {
            let next = match &mut self.source {
                Source::Whole(whole) => Ok(whole.take()),
                Source::Stream(iterator) => next(iterator, &self.call).await,
            };
            // After the end, or an error of its own, there is nothing to stop.
            self.stop.done |= !matches!(next, Ok(Some(_)));
            let piece = next.and_then(|value| value.as_ref().map(piece).transpose());
            piece.map_err(|error| thrown(&error))
        }
        .boxed_local()
    }
}

async fn next(iterator: &JsValue, call: &OuterCall) -> Result<Option<JsValue>, JsValue> {
    let step = wait_for(&call.call(&method(iterator, "next")?, iterator, &Array::new())?).await?;
    Ok(if field(&step, "done")?.is_truthy() { None } else { Some(field(&step, "value")?) })
}

/// Reads the known fields one by one: results of other libraries are objects of classes, with
/// getters.
fn piece(value: &JsValue) -> Result<Value, JsValue> {
    let json = |value: &JsValue, path: &str| {
        data(value).map_err(|unfit| {
            JsValue::from(format!("`{path}{}` of its answer cannot be read: {}", unfit.path, unfit.why))
        })
    };
    if !value.is_object() {
        return data(value).map_err(|unfit| format!("its answer cannot be read: {}", unfit.why).into());
    }
    let mut piece = Map::new();
    for name in FIELDS {
        let field = field(value, name)?;
        match *name {
            _ if field.is_undefined() => {}
            // Libraries put their own objects beside the counts.
            "usage" => piece.put(name, data(&field).unwrap_or_default()),
            _ => piece.put(name, json(&field, name)?),
        }
    }
    Ok(piece.into())
}

/// Reads an error under the names that `fetch`, OpenAI's and Vercel's SDKs give its parts.
fn thrown(error: &JsValue) -> Thrown {
    let get = |value: &JsValue, name: &str| field(value, name).unwrap_or_default();
    let first = |names: [&str; 2]| {
        names.into_iter().map(|name| get(error, name)).find(|value| !value.is_undefined()).unwrap_or_default()
    };
    Thrown {
        message: message(error).unwrap_or_else(|| "it threw something that is no error".into()),
        status: first(["status", "statusCode"])
            .as_f64()
            .map(|status| status as u16)
            .filter(|status| *status > 0),
        headers: headers(&first(["headers", "responseHeaders"])),
        code: words_of(error, "code").or_else(|| words_of(&get(error, "cause"), "code")),
        cause: cause_of(error),
    }
}

/// More headers than these are not read.
const MOST_HEADERS: usize = 256;

/// Of a `Headers` or of a plain object; those that can be read.
fn headers(headers: &JsValue) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // The rest cannot be read, whatever the reason.
    let _ = match Reflect::get(headers, &Symbol::iterator()) {
        Ok(open) if open.is_function() => iterated(headers, open.unchecked_ref(), &mut found),
        _ => own_fields(headers, &mut found),
    };
    found
}

fn iterated(headers: &JsValue, open: &Function, found: &mut Vec<(String, String)>) -> Result<(), JsValue> {
    let iterator = open.call0(headers)?;
    let next = method(&iterator, "next")?;
    for _ in 0..MOST_HEADERS {
        let step = next.call0(&iterator)?;
        if field(&step, "done")?.is_truthy() {
            break;
        }
        let entry = field(&step, "value")?;
        let pair = (words(&field(&entry, "0")?), words(&field(&entry, "1")?));
        if let (Some(name), Some(value)) = pair {
            found.push((name.to_ascii_lowercase(), value));
        }
    }
    Ok(())
}

fn own_fields(headers: &JsValue, found: &mut Vec<(String, String)>) -> Result<(), JsValue> {
    for name in Reflect::own_keys(headers)?.iter().take(MOST_HEADERS) {
        if let (Some(name), Some(value)) = (words(&name), words(&Reflect::get(headers, &name)?)) {
            found.push((name.to_ascii_lowercase(), value));
        }
    }
    Ok(())
}
