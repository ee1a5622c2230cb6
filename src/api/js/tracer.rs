//! The tracer of a run, in JavaScript. The npm package makes it, and catches what the caller's
//! functions throw.

use std::process::abort;

use wasm_bindgen::prelude::*;

use super::values::to_js;
use crate::engine::trace::{Span, Tracer};
use crate::json::Value;

#[wasm_bindgen]
extern "C" {
    /// Begins spans.
    pub type JsTracer;
    #[wasm_bindgen(method)]
    fn begin(this: &JsTracer, kind: &str, info: JsValue) -> Option<JsSpan>;
    #[wasm_bindgen(method, getter)]
    fn content(this: &JsTracer) -> bool;

    /// A span under way.
    type JsSpan;
    #[wasm_bindgen(method)]
    fn run(this: &JsSpan, turn: &mut dyn FnMut());
    #[wasm_bindgen(method)]
    fn end(this: &JsSpan, outcome: JsValue);
}

impl Tracer for JsTracer {
    fn begin(&self, kind: &'static str, info: Value) -> Option<Box<dyn Span>> {
        self.begin(kind, to_js(&info)).map(|span| Box::new(span) as Box<dyn Span>)
    }

    fn wants_content(&self) -> bool {
        self.content()
    }
}

impl Span for JsSpan {
    fn enter(&self, turn: &mut dyn FnMut()) {
        let mut taken = false;
        self.run(&mut || {
            turn();
            taken = true;
        });
        // A trap within the turn was caught on its way out: what is left of this instance must not
        // go on.
        if !taken {
            abort();
        }
    }

    fn end(&self, outcome: Value) {
        self.end(to_js(&outcome));
    }
}
