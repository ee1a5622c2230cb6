//! What `fetch` gave. Of the global one it is a `Response`, as a rule; of a caller's own, anything,
//! which is read by its shape.

use gloo_net::http::Response as GlooResponse;
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
    #[wasm_bindgen(method, getter, catch)]
    fn body(this: &Given) -> Result<GivenBody, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn text(this: &Given) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = Object)]
    type GivenHeaders;
    #[wasm_bindgen(method, catch)]
    fn get(this: &GivenHeaders, name: &str) -> Result<JsValue, JsValue>;

    /// The npm package has it.
    #[wasm_bindgen(catch, js_name = hasAnyHeader)]
    fn has_any(headers: &JsValue, names: &str) -> Result<bool, JsValue>;

    #[wasm_bindgen(js_name = Object)]
    type GivenBody;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn get_reader(this: &GivenBody) -> Result<Reader, JsValue>;

    /// Of a stream; it gives pieces.
    #[wasm_bindgen(js_name = Object)]
    pub type Reader;
    #[wasm_bindgen(method, catch)]
    pub fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = Object)]
    pub type Piece;
    #[wasm_bindgen(method, getter, catch)]
    pub fn done(this: &Piece) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn value(this: &Piece) -> Result<JsValue, JsValue>;
}

pub enum Answer {
    /// The web's own.
    Web(GlooResponse),
    Given(Given),
}

impl Answer {
    /// What the global `fetch` or a caller's own gave, with its status, if it has one.
    pub fn new(given: JsValue, is_global: bool) -> Option<(Self, u16)> {
        let given: Given = given.unchecked_into();
        // Whatever only looks like a `Response` throws here: gloo-net would trap at it.
        let status = given.status().ok()?.as_f64()? as u16;
        let answer = if is_global && given.is_instance_of::<Response>() {
            Self::Web(given.unchecked_into::<Response>().into())
        } else {
            Self::Given(given)
        };
        Some((answer, status))
    }

    pub fn header(&self, name: &str) -> Option<String> {
        match self {
            Self::Web(response) => response.headers().get(name),
            Self::Given(given) => given.headers().ok()?.get(name).ok()?.as_string(),
        }
    }

    /// In one look at all of them: each look crosses the boundary, and brings a text along.
    pub fn may_have(&self, names: &[&str]) -> bool {
        let list = names.join(" ");
        let found = match self {
            Self::Web(response) => has_any(&response.headers().into_raw(), &list),
            Self::Given(given) => given.headers().and_then(|headers| has_any(&headers, &list)),
        };
        // The core alone, as some tests use it, has no such function.
        found.unwrap_or(true)
    }

    /// Begins to read its body.
    pub fn open(&self) -> Result<Body, JsValue> {
        match self {
            Self::Web(response) => match response.body() {
                Some(body) => body.unchecked_into::<GivenBody>().get_reader().map(Body::Stream),
                None => Ok(Body::Text("".into())),
            },
            // Those of other classes need have no stream of the web's.
            Self::Given(given) => match given.body().and_then(|body| body.get_reader()) {
                Ok(reader) => Ok(Body::Stream(reader)),
                Err(_) => given.text().map(Body::Text),
            },
        }
    }
}

pub enum Body {
    Stream(Reader),
    /// All of it, or a promise of that.
    Text(JsValue),
}
