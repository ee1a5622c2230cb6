//! The web's half of the platform: browsers, Node, Deno, Bun and Workers. Uses only what all of
//! them have.

use std::fmt;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Date, Function, Math, Reflect};
use wasm_bindgen::JsValue;

use super::address::host_of;
use super::answer::Answer;
use super::connections::connections;
use super::drain::Servers;
use super::foreign::field;
use super::lost::{network, was_kept};
use super::overdue::is_overdue;
use super::promise::wait_for;
use super::request::{AbortOnDrop, send};
use super::timer;
use super::web_response::WebResponse;
use super::{Platform, Request, Response};
use crate::error::{Code, Failure};

/// The platform of whatever JavaScript runs us.
pub struct Web {
    fetch: Option<Function>,
    /// The caller's takes headers and a signal that are objects without more.
    takes_plain: bool,
    /// None where streams end with the request that they were made for.
    servers: Option<Servers>,
}

impl Web {
    /// With the caller's own `fetch`, or the global one.
    #[must_use]
    pub fn new(fetch: Option<Function>) -> Self {
        // Workers tie streams to the request that they answer; what an agent shares may outlast it.
        let servers = (!is_worker()).then(Servers::default);
        let says = |fetch: &Function| field(fetch, "takesPlainObjects").is_ok_and(|says| says.is_truthy());
        Self { takes_plain: fetch.as_ref().is_some_and(says), fetch, servers }
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
        timer::now_ms()
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

    fn page_origin(&self) -> Option<String> {
        let location = Reflect::get(&js_sys::global(), &"location".into()).ok()?;
        let origin = Reflect::get(&location, &"origin".into()).ok()?.as_string();
        // That of a file is `null`.
        origin.filter(|origin| origin.starts_with("http"))
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        timer::sleep(ms).boxed_local()
    }

    fn host_is_overdue(&self) -> bool {
        is_overdue()
    }

    fn connections(&self, url: &str) -> Option<usize> {
        connections(url, self.fetch.as_ref())
    }

    fn connection(&self, host: &str) -> Option<LocalBoxFuture<'static, ()>> {
        self.servers.as_ref()?.drains(host).connection()
    }

    fn fetch(&self, request: Request) -> LocalBoxFuture<'static, Result<Box<dyn Response>, Failure>> {
        let (fetch, plain) = (self.fetch.clone(), self.takes_plain);
        let host: Rc<str> = host_of(&request.url).into();
        let drains = self.servers.as_ref().map(|servers| servers.drains(&host));
        async move {
            let abort = AbortOnDrop::new(plain).map_err(|error| network(&host, &error))?;
            // Not repeated in the error: what cannot be sent may be a key.
            let init =
                abort.init(&request, plain).map_err(|_| Failure::new(Code::InvalidInput, UNSENDABLE))?;
            let url = JsValue::from(&request.url);
            drop(request);
            let mut is_second = false;
            let given = loop {
                let sent_at_ms = timer::now_ms();
                let sent = send(fetch.as_ref(), &url, &init).map(|given| wait_for(&given));
                let given = sent.map_err(|error| match fetch.is_some() || has_fetch() {
                    true => network(&host, &error),
                    false => Failure::new(Code::InvalidInput, NO_FETCH),
                })?;
                let given = given.await;
                let is_race = given.as_ref().is_err_and(was_kept) && timer::now_ms() - sent_at_ms < RACE_MS;
                if !is_race || is_second {
                    break given;
                }
                is_second = true;
            };
            let given = given.map_err(|error| network(&host, &error))?;
            match Answer::new(given, fetch.is_none()) {
                Some(answer) => {
                    Ok(Box::new(WebResponse::new(answer, abort, host, drains)) as Box<dyn Response>)
                }
                None => Err(Failure::new(
                    Code::BadResponse,
                    "The `fetch` function gave something that is no Response: it has no `status`.",
                )),
            }
        }
        .boxed_local()
    }
}

/// A server that closes a kept connection in the moment in which it is used again is heard of one
/// round trip later. One that breaks off later than this may have been at work.
const RACE_MS: f64 = 100.0;

const NO_FETCH: &str = "There is no global `fetch` here. Pass one as the option `fetch`.";

const UNSENDABLE: &str =
    "A key or header holds a character that HTTP cannot send. Check `apiKey` and `headers`.";

/// Whether there is something to send requests with: a page that a test simulates may lack it.
fn has_fetch() -> bool {
    field(&js_sys::global(), "fetch").is_ok_and(|fetch| fetch.is_function())
}
