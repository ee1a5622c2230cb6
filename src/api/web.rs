//! What JavaScript sees of the core: an agent that starts runs, and the runs. The npm package wraps it.

use std::rc::Rc;

use futures::FutureExt;
use js_sys::{Array, Date, Function, JSON, JsString, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::callback::callback;
use super::context::{Context, within};
use super::input::{ENDLESS, Input, Live};
use super::issues::Issues;
use super::job::{self, Job, Request};
use super::model_function::{ai_sdk_model, model_function};
use super::nesting::NestedRun;
use super::options::AgentOptions;
use super::standard_schema::standard_schema;
use super::store::JsStore;
use crate::engine::agent::Agent as Engine;
use crate::engine::journal::Store;
use crate::engine::run::Run as EngineRun;
use crate::error::{Code, Failure};
use crate::event::Event;
use crate::json::{ToJson, Value};
use crate::model::message::Execute;
use crate::platform::tasks::spawn;
use crate::platform::web::Web;

/// Holds what its runs share.
#[wasm_bindgen]
pub struct Agent {
    engine: Rc<Engine>,
    options: Input,
    live: Vec<JsValue>,
}

#[wasm_bindgen]
impl Agent {
    /// Never throws: what is wrong with the options is told by each run.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Agent {
        let mut live = Vec::new();
        let options = input(options, &mut live);
        let read = AgentOptions::read(&options, &[], &Issues::default());
        let fetch = read
            .fetch
            .and_then(|fetch| live.get(fetch.index))
            .and_then(|fetch| fetch.clone().dyn_into().ok());
        let store = read.store.and_then(|store| live.get(store.index));
        let store = store.map(|store| Rc::new(JsStore::new(store.clone())) as Rc<dyn Store>);
        Agent { engine: Engine::new(Rc::new(Web::new(fetch)), read.limits, store), options, live }
    }

    /// Starts a strategy, within `context` and within `calls` of `complete`, the innermost first. Its first event comes in a
    /// later turn. Throws what is wrong with the input.
    pub fn start(
        &self,
        strategy: &str,
        arguments: &Array,
        options: &JsValue,
        ids: &Array,
        mut context: Option<Context>,
        calls: &[u32],
    ) -> Result<Run, JsValue> {
        let mut live = self.live.clone();
        let own = input(options, &mut live);
        let arguments: Vec<Input> = arguments.iter().map(|argument| input(&argument, &mut live)).collect();
        let function = |function: Live| callback(live.get(function.index).cloned().unwrap_or_default());
        let request = Request {
            strategy,
            arguments: &arguments,
            agent: &self.options,
            options: &own,
            function: &function,
        };
        let Job { strategy, work, options } =
            job::read(request, &**self.engine.platform()).map_err(|issues| to_js(&issues.to_json()))?;
        let id = |index: u32, own: Option<Rc<str>>| -> Rc<str> {
            own.unwrap_or_else(|| ids.get(index).as_string().unwrap_or_default().into())
        };
        let (run_id, thread_id) = (id(0, options.run_id), id(1, options.thread_id));
        let (run, stopped) =
            EngineRun::new(Rc::clone(&self.engine), options.policy, run_id, thread_id, strategy);
        let mut nested = NestedRun::within(&self.engine, calls);
        if nested.is_some() {
            run.go_ahead();
        }
        let mut driven = Some(Rc::clone(&run).drive(work(Rc::clone(&run)), stopped));
        let outcome = Promise::new(&mut |resolve, reject| {
            let (driven, nested) = (driven.take(), nested.take());
            let settle = async move {
                let _nested = nested;
                let Some(driven) = driven else { return };
                let (settle, outcome) = match driven.await {
                    Ok(result) => (resolve, result.to_json()),
                    Err(failure) => (reject, failure.to_json()),
                };
                // Neither of them throws.
                let _ = settle.call1(&JsValue::UNDEFINED, &to_js(&outcome));
            };
            spawn(within(context.take(), Rc::clone(&self.engine), settle.boxed_local()).boxed_local());
        });
        Ok(Run { run, outcome })
    }
}

/// A run under way.
#[wasm_bindgen]
pub struct Run {
    run: Rc<EngineRun>,
    outcome: Promise,
}

