//! The web's half of the platform: browsers, Node, Deno, Bun and Workers. Uses only what all of them have.

use std::fmt;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Date, Function, Math, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStreamDefaultReader, RequestInit, RequestRedirect};

use super::abort::{AbortOnDrop, Aborts};
use super::timer::Timer;
use super::{Platform, Request, Response};
use crate::error::{Code, Failure};
use crate::model::peer::host_of;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;

    /// The global `fetch`, under the name that web-sys gives to the method of `Window` alone. Called with an address
    /// and an init object, as callers' own `fetch` functions expect.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;

    /// What `fetch` gave, which need not be a Response of the global class, nor one at all. Its fields are named here
    /// and not looked up: a name that crosses the boundary is decoded anew each time.
    #[wasm_bindgen(js_name = Object)]
    type Given;
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

    #[wasm_bindgen(js_name = Object)]
    type GivenBody;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn get_reader(this: &GivenBody) -> Result<ReadableStreamDefaultReader, JsValue>;

    /// What a reader of a stream gave.
    #[wasm_bindgen(js_name = Object)]
    type Piece;
    #[wasm_bindgen(method, getter)]
    fn done(this: &Piece) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Piece) -> JsValue;
}

/// The platform of whatever JavaScript runs us.
pub struct Web {
    fetch: Option<Function>,
    timer: Option<Timer>,
    aborts: Option<Rc<Aborts>>,
}

impl Web {
    /// With the caller's own `fetch`, or the global one.
    #[must_use]
    pub fn new(fetch: Option<Function>) -> Self {
        // Workers tie timers and signals to the request that they answer; what an agent shares may outlast it.
        let shares = !is_worker();
        // A caller's own `fetch` may take a signal for that of one request alone.
        let aborts = (shares && fetch.is_none()).then(Rc::default);
        Self { fetch, timer: shares.then(Timer::default), aborts }
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Web").field("fetch", &self.fetch).finish_non_exhaustive()
    }
}

/// Whether these are Cloudflare's Workers.
fn is_worker() -> bool {
    Reflect::get(&js_sys::global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"userAgent".into()))
        .is_ok_and(|name| name.as_string().as_deref() == Some("Cloudflare-Workers"))
}

impl Platform for Web {
    fn now_ms(&self) -> f64 {
        performance_now()
    }

    fn date_ms(&self) -> f64 {
        Date::now()
    }

    fn parse_date_ms(&self, text: &str) -> Option<f64> {
        Some(Date::parse(text)).filter(|date| date.is_finite())
    }

    fn random(&self) -> f64 {
        Math::random()
    }

    fn variable(&self, name: &str) -> Option<String> {
        let process = Reflect::get(&js_sys::global(), &"process".into()).ok()?;
        // Deno throws where the permission is missing, and a page has no `process` at all.
        let env = Reflect::get(&process, &"env".into()).ok()?;
        Reflect::get(&env, &name.into()).ok()?.as_string()
    }

    /// Pages and their workers have a `location`; Node, Deno, Bun and the edge have none.
    fn is_page(&self) -> bool {
        Reflect::get(&js_sys::global(), &"location".into()).is_ok_and(|location| location.is_object())
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        self.timer.clone().unwrap_or_default().sleep(ms).boxed_local()
    }

    fn fetch(&self, request: Request) -> LocalBoxFuture<'static, Result<Box<dyn Response>, Failure>> {
        let (fetch, aborts) = (self.fetch.clone(), self.aborts.clone());
        async move {
            let host = host_of(&request.url).to_string();
            let abort = AbortOnDrop::new(aborts).map_err(|error| network(&host, &error))?;
            // Not repeated in the error: what cannot be sent may be a key.
            let headers = headers(&request).map_err(|_| Failure::new(Code::InvalidInput, UNSENDABLE))?;
            let promise =
                send(fetch.as_ref(), &request, headers, &abort).map_err(|error| network(&host, &error))?;
            let answer = JsFuture::from(promise).await.map_err(|error| network(&host, &error))?;
            let answer: Given = answer.unchecked_into();
            let status = answer.status().ok().and_then(|status| status.as_f64());
            let Some(status) = status else {
                return Err(Failure::new(
                    Code::BadResponse,
                    "The `fetch` function gave something that is no Response: it has no `status`.",
                ));
            };
            let (headers, response) = (answer.headers().ok(), answer);
            let status = status as u16;
            let whole_read = false;
            Ok(Box::new(WebResponse { response, status, headers, reader: None, whole_read, host, abort })
                as Box<dyn Response>)
        }
        .boxed_local()
    }
}

