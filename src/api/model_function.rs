//! Makes a [`ModelFunction`] of the caller's JavaScript function `complete(request, { signal })`.

use std::cell::Cell;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::{Array, Function, Object, Promise, Reflect, Symbol, WeakMap};
use wasm_bindgen::prelude::*;

use super::callback::StopOnDrop;
use super::nesting::OuterCall;
use super::web::{input, to_js};
use crate::json::{Map, Value};
use crate::model::custom::{Complete, FIELDS, ModelFunction, Pieces, Thrown};
use crate::platform::promise::wait_for;

/// The function may give, or promise, a string, an object or an async iterable of them. Its signal is aborted when the
/// attempt is given up.
pub(super) fn model_function(function: Function) -> ModelFunction {
    let number = number(&function);
    ModelFunction(Rc::new(JsModel { function, number, model: None }))
}

#[wasm_bindgen]
extern "C" {
    /// The function that asks a model of the AI SDK; undefined for anything else. The npm package has it.
    #[wasm_bindgen(catch, js_name = fromAiSdk)]
    fn from_ai_sdk(model: &JsValue) -> Result<JsValue, JsValue>;
}

/// A model object of the AI SDK, where the value is one.
pub(super) fn ai_sdk_model(value: &JsValue) -> Option<ModelFunction> {
    let function: Function = from_ai_sdk(value).ok()?.dyn_into().ok()?;
    let model = Reflect::get(value, &"modelId".into()).ok()?.as_string();
    let number = number(&function);
    Some(ModelFunction(Rc::new(JsModel { function, number, model })))
}

/// A function has one number, however often it is passed in: its limits are its own, in all runs of an agent.
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
    fn complete(&self, request: Value) -> LocalBoxFuture<'static, Result<Box<dyn Pieces>, Thrown>> {
        let function = self.function.clone();
        async move {
            let mut stop = StopOnDrop::new().map_err(|error| thrown(&error))?;
            let call = OuterCall::open();
            match begin(&function, &request, &stop, &call).await {
                Ok(source) => Ok(Box::new(JsPieces { source, stop, call }) as Box<dyn Pieces>),
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
    /// As a `for await` that is left: the generator's `finally` runs.
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
    thread_local! {
        static IGNORED: Closure<dyn FnMut(JsValue)> = Closure::new(|_| {});
    }
    let leave: Function = Reflect::get(iterator, &"return".into())?.dyn_into()?;
    let left = Promise::resolve(&leave.call0(iterator)?);
    // Nobody is there any more to be told how that went.
    let _ = IGNORED.with(|ignored| left.catch(ignored));
    Ok(())
}

impl Pieces for JsPieces {
    fn next(&mut self) -> LocalBoxFuture<'_, Result<Option<Value>, Thrown>> {
        async {
            let next = match &mut self.source {
                Source::Whole(whole) => Ok(whole.take()),
                Source::Stream(iterator) => next(iterator, &self.call).await,
            };
            // After the end, or an error of its own, there is nothing to stop.
            self.stop.done |= !matches!(next, Ok(Some(_)));
            next.map(|value| value.as_ref().map(piece)).map_err(|error| thrown(&error))
        }
        .boxed_local()
    }
}

async fn next(iterator: &JsValue, call: &OuterCall) -> Result<Option<JsValue>, JsValue> {
    let next: Function = Reflect::get(iterator, &"next".into())?.dyn_into()?;
    let step = wait_for(&call.call(&next, iterator, &Array::new())?).await?;
    let done = Reflect::get(&step, &"done".into())?.is_truthy();
    Ok(if done { None } else { Some(Reflect::get(&step, &"value".into())?) })
}

/// Reads the known fields one by one: results of other libraries are objects of classes, with getters.
fn piece(value: &JsValue) -> Value {
    let json = |value: &JsValue| input(value, &mut Vec::new()).to_json();
    if !value.is_object() {
        return json(value);
    }
    let field = |name: &&str| {
        let field = Reflect::get(value, &(*name).into()).ok().filter(|field| !field.is_undefined())?;
        Some((name.to_string(), json(&field)))
    };
    FIELDS.iter().filter_map(field).collect::<Map>().into()
}

/// Reads an error under the names that `fetch`, OpenAI's and Vercel's SDKs give its parts.
fn thrown(error: &JsValue) -> Thrown {
    let get = |value: &JsValue, name: &str| Reflect::get(value, &name.into()).unwrap_or_default();
    let first = |names: [&str; 2]| {
        names.into_iter().map(|name| get(error, name)).find(|value| !value.is_undefined()).unwrap_or_default()
    };
    let code = get(error, "code").as_string().or_else(|| get(&get(error, "cause"), "code").as_string());
    let words = get(error, "message").as_string().or_else(|| error.as_string());
    Thrown {
        message: words.unwrap_or_else(|| "it threw something that is no error".into()),
        status: first(["status", "statusCode"])
            .as_f64()
            .map(|status| status as u16)
            .filter(|status| *status > 0),
        headers: headers(&first(["headers", "responseHeaders"])),
        code,
    }
}

/// Of a `Headers` or of a plain object.
fn headers(headers: &JsValue) -> Vec<(String, String)> {
    if !headers.is_object() {
        return Vec::new();
    }
    let entries = match Reflect::has(headers, &Symbol::iterator()) {
        Ok(true) => Array::from(headers),
        _ => Object::entries(headers.unchecked_ref()),
    };
    let entry = |entry: JsValue| {
        let pair: Array = entry.dyn_into().ok()?;
        Some((pair.get(0).as_string()?.to_ascii_lowercase(), pair.get(1).as_string()?))
    };
    entries.iter().filter_map(entry).collect()
}
