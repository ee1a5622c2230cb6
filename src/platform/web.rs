//! The web's half of the platform: browsers, Node, Deno, Bun and Workers. Uses only what all of them have.

use std::fmt;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Date, Function, Math, Reflect};
use wasm_bindgen::prelude::*;

use super::abort::{AbortOnDrop, Senders};
use super::address::host_of;
use super::foreign::{field, words_of};
use super::host_turn::when_overdue;
use super::promise::wait_for;
use super::timer;
use super::web_response::{Habit, Habits, WebResponse};
use super::{Platform, Request, Response};
use crate::error::{Code, Failure};

/// The platform of whatever JavaScript runs us.
pub struct Web {
    fetch: Option<Function>,
    /// Whether requests share what serves them.
    shares: bool,
    senders: Option<Rc<Senders>>,
    habits: Rc<Habits>,
}

impl Web {
    /// With the caller's own `fetch`, or the global one.
    #[must_use]
    pub fn new(fetch: Option<Function>) -> Self {
        // Workers tie signals and streams to the request that they answer; what an agent shares may outlast it.
        let shares = !is_worker();
        // A caller's own `fetch` may take a signal for that of one request alone.
        let senders = (shares && fetch.is_none()).then(Rc::default);
        Self { fetch, shares, senders, habits: Rc::default() }
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

    fn breath(&self) -> Option<LocalBoxFuture<'static, ()>> {
        when_overdue().map(|turn| turn.map(drop).boxed_local())
    }

    fn fetch(&self, request: Request) -> LocalBoxFuture<'static, Result<Box<dyn Response>, Failure>> {
        let (fetch, senders, shares) = (self.fetch.clone(), self.senders.clone(), self.shares);
        let habit = Habit::of(host_of(&request.url), &self.habits);
        async move {
            let host = &*habit.host;
            habit.drains.connection().await;
            let mut abort = AbortOnDrop::new(senders).map_err(|error| network(host, &error))?;
            // Not repeated in the error: what cannot be sent may be a key.
            abort
                .address(&request.url, request.headers)
                .map_err(|_| Failure::new(Code::InvalidInput, UNSENDABLE))?;
            let sent = abort.send(fetch.as_ref(), &request.body).map(|promise| wait_for(&promise));
            drop(request.body);
            let answer = sent.map_err(|error| match fetch.is_some() || has_fetch() {
                true => network(host, &error),
                false => Failure::new(Code::InvalidInput, NO_FETCH),
            })?;
            let answer = answer.await.map_err(|error| network(host, &error))?;
            match WebResponse::new(answer, Rc::clone(&habit), shares, abort) {
                Some(response) => Ok(Box::new(response) as Box<dyn Response>),
                None => Err(Failure::new(
                    Code::BadResponse,
                    "The `fetch` function gave something that is no Response: it has no `status`.",
                )),
            }
        }
        .boxed_local()
    }
}

const NO_FETCH: &str = "There is no global `fetch` here. Pass one as the option `fetch`.";

const UNSENDABLE: &str =
    "A key or header holds a character that HTTP cannot send. Check `apiKey` and `headers`.";

/// A request that got no answer. Node hides the reason in `cause`.
fn network(host: &str, error: &JsValue) -> Failure {
    if let Some(failure) = overdue(host, error) {
        return failure;
    }
    let remedy = "Check that the server runs, that `baseURL` is right and, in a page, that the server allows it (CORS).";
    let reason = reason(error);
    let mut failure =
        Failure::transient(Code::Network, format!("Could not reach {host}: {reason}. {remedy}"));
    // A caller's own `fetch` may know better than "it failed".
    failure.status =
        field(error, "status").ok().and_then(|status| status.as_f64()).map(|status| status as u16);
    failure
}

/// Whether there is something to send requests with: a page that a test simulates may lack it.
fn has_fetch() -> bool {
    field(&js_sys::global(), "fetch").is_ok_and(|fetch| fetch.is_function())
}

pub(super) fn broken(host: &str, error: &JsValue) -> Failure {
    overdue(host, error).unwrap_or_else(|| {
        Failure::transient(Code::Network, format!("The connection to {host} broke off: {}.", reason(error)))
    })
}

/// Node's `fetch` has time-outs of its own, which no option of a request changes (undici's `headersTimeout` and
/// `bodyTimeout`).
fn overdue(host: &str, error: &JsValue) -> Option<Failure> {
    let what = match &*reason(error) {
        "UND_ERR_HEADERS_TIMEOUT" => "did not begin its answer",
        "UND_ERR_BODY_TIMEOUT" => "sent nothing more of its answer",
        _ => return None,
    };
    let message = format!(
        "{host} {what} for as long as Node's `fetch` waits: 300 s, whatever `timeoutMs` says. Use `stream: true`, or \
         `fetch: nodeFetch()` of `parallelization-agent/node`."
    );
    Some(Failure::transient(Code::Timeout, message))
}

fn reason(error: &JsValue) -> String {
    let text = |value: &JsValue, name: &str| words_of(value, name).filter(|text| !text.is_empty());
    let cause = field(error, "cause").unwrap_or_default();
    text(&cause, "code")
        .or_else(|| text(&cause, "message"))
        .or_else(|| text(error, "message"))
        .unwrap_or_else(|| "no reason given".into())
}
