//! Sends a request: an address and an init object, as a stand-in for the global `fetch` expects
//! them. gloo-net's `RequestBuilder` makes two `Request`s of them, of which `fetch` makes a third:
//! 0.4 of a bare `fetch` more for each call in Node.

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Headers, RequestInit, RequestRedirect};

use super::Request;

#[wasm_bindgen]
extern "C" {
    /// The global `fetch`, under the name that web-sys gives to the method of `Window` alone.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(url: &JsValue, init: &RequestInit) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = Object)]
    type Fields;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Fields, name: &str, value: &str);

    /// One that our own `fetch` is content with: the web's takes more time than all else that is
    /// made for a request. The npm package has it.
    #[wasm_bindgen(catch, js_name = plainController)]
    fn plain_controller() -> Result<AbortController, JsValue>;

    /// The npm package aborts what an instance that failed has left behind. The core alone, as some
    /// tests use it, does without.
    #[wasm_bindgen(catch, js_name = forgetController)]
    fn forget_controller(controller: &AbortController) -> Result<(), JsValue>;
}

/// Cancels a request when it is dropped before the whole answer is in. After that an abort would
/// change nothing, and cost more than all else about a request: the web makes an error of it and
/// tells everybody.
pub struct AbortOnDrop {
    controller: AbortController,
    /// Whether the answer is in.
    pub done: bool,
}

impl AbortOnDrop {
    /// `plain` is what the caller's `fetch` takes.
    pub fn new(plain: bool) -> Result<Self, JsValue> {
        let controller = if plain { plain_controller() } else { AbortController::new() };
        Ok(Self { controller: controller?, done: false })
    }

    /// What `fetch` takes beside the address. It throws at what HTTP cannot send.
    pub fn init(&self, request: &Request, plain: bool) -> Result<RequestInit, JsValue> {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers(request, plain)?);
        init.set_body(&request.body.as_str().into());
        // A redirect would take prompts and keys to a server that nobody named.
        init.set_redirect(RequestRedirect::Manual);
        init.set_signal(Some(&self.controller.signal()));
        Ok(init)
    }
}

/// What the headers stand in: an object without more, where the caller's `fetch` takes one and HTTP
/// can send them for sure.
fn headers(request: &Request, plain: bool) -> Result<JsValue, JsValue> {
    let name_is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let value_is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    let is_plain = |(name, value): &(String, String)| {
        name.bytes().all(name_is_plain) && value.bytes().all(value_is_plain)
    };
    if plain && request.headers.iter().all(is_plain) {
        let fields: Fields = Object::new().unchecked_into();
        for (name, value) in &request.headers {
            fields.set(name, value);
        }
        return Ok(fields.into());
    }
    // gloo-net's take a header that cannot be sent for a bug, and trap.
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    Ok(headers.into())
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if !self.done {
            // Without a reason the web makes an AbortError itself; others have been known to trip
            // over.
            self.controller.abort();
        }
        forget(&self.controller);
    }
}

/// Nobody needs to abort it any more.
pub fn forget(controller: &AbortController) {
    let _ = forget_controller(controller);
}

/// Calls the global `fetch`, or the caller's own.
pub fn send(fetch: Option<&Function>, url: &JsValue, init: &RequestInit) -> Result<JsValue, JsValue> {
    match fetch {
        None => global_fetch(url, init),
        Some(fetch) => fetch.call2(&JsValue::UNDEFINED, url, init),
    }
}
