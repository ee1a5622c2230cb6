//! The simulator: a platform whose clock jumps to the next timer when nothing else can happen,
//! whose chance comes from a seed, and whose server is a script. The same seed gives the same run.

mod chance;
mod script;
mod timers;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::UNIX_EPOCH;

use futures::future::{FutureExt, LocalBoxFuture};

use super::{Platform, Request, Response};
use crate::error::Failure;

pub use chance::Random;
pub use script::{Exchange, Piece, Reply};
use script::{OpenExchange, answer};
use timers::{Flag, Timers};

/// The date at which every simulation begins: 2026-01-01 00:00:00 UTC.
const EPOCH_MS: f64 = 1_767_225_600_000.0;

/// Polls at one and the same moment: beyond this a future wakes itself for ever.
const MOST_POLLS: u32 = 1_000_000;

type Server = Box<dyn FnMut(&Request, f64) -> Reply>;

/// The simulated world. Clones are the same world.
#[derive(Clone)]
pub struct Simulation(Rc<World>);

struct World {
    timers: Rc<Timers>,
    late_ms: Cell<f64>,
    random: RefCell<Random>,
    server: RefCell<Server>,
    log: RefCell<Vec<Exchange>>,
    variables: RefCell<HashMap<String, String>>,
    is_page: Cell<bool>,
    connections: Cell<Option<usize>>,
}

impl fmt::Debug for Simulation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulation").field("now_ms", &self.0.timers.now_ms()).finish_non_exhaustive()
    }
}

impl Simulation {
    /// A world in which `server` answers every request; it is told the time.
    #[must_use]
    pub fn new(seed: u64, server: impl FnMut(&Request, f64) -> Reply + 'static) -> Self {
        Self(Rc::new(World {
            timers: Rc::default(),
            late_ms: Cell::new(0.0),
            random: RefCell::new(Random::new(seed)),
            server: RefCell::new(Box::new(server)),
            log: RefCell::default(),
            variables: RefCell::default(),
            is_page: Cell::new(false),
            connections: Cell::new(None),
        }))
    }

    /// Sets an environment variable.
    pub fn set_variable(&self, name: &str, value: &str) {
        self.0.variables.borrow_mut().insert(name.into(), value.into());
    }

    /// Gives each host so many connections.
    pub fn set_connections(&self, most: usize) {
        self.0.connections.set(Some(most));
    }

    /// Makes it a page.
    pub fn set_page(&self) {
        self.0.is_page.set(true);
    }

    /// Makes it a busy one, in which every other timer fires late by up to `ms`.
    pub fn set_lateness(&self, ms: f64) {
        self.0.late_ms.set(ms);
    }

    /// Shows programs the time in steps of `ms`, as browsers do.
    pub fn set_grain(&self, ms: f64) {
        self.0.timers.set_grain(ms);
    }

    /// The time, whatever programs are shown of it.
    #[must_use]
    pub fn exact_ms(&self) -> f64 {
        self.0.timers.now_ms()
    }

    /// Runs `future` to its end; `None` when it waits for something that never happens, or never
    /// comes to rest.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let flag = Flag::raised();
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        loop {
            let mut polls = 0;
            while flag.lower() {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return Some(output);
                }
                polls += 1;
                if polls > MOST_POLLS {
                    return None;
                }
            }
            if !self.0.timers.advance(|| self.late_ms()) {
                return None;
            }
        }
    }

    /// Every request so far, in the order of sending.
    #[must_use]
    pub fn log(&self) -> Vec<Exchange> {
        self.0.log.borrow().clone()
    }

    /// Timers that are set.
    #[must_use]
    pub fn open_timers(&self) -> usize {
        self.0.timers.open()
    }

    fn late_ms(&self) -> f64 {
        match self.0.late_ms.get() {
            0.0 => 0.0,
            most => (self.random() * 2.0 - 1.0).max(0.0) * most,
        }
    }

    fn end(&self, index: usize, aborted: bool) {
        let sent = self.0.log.borrow().len();
        if let Some(exchange) = self.0.log.borrow_mut().get_mut(index)
            && exchange.ended_at_ms.is_none()
        {
            exchange.ended_at_ms = Some(self.0.timers.now_ms());
            exchange.sent_by_end = sent;
            exchange.aborted = aborted;
        }
    }
}

impl Platform for Simulation {
    fn now_ms(&self) -> f64 {
        self.0.timers.shown_ms()
    }

    fn date_ms(&self) -> f64 {
        EPOCH_MS + self.0.timers.now_ms()
    }

    fn parse_date_ms(&self, text: &str) -> Option<f64> {
        let date = httpdate::parse_http_date(text).ok().or_else(|| humantime::parse_rfc3339(text).ok())?;
        Some(date.duration_since(UNIX_EPOCH).ok()?.as_secs_f64() * 1000.0)
    }

    fn random(&self) -> f64 {
        self.0.random.borrow_mut().unit()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.0.variables.borrow().get(name).cloned()
    }

    fn is_page(&self) -> bool {
        self.0.is_page.get()
    }

    fn page_origin(&self) -> Option<String> {
        self.is_page().then(|| "https://page.test".into())
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        self.0.timers.sleep(ms).boxed_local()
    }

    fn connections(&self, _url: &str) -> Option<usize> {
        self.0.connections.get()
    }

    fn fetch(&self, request: Request) -> LocalBoxFuture<'static, Result<Box<dyn Response>, Failure>> {
        let now = self.0.timers.now_ms();
        let reply = (self.0.server.borrow_mut())(&request, now);
        let index = self.0.log.borrow().len();
        self.0.log.borrow_mut().push(Exchange {
            request,
            sent_at_ms: now,
            ended_at_ms: None,
            sent_by_end: 0,
            aborted: false,
            reply: reply.clone(),
        });
        answer(OpenExchange::new(self.clone(), index), reply).boxed_local()
    }
}
