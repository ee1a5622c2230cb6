//! The web's answers. What `fetch` gave need not be a Response of the global class, nor one at all: it may be a caller's own.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use super::Response;
use super::abort::AbortOnDrop;
use super::drain::{Drains, drain};
use super::promise::wait_for;
use super::web::broken;
use crate::error::{Code, Failure};

#[wasm_bindgen]
extern "C" {
    /// Its fields are named here and not looked up: a name that crosses the boundary is decoded anew each time.
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
    fn get_reader(this: &GivenBody) -> Result<Reader, JsValue>;

    #[wasm_bindgen(js_name = Object)]
    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    /// What a reader of a stream gave.
    #[wasm_bindgen(js_name = Object)]
    type Piece;
    #[wasm_bindgen(method, getter, catch)]
    fn done(this: &Piece) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn value(this: &Piece) -> Result<JsValue, JsValue>;

    /// Whether something is bytes: of a number it would make so many of them.
    #[wasm_bindgen(js_namespace = ArrayBuffer, js_name = isView)]
    fn is_view(value: &JsValue) -> bool;
    #[wasm_bindgen(js_name = Uint8Array)]
    type Bytes;
    #[wasm_bindgen(constructor, catch)]
    fn new(view: &JsValue) -> Result<Bytes, JsValue>;
}

/// What is known of servers, by their hosts.
pub type Habits = RefCell<Vec<Rc<Habit>>>;

/// Which headers a server does not send with its answers, since looking for them costs more than reading most answers; and its
/// answers that are about to end.
#[derive(Default)]
pub struct Habit {
    pub host: String,
    pub drains: Rc<Drains>,
    absent: RefCell<Vec<&'static str>>,
    answers: Cell<u32>,
}

/// How often it is looked whether it does after all.
const LOOKS_EVERY: u32 = 16;

/// The longest piece of a body that is taken in, in bytes or characters.
const LONGEST_PIECE: u32 = 67_108_864;

pub struct WebResponse {
    response: Given,
    status: u16,
    headers: Option<GivenHeaders>,
    reader: Option<Reader>,
    whole_read: bool,
    habit: Rc<Habit>,
    looks: bool,
    /// Whether it may be read on when the request that asked for it is over.
    outlives: bool,
    abort: AbortOnDrop,
}

impl WebResponse {
    /// What `fetch` gave, if that has a status.
    pub fn new(given: JsValue, habit: Rc<Habit>, outlives: bool, abort: AbortOnDrop) -> Option<Self> {
        let response: Given = given.unchecked_into();
        let status = response.status().ok()?.as_f64()? as u16;
        let answer = habit.answers.replace(habit.answers.get().wrapping_add(1));
        let looks = answer.is_multiple_of(LOOKS_EVERY) || !(200..300).contains(&status);
        let headers = response.headers().ok();
        Some(Self {
            response,
            status,
            headers,
            reader: None,
            whole_read: false,
            habit,
            looks,
            outlives,
            abort,
        })
    }

    fn broken(&self, error: &JsValue) -> Failure {
        broken(&self.habit.host, error)
    }

    fn unusable(&self, what: &str) -> Failure {
        Failure::new(Code::BadResponse, format!("What `fetch` gave for {} {what}.", self.habit.host))
    }

    /// The next piece of the body; the whole of it, where a response of another class has no stream of the web's.
    pub async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.whole_read {
            return Ok(None);
        }
        let reader = match &self.reader {
            Some(reader) => reader,
            None => match self.response.body().and_then(|body| body.get_reader()) {
                Ok(reader) => self.reader.insert(reader),
                Err(_) => {
                    self.whole_read = true;
                    let text = match self.response.text() {
                        Ok(given) => wait_for(&given).await,
                        Err(error) => Err(error),
                    };
                    let text = text.map_err(|error| self.broken(&error))?;
                    self.abort.done = true;
                    return self.bytes(&text).map(Some);
                }
            },
        };
        let read = match reader.read() {
            Ok(given) => wait_for(&given).await,
            Err(error) => Err(error),
        };
        let piece: Piece = read.map_err(|error| self.broken(&error))?.unchecked_into();
        let done = piece.done().map_err(|error| self.broken(&error))?;
        if done.is_truthy() {
            self.abort.done = true;
            return Ok(None);
        }
        let value = piece.value().map_err(|error| self.broken(&error))?;
        self.bytes(&value).map(Some)
    }

    fn bytes(&self, piece: &JsValue) -> Result<Vec<u8>, Failure> {
        let too_long = || self.unusable("is longer in one piece than can be read");
        if let Some(text) = piece.dyn_ref::<JsString>() {
            return if text.length() > LONGEST_PIECE {
                Err(too_long())
            } else {
                Ok(String::from(text).into_bytes())
            };
        }
        if !is_view(piece) {
            return Err(self.unusable("holds a piece that is neither bytes nor text"));
        }
        let bytes = Bytes::new(piece).map_err(|error| self.broken(&error))?;
        let bytes: Uint8Array = bytes.unchecked_into();
        if bytes.length() > LONGEST_PIECE { Err(too_long()) } else { Ok(bytes.to_vec()) }
    }
}

impl Drop for WebResponse {
    /// A caller's own `fetch` may not listen to the signal.
    fn drop(&mut self) {
        if !self.abort.done
            && let Some(left) = self.reader.as_ref().and_then(|reader| reader.cancel().ok())
        {
            drop(wait_for(&left));
        }
    }
}

impl Habit {
    pub fn of(host: &str, habits: &Habits) -> Rc<Self> {
        let mut habits = habits.borrow_mut();
        if let Some(known) = habits.iter().find(|habit| habit.host == host) {
            return Rc::clone(known);
        }
        let new = Rc::new(Self { host: host.into(), ..Self::default() });
        habits.push(Rc::clone(&new));
        new
    }
}

impl Response for WebResponse {
    fn status(&self) -> u16 {
        self.status
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.as_ref()?.get(name).ok()?.as_string()
    }

    fn hint(&self, name: &'static str) -> Option<String> {
        let absent = &self.habit.absent;
        let known = absent.borrow().contains(&name);
        if known && !self.looks {
            return None;
        }
        let value = self.header(name);
        match &value {
            None if !known => absent.borrow_mut().push(name),
            Some(_) if known => absent.borrow_mut().retain(|other| *other != name),
            _ => {}
        }
        value
    }

    fn chunk(&mut self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, Failure>> {
        self.next_piece().boxed_local()
    }

    fn leave(self: Box<Self>) {
        if self.outlives && self.reader.is_some() && !self.abort.done {
            drain(Rc::clone(&self.habit.drains), self);
        }
    }
}
