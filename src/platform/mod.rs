//! Where the core runs: clock, timers, chance, variables and fetch. Nothing above this folder knows
//! whether time is real.

pub mod address;
#[cfg(target_arch = "wasm32")]
mod answer;
#[cfg(target_arch = "wasm32")]
mod connections;
#[cfg(target_arch = "wasm32")]
mod drain;
#[cfg(target_arch = "wasm32")]
pub mod foreign;
pub mod late;
#[cfg(target_arch = "wasm32")]
mod lost;
#[cfg(target_arch = "wasm32")]
mod overdue;
#[cfg(target_arch = "wasm32")]
pub mod promise;
#[cfg(target_arch = "wasm32")]
pub(crate) mod request;
#[cfg(not(target_arch = "wasm32"))]
pub mod sim;
#[cfg(target_arch = "wasm32")]
mod timer;
pub mod turns;
#[cfg(target_arch = "wasm32")]
pub mod web;
#[cfg(target_arch = "wasm32")]
mod web_response;

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use crate::error::{Code, Failure};
use crate::json::Value;

/// What the core needs of its surroundings.
pub trait Platform {
    /// Milliseconds on a clock that never goes back.
    fn now_ms(&self) -> f64;
    /// Milliseconds since 1970, for dates in headers and events.
    fn date_ms(&self) -> f64;
    /// A date as headers write it (RFC 9110 or RFC 3339), in milliseconds since 1970.
    fn parse_date_ms(&self, text: &str) -> Option<f64>;
    /// A number from 0 up to 1.
    fn random(&self) -> f64;
    /// An environment variable, where there is such a thing.
    fn variable(&self, name: &str) -> Option<String>;
    /// Whether requests go out under a page's rules for other origins (CORS).
    fn is_page(&self) -> bool;
    /// Where a page came from, such as `https://example.com`: its addresses may begin with a `/`.
    fn page_origin(&self) -> Option<String>;
    /// Resolves after `ms`, or somewhat later, and never earlier. Dropping it clears the timer.
    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()>;
    /// Whether this turn has lasted long: then the host, which has timers and input, waits for its
    /// own.
    fn host_is_overdue(&self) -> bool {
        false
    }
    /// How many connections there are to this address, where others than these would wait.
    fn connections(&self, _url: &str) -> Option<usize> {
        None
    }
    /// A connection to this host, where one is about to be free and worth waiting for.
    fn connection(&self, _host: &str) -> Option<LocalBoxFuture<'static, ()>> {
        None
    }
    /// Sends a POST and resolves when the headers are in. Dropping the future, or the response,
    /// cancels the request.
    fn fetch(&self, request: Request) -> LocalBoxFuture<'static, Result<Box<dyn Response>, Failure>>;
}

/// A function of the caller's, which may take its time: JSON in, JSON out. Dropping the future
/// tells it to stop.
pub type Callback = Rc<dyn Fn(Value) -> LocalBoxFuture<'static, Result<Value, Failure>>>;

/// A JSON request; always a POST.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Where to. Never holds a key.
    pub url: String,
    /// Name and value, names in lower case. May hold a key.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: String,
}

/// An answer whose headers are in and whose body may not be.
pub trait Response {
    /// The HTTP status.
    fn status(&self) -> u16;
    /// A header by its lower-case name. In a browser, CORS may hide it.
    fn header(&self, name: &str) -> Option<String>;
    /// Whether there may be any of these headers; if not, none of them has to be looked at.
    fn may_have(&self, _names: &[&'static str]) -> bool {
        true
    }
    /// The rest of the body at once: up to `most` bytes, when it is not packed any more.
    fn text(&mut self, most: usize) -> LocalBoxFuture<'_, Result<String, Failure>> {
        async move {
            let mut bytes = Vec::new();
            while let Some(piece) = self.chunk().await? {
                if bytes.len() + piece.len() > most {
                    return Err(too_long(most));
                }
                bytes.extend_from_slice(&piece);
            }
            let text = String::from_utf8_lossy(&bytes);
            Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).into())
        }
        .boxed_local()
    }
    /// The next piece of the body; `None` at its end.
    fn chunk(&mut self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, Failure>>;
    /// Nothing more of it is needed. What is left of the body may come for a moment yet, so that
    /// its connection can serve the next request.
    fn leave(self: Box<Self>) {}
}

/// An answer beyond what is taken in.
#[must_use]
pub fn too_long(most: usize) -> Failure {
    let message = format!("The answer is longer than `maxAnswerBytes` ({most}).");
    Failure::new(Code::BadResponse, message)
}
