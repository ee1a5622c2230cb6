//! The web's answers. What `fetch` gave need not be a Response of the global class, nor one at all: it may be a caller's own.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::ReadableStreamDefaultReader;

use super::Response;
use super::abort::AbortOnDrop;
use super::promise::wait_for;
use super::web::broken;
use crate::error::Failure;

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
    fn get_reader(this: &GivenBody) -> Result<ReadableStreamDefaultReader, JsValue>;

    /// What a reader of a stream gave.
    #[wasm_bindgen(js_name = Object)]
    type Piece;
    #[wasm_bindgen(method, getter)]
    fn done(this: &Piece) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Piece) -> JsValue;
}

/// What is known of servers, by their hosts.
pub type Habits = RefCell<Vec<Rc<Habit>>>;

/// Which headers a server does not send with its answers. Looking for them costs more than reading most answers.
pub struct Habit {
    host: String,
    absent: RefCell<Vec<&'static str>>,
    answers: Cell<u32>,
}

/// How often it is looked whether it does after all.
const LOOKS_EVERY: u32 = 16;

pub struct WebResponse {
    response: Given,
    status: u16,
    headers: Option<GivenHeaders>,
    reader: Option<ReadableStreamDefaultReader>,
    whole_read: bool,
    habit: Rc<Habit>,
    looks: bool,
    abort: AbortOnDrop,
}

impl WebResponse {
    /// What `fetch` gave, if that has a status.
    pub fn new(given: JsValue, host: &str, abort: AbortOnDrop, habits: &Habits) -> Option<Self> {
        let response: Given = given.unchecked_into();
        let status = response.status().ok()?.as_f64()? as u16;
        let habit = Habit::of(host, habits);
        let answer = habit.answers.replace(habit.answers.get().wrapping_add(1));
        let looks = answer.is_multiple_of(LOOKS_EVERY) || !(200..300).contains(&status);
        let headers = response.headers().ok();
        Some(Self { response, status, headers, reader: None, whole_read: false, habit, looks, abort })
    }

    fn broken(&self, error: &JsValue) -> Failure {
        broken(&self.habit.host, error)
    }

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
                    let text = wait_for(&self.response.text()?).await?;
                    self.abort.done = true;
                    return Ok(text.as_string().map(String::into_bytes));
                }
            },
        };
        let piece: Piece = wait_for(&reader.read()).await?.unchecked_into();
        if piece.done().is_truthy() {
            self.abort.done = true;
            return Ok(None);
        }
        let value = piece.value();
        Ok(Some(value.as_string().map_or_else(|| Uint8Array::new(&value).to_vec(), String::into_bytes)))
    }
}

impl Habit {
    fn of(host: &str, habits: &Habits) -> Rc<Self> {
        let mut habits = habits.borrow_mut();
        if let Some(known) = habits.iter().find(|habit| habit.host == host) {
            return Rc::clone(known);
        }
        let new = Self { host: host.into(), absent: RefCell::default(), answers: Cell::new(0) };
        let new = Rc::new(new);
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

    fn text(&mut self) -> LocalBoxFuture<'_, Result<String, Failure>> {
        async {
            let text = match self.response.text() {
                Ok(given) => wait_for(&given).await,
                Err(error) => Err(error),
            };
            let text = text.map_err(|error| self.broken(&error))?;
            self.abort.done = true;
            text.as_string().ok_or_else(|| self.broken(&"no text".into()))
        }
        .boxed_local()
    }

    fn chunk(&mut self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, Failure>> {
        async {
            match self.next_piece().await {
                Ok(piece) => Ok(piece),
                Err(error) => Err(self.broken(&error)),
            }
        }
        .boxed_local()
    }
}
