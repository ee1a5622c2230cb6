//! What JavaScript sees of the core: an agent that starts runs, and the runs. The npm package wraps
//! it.

use std::rc::Rc;

use futures::FutureExt;
use js_sys::{Array, Date, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::callback::{callback, listener};
use super::cause::keep_cause;
use super::context::{Context, within};
use super::limiter::JsLimiter;
use super::nesting::NestedRun;
use super::store::JsStore;
use super::values::{argument, options, to_js, to_js_at_once};
use crate::api::agent_options::AgentOptions;
use crate::api::input::{Input, JsHandle, LISTENER};
use crate::api::request::Request;
use crate::api::start::start;
use crate::engine::agent::Agent as Engine;
use crate::engine::run::Run as EngineRun;
use crate::engine::store::Store;
use crate::error::{Code, Failure};
use crate::event::Event;
use crate::json::{Fields, to_value};
use crate::platform::web::Web;

/// Holds what its runs share.
#[wasm_bindgen]
pub struct Agent {
    engine: Rc<Engine>,
    options: AgentOptions,
    live: Vec<JsValue>,
}

#[wasm_bindgen]
impl Agent {
    /// Never throws: each run reports what is wrong with the options.
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Agent {
        let mut live = Vec::new();
        let options = AgentOptions::read(options(given, &mut live));
        let object = |handle: Option<JsHandle>| live.get(handle?.index).cloned();
        let fetch = object(options.fetch).and_then(|fetch| fetch.dyn_into().ok());
        let store = object(options.store).map(|store| Rc::new(JsStore::new(store)) as Rc<dyn Store>);
        let engine = Engine::new(Rc::new(Web::new(fetch)), options.limits.clone(), store);
        if let Some(limiter) = object(options.limiter) {
            engine.share_limits(Rc::new(JsLimiter::new(limiter)));
        }
        Agent { engine, options, live }
    }

    /// The state of its limits: what waits, and what is under way.
    pub fn status(&self) -> JsValue {
        to_js(&to_value(&self.engine.status()))
    }

    /// Starts a strategy, with `given` options of its own; `null` where the agent was made for this
    /// run alone. It goes within `context` and within `calls` of `complete`, the innermost first.
    /// Its first event comes in a later turn. Throws what is wrong with the input.
    pub fn start(
        &self,
        strategy: &str,
        arguments: &Array,
        given: &JsValue,
        ids: &Array,
        context: Option<Context>,
        calls: &[u32],
    ) -> Result<Run, JsValue> {
        let mut live = self.live.clone();
        let own = (!given.is_null()).then(|| options(given, &mut live));
        let arguments: Vec<Input> = arguments.iter().map(|given| argument(&given, &mut live)).collect();
        let function = |function: JsHandle| {
            let value = live.get(function.index).cloned().unwrap_or_default();
            if function.kind == LISTENER { listener(value) } else { callback(value) }
        };
        let request = Request {
            strategy,
            arguments: &arguments,
            agent: &self.options,
            options: own.as_ref(),
            function: &function,
        };
        let id = |index: u32| ids.get(index).as_string().unwrap_or_default();
        let (run, outcome) =
            start(&self.engine, request, &id(0), &id(1)).map_err(|refusal| to_js(&to_value(&refusal)))?;
        if let Some(tracer) = context.as_ref().and_then(Context::tracer) {
            run.watch(Rc::new(tracer));
        }
        let results = Array::new();
        let taken = results.clone();
        run.hand_results_to(Box::new(move |result| {
            let told = to_js_at_once(&to_value(&result));
            keep_cause(&told, result.error.as_ref());
            taken.push(&told);
        }));
        let nested = NestedRun::within(&self.engine, calls);
        if nested.is_some() {
            run.go_ahead();
        }
        let outcome = async move {
            let _nested = nested;
            let outcome = outcome.await;
            let value = to_js(&outcome.as_ref().map_or_else(to_value, to_value));
            keep_cause(&value, outcome.as_ref().err().and_then(|failure| failure.cause.as_ref()));
            // It is an object of our own.
            let _ = Reflect::set(&value, &"results".into(), &results);
            if outcome.is_ok() { Ok(value) } else { Err(value) }
        };
        let outcome = within(context, Rc::clone(&self.engine), outcome.boxed_local());
        Ok(Run { run, outcome: future_to_promise(outcome) })
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

    /// The sums so far, and the tasks under way.
    pub fn snapshot(&self) -> JsValue {
        to_js(&to_value(&self.run.snapshot()))
    }

    /// Sends the state so far to `listener`, and all events from now on to `emit`. Both may only
    /// queue them. They are called with an object, or with a piece of text and the row of its task.
    pub fn listen(&self, listener: Function, emit: Function) {
        self.run.listen(&sink(listener), sink(emit));
    }
}

/// Events of a text come with the row of its task. A piece of it is its text alone: what all
/// pieces share was in the event of its start, and would cost more than all else about them.
fn sink(emit: Function) -> Rc<dyn Fn(&Event<'_>)> {
    Rc::new(move |event| {
        // It only queues. Were it to throw, the run would be none the worse for it.
        if let Event::TextMessageContent { delta, row, .. } = event {
            let _ = emit.unchecked_ref::<Emit>().piece(&JsValue::UNDEFINED, delta, *row);
            return;
        }
        let row = event.text_row().map_or(JsValue::UNDEFINED, JsValue::from);
        let mut told = to_value(event);
        told.put("timestamp", Date::now().into());
        let _ = emit.call2(&JsValue::UNDEFINED, &to_js(&told), &row);
    })
}

#[wasm_bindgen]
extern "C" {
    /// A function, called with a text and a number as they are: made into values first, they would
    /// cross the boundary twice more.
    #[wasm_bindgen(js_name = Function)]
    type Emit;
    #[wasm_bindgen(method, catch, js_name = call)]
    fn piece(this: &Emit, to: &JsValue, text: &str, row: usize) -> Result<(), JsValue>;
}
