//! Reads on in the background where an answer is whole and its body has not ended: then its
//! connection can serve the next request. Cut off at once, each stream would cost a connection, and
//! over TLS a handshake.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture, select};
use futures::pin_mut;
use wasm_bindgen_futures::spawn_local;

use super::Response;
use super::timer::{now_ms, sleep};

/// How long the rest of a body may take; then it is cut off.
const LONGEST_MS: f64 = 100.0;
/// How much may come.
const MOST_BYTES: usize = 64 * 1024;
/// Up to here, the end of a body is worth waiting for: a new connection would take about as long.
const PROMPT_MS: f64 = 50.0;

/// The servers that were asked, by their hosts.
#[derive(Default)]
pub struct Servers(RefCell<Vec<(Box<str>, Rc<Drains>)>>);

impl Servers {
    pub fn drains(&self, host: &str) -> Rc<Drains> {
        let mut servers = self.0.borrow_mut();
        if let Some((_, drains)) = servers.iter().find(|(known, _)| **known == *host) {
            return Rc::clone(drains);
        }
        let new = Rc::<Drains>::default();
        servers.push((host.into(), Rc::clone(&new)));
        new
    }
}

/// The bodies of one server that are about to end, and the requests that wait for their
/// connections.
#[derive(Default)]
pub struct Drains {
    open: Cell<usize>,
    waiting: RefCell<VecDeque<oneshot::Sender<()>>>,
    /// The last one took too long to be waited for.
    slow: Cell<bool>,
}

impl Drains {
    /// A connection, where one is about to be free, and no other request waits for it.
    pub fn connection(&self) -> Option<LocalBoxFuture<'static, ()>> {
        if self.slow.get() || self.waiting.borrow().len() >= self.open.get() {
            return None;
        }
        let (free, is_free) = oneshot::channel();
        self.waiting.borrow_mut().push_back(free);
        // Each one that is open ends, and tells one that waits.
        Some(is_free.map(drop).boxed_local())
    }

    fn ended(&self, took_ms: f64) {
        self.slow.set(took_ms > PROMPT_MS);
        self.open.set(self.open.get() - 1);
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            // Some do not wait any more.
            if next.is_none_or(|next| next.send(()).is_ok()) {
                return;
            }
        }
    }
}

/// Reads the rest of a body, and cuts it off where that takes too long.
pub fn drain(drains: Rc<Drains>, mut response: Box<dyn Response>) {
    drains.open.set(drains.open.get() + 1);
    spawn_local(async move {
        let begun_ms = now_ms();
        {
            let rest = async {
                let mut bytes = 0;
                while let Ok(Some(piece)) = response.chunk().await {
                    bytes += piece.len();
                    if bytes > MOST_BYTES {
                        break;
                    }
                }
            };
            let enough = sleep(LONGEST_MS);
            pin_mut!(rest, enough);
            select(rest, enough).await;
        }
        drop(response);
        let took_ms = now_ms() - begun_ms;
        // Node's `fetch` takes a connection for free only in the turn after.
        sleep(0.0).await;
        drains.ended(took_ms);
    });
}
