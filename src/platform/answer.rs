//! What `fetch` gave. Of the global one it is a `Response`, as a rule; of a caller's own, anything,
//! which is read by its shape.

use gloo_net::http::Response as GlooResponse;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::Response;

#[wasm_bindgen]
extern "C" {
    /// Its fields are named here and not looked up: a name that crosses the boundary is decoded
    /// anew each time.
    #[wasm_bindgen(js_name = Object)]
    pub type Given;
    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &Given) -> Result<GivenHeaders, JsValue>;

    #[wasm_bindgen(js_name = Object)]
    type GivenHeaders;
    #[wasm_bindgen(method, catch)]
    fn get(this: &GivenHeaders, name: &str) -> Result<JsValue, JsValue>;

    /// The npm package has it.
    #[wasm_bindgen(catch, js_name = hasAnyHeader)]
    fn has_any(headers: &JsValue, names: &str) -> Result<bool, JsValue>;

    /// The npm package has it, whatever was given.
    #[wasm_bindgen(catch, js_name = openBody)]
    fn open_body(given: &JsValue) -> Result<Pieces, JsValue>;

    /// A body, piece by piece.
    #[wasm_bindgen(js_name = Object)]
    pub type Pieces;
    /// The next one if it is there. An error tells that the body broke off; one with a field
    /// `unreadable`, that it is none.
    #[wasm_bindgen(method, catch)]
    pub fn next(this: &Pieces) -> Result<Option<Uint8Array>, JsValue>;
    /// Whether there will be no more, where there is none.
    #[wasm_bindgen(method, getter, js_name = isOver)]
    pub fn is_over(this: &Pieces) -> bool;
    #[wasm_bindgen(method, js_name = onPiece)]
    pub fn on_piece(this: &Pieces, tell: &Closure<dyn FnMut()>);
    #[wasm_bindgen(method, catch)]
    pub fn cancel(this: &Pieces) -> Result<(), JsValue>;
}

pub struct Answer {
    given: Given,
    /// The web's own.
    web: Option<GlooResponse>,
}

impl Answer {
    /// What the global `fetch` or a caller's own gave, with its status, if it has one.
    pub fn new(given: JsValue, is_global: bool) -> Option<(Self, u16)> {
        let given: Given = given.unchecked_into();
        // Whatever only looks like a `Response` throws here: gloo-net would trap at it.
        let status = given.status().ok()?.as_f64()? as u16;
        let web = given.dyn_ref::<Response>().filter(|_| is_global).cloned().map(GlooResponse::from);
        Some((Self { given, web }, status))
    }

    pub fn header(&self, name: &str) -> Option<String> {
        match &self.web {
            Some(response) => response.headers().get(name),
            None => self.given.headers().ok()?.get(name).ok()?.as_string(),
        }
    }

    /// In one look at all of them: each look crosses the boundary, and brings a text along.
    pub fn may_have(&self, names: &[&str]) -> bool {
        let found = self.given.headers().and_then(|headers| has_any(&headers, &names.join(" ")));
        // The core alone, as some tests use it, has no such function.
        found.unwrap_or(true)
    }

    /// Begins to read its body.
    pub fn open(&self) -> Result<Pieces, JsValue> {
        open_body(&self.given)
    }
}