#[wasm_bindgen]
impl Run {
    /// Resolves to the result, or rejects with a plain object that describes the failure.
    #[wasm_bindgen(getter)]
    pub fn outcome(&self) -> Promise {
        self.outcome.clone()
    }

    /// Ends the run.
    pub fn abort(&self) {
        self.run.stop(Failure::new(Code::Aborted, "The run was aborted."));
    }

    /// The sums so far, and who is at work.
    pub fn snapshot(&self) -> JsValue {
        to_js(&self.run.snapshot().to_json())
    }

    /// Tells `listener` where the run stands, and sends all events from now on to `emit`. Both must only queue them.
    pub fn listen(&self, listener: Function, emit: Function) {
        self.run.listen(&sink(listener), sink(emit));
    }
}

fn sink(emit: Function) -> Rc<dyn Fn(&Event<'_>)> {
    Rc::new(move |event| {
        let mut object = event.to_json();
        object.set("timestamp", Date::now().into());
        // It only queues. Were it to throw, the run would be none the worse for it.
        let _ = emit.call1(&JsValue::UNDEFINED, &to_js(&object));
    })
}

/// By its text: one step over the boundary, however much there is.
pub(super) fn to_js(value: &Value) -> JsValue {
    // Our own text is JSON.
    JSON::parse(&value.print()).unwrap_or(JsValue::NULL)
}

/// How deep input may be nested.
const DEEPEST: usize = 64;

/// Copies a value; what cannot be copied is put into `live`.
pub(super) fn input(value: &JsValue, live: &mut Vec<JsValue>) -> Input {
    copy(value, live, &mut Vec::new())
}

/// `above` is what the value is within: two ways back into one object would otherwise be walked again and again.
fn copy(value: &JsValue, live: &mut Vec<JsValue>, above: &mut Vec<JsValue>) -> Input {
    if let Some(text) = value.as_string() {
        return Input::Text(text);
    }
    if let Some(number) = value.as_f64() {
        return Input::Number(number);
    }
    if let Some(boolean) = value.as_bool() {
        return Input::Bool(boolean);
    }
    if value.is_undefined() {
        return Input::Undefined;
    }
    if value.is_null() {
        return Input::Null;
    }
    if let Some(schema) = standard_schema(value) {
        return Input::Schema(schema);
    }
    let is_list = Array::is_array(value);
    let is_record = !is_list && is_plain(value) && !JsStore::is_store(value);
    let endless = (is_list || is_record) && (above.len() == DEEPEST || above.contains(value));
    if !endless && (is_list || is_record) {
        above.push(value.clone());
        let copied = if is_list {
            let items: &Array = value.unchecked_ref();
            Input::List(items.iter().map(|item| copy(&item, live, above)).collect())
        } else {
            record(value.unchecked_ref(), live, above)
        };
        above.pop();
        return copied;
    }
    live.push(value.clone());
    let kind = match () {
        () if endless => ENDLESS,
        () if value.is_function() => "function",
        () if JsStore::is_store(value) => "store",
        () if value.is_object() => "object",
        () if value.is_bigint() => "bigint",
        () => "symbol",
    };
    Input::Live(Live { index: live.len() - 1, kind })
}

fn record(object: &Object, live: &mut Vec<JsValue>, above: &mut Vec<JsValue>) -> Input {
    let field = |key: JsValue| {
        let value = Reflect::get(object, &key).unwrap_or_default();
        let name = String::from(key.unchecked_ref::<JsString>());
        // Workers are made of their options far from here, and this one asks no server.
        let value = match value.dyn_ref::<Function>() {
            Some(complete) if name == "complete" => Input::Model(model_function(complete.clone())),
            Some(_) if name == "execute" => Input::Execute(Execute(callback(value))),
            _ if name == "model" && value.is_object() => match ai_sdk_model(&value) {
                Some(model) => Input::Model(model),
                None => copy(&value, live, above),
            },
            _ => copy(&value, live, above),
        };
        (name, value)
    };
    Input::Record(Object::keys(object).iter().map(field).collect())
}

/// Whether an object is made of nothing but its fields; from another window, too.
fn is_plain(value: &JsValue) -> bool {
    if !value.is_object() {
        return false;
    }
    let Ok(prototype) = Reflect::get_prototype_of(value) else { return false };
    prototype.is_null() || Object::get_prototype_of(&prototype).is_null()
}
