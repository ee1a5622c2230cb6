//! What requests are sent with, again and again: an `AbortController` whose request came to its end serves the next one, and
//! so do its address and headers, which hardly ever change. In Node, making a controller and having `fetch` follow it costs
//! a sixth of a request, and telling address and headers anew as much as all else that crosses the boundary for it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, Headers, RequestInit, RequestRedirect};

#[wasm_bindgen]
extern "C" {
    /// The global `fetch`, under the name that web-sys gives to the method of `Window` alone.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(url: &JsValue, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// How many requests one may serve. Node listens to its signal for each of them until it collects garbage.
const MOST_USES: u32 = 32;

/// What serves one request after the other.
struct Sender {
    controller: AbortController,
    uses: u32,
    envelope: Option<Envelope>,
}

/// All of the last request but its body, as we have it and as `fetch` takes it.
struct Envelope {
    url: String,
    headers: Vec<(String, String)>,
    address: JsValue,
    sent: Headers,
    init: RequestInit,
}

/// Those that are free.
#[derive(Default)]
pub struct Senders(RefCell<Vec<Sender>>);

/// Sends a request, and cancels it when it is dropped before the whole answer is in. After that an abort would change
/// nothing, and cost more than all else about a request: the web makes an error of it and tells everybody.
pub struct AbortOnDrop {
    sender: Option<Sender>,
    /// Where it goes afterwards.
    free: Option<Rc<Senders>>,
    /// Whether the answer is in.
    pub done: bool,
}

impl AbortOnDrop {
    /// With one of those that are free, where there are such.
    pub fn new(free: Option<Rc<Senders>>) -> Result<Self, JsValue> {
        let known = free.as_ref().and_then(|free| free.0.borrow_mut().pop());
        let sender = match known {
            Some(sender) => sender,
            None => Sender { controller: AbortController::new()?, uses: 0, envelope: None },
        };
        Ok(Self { sender: Some(sender), free, done: false })
    }

    /// Makes ready all but the body. It throws at what HTTP cannot send.
    pub fn address(&mut self, url: &str, headers: Vec<(String, String)>) -> Result<(), JsValue> {
        let Some(Sender { controller, envelope, .. }) = &mut self.sender else { return Ok(()) };
        if !envelope.as_ref().is_some_and(|old| old.url == url && old.headers == headers) {
            *envelope = Some(Envelope::new(url, headers, &controller.signal())?);
        }
        Ok(())
    }

    /// The global `fetch`, or the caller's own: called with an address and an init object, as that expects.
    pub fn send(&self, fetch: Option<&Function>, body: &str) -> Result<JsValue, JsValue> {
        let envelope = self.sender.as_ref().and_then(|sender| sender.envelope.as_ref());
        let Some(Envelope { address, sent, init, .. }) = envelope else { return Ok(JsValue::UNDEFINED) };
        // Whoever stands in for `fetch` may keep what it is given, or add to it: a header of one request is none of the next.
        let init: RequestInit = Object::assign(&Object::new(), init).unchecked_into();
        let own = Headers::new_with_headers(sent)?;
        init.set_headers(&own);
        init.set_body(&body.into());
        match fetch {
            None => global_fetch(address, &init),
            Some(fetch) => fetch.call2(&JsValue::UNDEFINED, address, &init),
        }
    }
}

impl Envelope {
    fn new(url: &str, headers: Vec<(String, String)>, signal: &AbortSignal) -> Result<Self, JsValue> {
        let sent = Headers::new()?;
        for (name, value) in &headers {
            sent.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_method("POST");
        // A redirect would take prompts and keys to a server that nobody named.
        init.set_redirect(RequestRedirect::Manual);
        init.set_signal(Some(signal));
        Ok(Self { url: url.into(), headers, address: url.into(), sent, init })
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        let Some(sender) = self.sender.take() else { return };
        if !self.done {
            // Without a reason the web makes an AbortError itself; others have been known to trip over.
            return sender.controller.abort();
        }
        if let Some(free) = self.free.as_ref().filter(|_| sender.uses < MOST_USES) {
            free.0.borrow_mut().push(Sender { uses: sender.uses + 1, ..sender });
        }
    }
}
