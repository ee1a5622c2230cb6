//! Sends a request: an address and an init object, as a stand-in for the global `fetch` expects
//! them. gloo-net's `RequestBuilder` makes two `Request`s of them, of which `fetch` makes a third:
//! 0.4 of a bare `fetch` more for each call in Node.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Headers, RequestInit, RequestRedirect};

use super::Request;

#[wasm_bindgen]
extern "C" {
    /// The global `fetch`, under the name that web-sys gives to the method of `Window` alone.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
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
    pub fn new() -> Result<Self, JsValue> {
        Ok(Self { controller: AbortController::new()?, done: false })
    }

    /// What `fetch` takes beside the address. It throws at what HTTP cannot send.
    pub fn init(&self, request: &Request) -> Result<RequestInit, JsValue> {
        // gloo-net's take a header that cannot be sent for a bug, and trap.
        let headers = Headers::new()?;
        for (name, value) in &request.headers {
            headers.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_body(&request.body.as_str().into());
        // A redirect would take prompts and keys to a server that nobody named.
        init.set_redirect(RequestRedirect::Manual);
        init.set_signal(Some(&self.controller.signal()));
        Ok(init)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if !self.done {
            // Without a reason the web makes an AbortError itself; others have been known to trip
            // over.
            self.controller.abort();
        }
    }
}

/// Calls the global `fetch`, or the caller's own.
pub fn send(fetch: Option<&Function>, url: &str, init: &RequestInit) -> Result<JsValue, JsValue> {
    match fetch {
        None => global_fetch(url, init),
        Some(fetch) => fetch.call2(&JsValue::UNDEFINED, &url.into(), init),
    }
}
