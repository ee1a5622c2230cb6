//! An answer of the web's, piece by piece.

use std::future::ready;
use std::pin::pin;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use super::Response;
use super::answer::{Answer, Body, Piece, Reader};
use super::drain::{Drains, drain};
use super::lost::{broken, reason};
use super::overdue::is_overdue;
use super::promise::wait_for;
use super::request::AbortOnDrop;
use super::turns::in_several_turns;
use crate::error::{Code, Failure};

#[wasm_bindgen]
extern "C" {
    /// The bytes of a piece, seen through an array of our own; nothing of what has none. The npm
    /// package has it.
    #[wasm_bindgen(catch, js_name = bytesOf)]
    fn bytes_of(piece: &JsValue) -> Result<Option<Uint8Array>, JsValue>;

    /// The core alone, as some tests use it, copies them.
    #[wasm_bindgen(js_name = Uint8Array)]
    type Copied;
    #[wasm_bindgen(constructor, catch)]
    fn new(piece: &JsValue) -> Result<Copied, JsValue>;
}

/// The longest piece of a body that is taken in, in bytes or characters.
const LONGEST_PIECE: u32 = 67_108_864;

pub struct WebResponse {
    answer: Answer,
    status: u16,
    reader: Option<Reader>,
    abort: AbortOnDrop,
    host: Rc<str>,
    /// Where it may be read on when nobody needs it any more.
    drains: Option<Rc<Drains>>,
}

impl WebResponse {
    pub fn new(
        (answer, status): (Answer, u16),
        abort: AbortOnDrop,
        host: Rc<str>,
        drains: Option<Rc<Drains>>,
    ) -> Self {
        Self { answer, status, reader: None, abort, host, drains }
    }

    fn broken(&self, error: &JsValue) -> Failure {
        broken(&self.host, error)
    }

    fn unusable(&self, what: &str) -> Failure {
        Failure::new(Code::BadResponse, format!("What `fetch` gave for {} {what}.", self.host))
    }

    /// What throws at a mere look is no Response.
    fn unreadable(&self, error: &JsValue) -> Failure {
        self.unusable(&format!("cannot be read: {}", reason(error)))
    }

    /// The next piece of the body; the whole of it, where that is no stream.
    async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.abort.done {
            return Ok(None);
        }
        let reader = match &self.reader {
            Some(reader) => reader,
            None => match self.answer.open().map_err(|error| self.unreadable(&error))? {
                Body::Stream(reader) => self.reader.insert(reader),
                Body::Text(text) => {
                    let text = wait_for(&text).await.map_err(|error| self.broken(&error))?;
                    self.abort.done = true;
                    return self.bytes(&text).map(Some);
                }
            },
        };
        let mut piece: Piece = reader.read().map_err(|error| self.unreadable(&error))?.unchecked_into();
        let mut done = piece.done().map_err(|error| self.unreadable(&error))?;
        // A promise has no such field; what has it is there, and need not be waited for.
        if !done.is_undefined() {
            in_several_turns(is_overdue, pin!(ready(()))).await;
        } else {
            let read = wait_for(&piece).await.map_err(|error| self.broken(&error))?;
            piece = read.unchecked_into();
            done = piece.done().map_err(|error| self.unreadable(&error))?;
        }
        if done.is_truthy() {
            self.abort.done = true;
            return Ok(None);
        }
        let value = piece.value().map_err(|error| self.unreadable(&error))?;
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
        // Those that were given may have lost their buffer, or have a `length` of their own that
        // throws or lies.
        let bytes = bytes_of(piece)
            .or_else(|_| Copied::new(piece).map(|copied| Some(copied.unchecked_into())))
            .map_err(|error| self.unreadable(&error))?
            .ok_or_else(|| self.unusable("holds a piece that is neither bytes nor text"))?;
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

impl Response for WebResponse {
    fn status(&self) -> u16 {
        self.status
    }

    fn header(&self, name: &str) -> Option<String> {
        self.answer.header(name)
    }

    fn may_have(&self, names: &[&'static str]) -> bool {
        self.answer.may_have(names)
    }

    fn chunk(&mut self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, Failure>> {
        self.next_piece().boxed_local()
    }

    fn leave(mut self: Box<Self>) {
        if self.reader.is_some()
            && !self.abort.done
            && let Some(drains) = self.drains.take()
        {
            drain(drains, self);
        }
    }
}