const UNSENDABLE: &str =
    "A key or header holds a character that HTTP cannot send. Check `apiKey` and `headers`.";

fn headers(request: &Request) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    Ok(headers)
}

fn send(
    fetch: Option<&Function>,
    request: &Request,
    headers: Headers,
    abort: &AbortOnDrop,
) -> Result<Promise, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(headers.as_ref());
    // A redirect would take prompts and keys to a server that nobody named.
    init.set_redirect(RequestRedirect::Manual);
    init.set_body(&request.body.as_str().into());
    init.set_signal(abort.signal());
    match fetch {
        None => global_fetch(&request.url, &init),
        Some(fetch) => {
            let answer = fetch.call2(&JsValue::UNDEFINED, &request.url.as_str().into(), &init)?;
            Ok(Promise::resolve(&answer))
        }
    }
}

struct WebResponse {
    response: Given,
    status: u16,
    headers: Option<GivenHeaders>,
    reader: Option<ReadableStreamDefaultReader>,
    whole_read: bool,
    host: String,
    abort: AbortOnDrop,
}

impl Response for WebResponse {
    fn status(&self) -> u16 {
        self.status
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.as_ref()?.get(name).ok()?.as_string()
    }

    fn text(&mut self) -> LocalBoxFuture<'_, Result<String, Failure>> {
        async {
            let text = text_of(&self.response).await.map_err(|error| broken(&self.host, &error))?;
            self.abort.done = true;
            text.as_string().ok_or_else(|| broken(&self.host, &"no text".into()))
        }
        .boxed_local()
    }

    fn chunk(&mut self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, Failure>> {
        async {
            match self.next_piece().await {
                Ok(piece) => Ok(piece),
                Err(error) => Err(broken(&self.host, &error)),
            }
        }
        .boxed_local()
    }
}

impl WebResponse {
    /// The next piece of the body; the whole of it, where a response of another class has no stream of the web's.
    async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, JsValue> {
        if self.whole_read {
            return Ok(None);
        }
        let reader = match &self.reader {
            Some(reader) => reader,
            None => match self.response.body().and_then(|body| body.get_reader()) {
                Ok(reader) => self.reader.insert(reader),
                Err(_) => {
                    self.whole_read = true;
                    let text = text_of(&self.response).await?;
                    self.abort.done = true;
                    return Ok(text.as_string().map(String::into_bytes));
                }
            },
        };
        let piece: Piece = JsFuture::from(reader.read()).await?.unchecked_into();
        if piece.done().is_truthy() {
            self.abort.done = true;
            return Ok(None);
        }
        let value = piece.value();
        Ok(Some(value.as_string().map_or_else(|| Uint8Array::new(&value).to_vec(), String::into_bytes)))
    }
}

/// The whole body, of a response of any class: what it gives need not be a promise.
async fn text_of(response: &Given) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&response.text()?)).await
}

/// A request that got no answer. Node hides the reason in `cause`.
fn network(host: &str, error: &JsValue) -> Failure {
    let remedy = "Check that the server runs, that `baseURL` is right and, in a page, that the server allows it (CORS).";
    let reason = reason(error);
    let mut failure =
        Failure::transient(Code::Network, format!("Could not reach {host}: {reason}. {remedy}"));
    // A caller's own `fetch` may know better than "it failed".
    failure.status = Reflect::get(error, &"status".into())
        .ok()
        .and_then(|status| status.as_f64())
        .map(|status| status as u16);
    failure
}

fn broken(host: &str, error: &JsValue) -> Failure {
    Failure::transient(Code::Network, format!("The connection to {host} broke off: {}.", reason(error)))
}

fn reason(error: &JsValue) -> String {
    let text = |value: &JsValue, name: &str| {
        Reflect::get(value, &name.into())
            .ok()
            .and_then(|field| field.as_string())
            .filter(|text| !text.is_empty())
    };
    let cause = Reflect::get(error, &"cause".into()).unwrap_or_default();
    text(&cause, "code")
        .or_else(|| text(&cause, "message"))
        .or_else(|| text(error, "message"))
        .unwrap_or_else(|| "no reason given".into())
}
