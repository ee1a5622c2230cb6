//! An answer of the web's, piece by piece.

use std::cell::OnceCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::future::{FutureExt, LocalBoxFuture};
use futures::task::AtomicWaker;
use wasm_bindgen::prelude::*;

use super::Response;
use super::answer::{Answer, Pieces};
use super::drain::{Drains, drain};
use super::foreign::field;
use super::lost::{broken, reason};
use super::request::AbortOnDrop;
use crate::error::{Code, Failure};

pub struct WebResponse {
    answer: Answer,
    status: u16,
    body: Option<Body>,
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
        Self { answer, status, body: None, abort, host, drains }
    }

    fn broken(&self, error: &JsValue) -> Failure {
        broken(&self.host, error)
    }

    /// What throws at a mere look is no Response.
    fn unreadable(&self, error: &JsValue) -> Failure {
        let message = format!("What `fetch` gave for {} cannot be read: {}.", self.host, reason(error));
        Failure::new(Code::BadResponse, message)
    }

    /// The next piece of the body; the whole of it, where that is no stream.
    async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.abort.done {
            return Ok(None);
        }
        let body = match &self.body {
            Some(body) => body,
            None => {
                let pieces = self.answer.open().map_err(|error| self.unreadable(&error))?;
                self.body.insert(Body { pieces, told: OnceCell::new() })
            }
        };
        let piece = poll_fn(|task| body.poll_next(task)).await;
        self.abort.done = matches!(piece, Ok(None));
        piece.map_err(|error| match field(&error, "unreadable") {
            Ok(look) if !look.is_undefined() => self.unreadable(&look),
            _ => self.broken(&error),
        })
    }
}

/// A body that is being read.
struct Body {
    pieces: Pieces,
    /// Made when the first piece has to be waited for.
    told: OnceCell<Told>,
}

/// Who waits for the next piece, and what tells them.
type Told = (Rc<AtomicWaker>, Closure<dyn FnMut()>);

impl Body {
    fn poll_next(&self, task: &Context<'_>) -> Poll<Result<Option<Vec<u8>>, JsValue>> {
        match self.pieces.next() {
            Ok(None) if !self.pieces.is_over() => {
                self.waiting().register(task.waker());
                Poll::Pending
            }
            piece => Poll::Ready(piece.map(|bytes| bytes.map(|bytes| bytes.to_vec()))),
        }
    }

    fn waiting(&self) -> &AtomicWaker {
        let (waiting, _) = self.told.get_or_init(|| {
            let waiting = Rc::<AtomicWaker>::default();
            let waker = Rc::clone(&waiting);
            let tell = Closure::new(move || waker.wake());
            self.pieces.on_piece(&tell);
            (waiting, tell)
        });
        waiting
    }
}

impl Drop for WebResponse {
    fn drop(&mut self) {
        if !self.abort.done
            && let Some(body) = &self.body
        {
            let _ = body.pieces.cancel();
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
        if self.body.is_some()
            && !self.abort.done
            && let Some(drains) = self.drains.take()
        {
            drain(drains, self);
        }
    }
}
