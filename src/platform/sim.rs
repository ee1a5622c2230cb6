//! The simulator: a platform whose clock jumps to the next timer when nothing else can happen, whose chance comes from a
//! seed, and whose server is a script. The same seed gives the same run.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::UNIX_EPOCH;

use futures::future::{FutureExt, LocalBoxFuture};

use super::{Platform, Request, Response};
use crate::error::{Code, Failure};

/// The date at which every simulation begins: 2026-01-01 00:00:00 UTC.
const EPOCH_MS: f64 = 1_767_225_600_000.0;

/// What the scripted server does about one request.
#[derive(Clone, Debug)]
pub struct Reply {
    /// How long the headers take.
    pub after_ms: f64,
    /// The status; none for a connection that breaks before the headers.
    pub status: Option<u16>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, each piece with the time that it takes to come.
    pub body: Vec<(f64, Piece)>,
}

/// A piece of a body.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Some bytes of it.
    Bytes(Vec<u8>),
    /// The connection breaks.
    Break,
}

impl Reply {
    /// A whole body at once.
    #[must_use]
    pub fn new(status: u16, after_ms: f64, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".into(), "application/json".into())];
        Self { after_ms, status: Some(status), headers, body: vec![(0.0, Piece::Bytes(body.into()))] }
    }

    /// A connection that breaks before anything comes.
    #[must_use]
    pub fn broken(after_ms: f64) -> Self {
        Self { after_ms, status: None, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// One request as the server saw it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// When it was sent.
    pub sent_at_ms: f64,
    /// When the client had all of the answer, or let go of it.
    pub ended_at_ms: Option<f64>,
    /// How many requests had been sent by then, this one included: the order within one moment.
    pub sent_by_end: usize,
    /// Whether the client let go before the end.
    pub aborted: bool,
    /// What the server made of it.
    pub reply: Reply,
}

type Server = Box<dyn FnMut(&Request, f64) -> Reply>;

/// The simulated world. Clones are the same world.
#[derive(Clone)]
pub struct Simulation(Rc<World>);

struct World {
    now_ms: Cell<f64>,
    random: RefCell<Random>,
    timers: RefCell<BTreeMap<(u64, u64), Waker>>,
    timer_count: Cell<u64>,
    server: RefCell<Server>,
    log: RefCell<Vec<Exchange>>,
    variables: RefCell<HashMap<String, String>>,
    is_page: Cell<bool>,
}

impl fmt::Debug for Simulation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulation").field("now_ms", &self.0.now_ms.get()).finish_non_exhaustive()
    }
}

impl Simulation {
    /// A world in which `server` answers every request; it is told the time.
    #[must_use]
    pub fn new(seed: u64, server: impl FnMut(&Request, f64) -> Reply + 'static) -> Self {
        Self(Rc::new(World {
            now_ms: Cell::new(0.0),
            random: RefCell::new(Random::new(seed)),
            timers: RefCell::default(),
            timer_count: Cell::new(0),
            server: RefCell::new(Box::new(server)),
            log: RefCell::default(),
            variables: RefCell::default(),
            is_page: Cell::new(false),
        }))
    }

    /// Sets an environment variable.
    pub fn set_variable(&self, name: &str, value: &str) {
        self.0.variables.borrow_mut().insert(name.into(), value.into());
    }

    /// Makes it a page.
    pub fn set_page(&self) {
        self.0.is_page.set(true);
    }

    /// Runs `future` to its end; `None` when it waits for something that never happens.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut context = Context::from_waker(&waker);
        loop {
            while flag.0.swap(false, Ordering::Relaxed) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return Some(output);
                }
            }
            if !self.advance() {
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
        self.0.timers.borrow().len()
    }

    fn advance(&self) -> bool {
        let Some(((at, _), waker)) = self.0.timers.borrow_mut().pop_first() else { return false };
        self.0.now_ms.set(self.0.now_ms.get().max(f64::from_bits(at)));
        waker.wake();
        true
    }

    fn end(&self, index: usize, aborted: bool) {
        let sent = self.0.log.borrow().len();
        if let Some(exchange) = self.0.log.borrow_mut().get_mut(index)
            && exchange.ended_at_ms.is_none()
        {
            exchange.ended_at_ms = Some(self.0.now_ms.get());
            exchange.sent_by_end = sent;
            exchange.aborted = aborted;
        }
    }
}

impl Platform for Simulation {
    fn now_ms(&self) -> f64 {
        self.0.now_ms.get()
    }

    fn date_ms(&self) -> f64 {
        EPOCH_MS + self.0.now_ms.get()
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

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        // A step too small for the clock's precision would make it stand still.
        let at_ms = self.0.now_ms.get() + ms.max(0.001);
        let id = self.0.timer_count.get();
        self.0.timer_count.set(id + 1);
        Timer { world: self.clone(), at_ms, id }.boxed_local()
    }

    fn fetch(&self, request: Request) -> LocalBoxFuture<'static, Result<Box<dyn Response>, Failure>> {
        let now = self.0.now_ms.get();
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
        let open = OpenExchange { world: self.clone(), index };
        async move {
            open.world.sleep(reply.after_ms).await;
            let Some(status) = reply.status else {
                open.world.end(open.index, false);
                return Err(broken());
            };
            let answer = Answer { open, status, headers: reply.headers, body: reply.body.into() };
            Ok(Box::new(answer) as Box<dyn Response>)
        }
        .boxed_local()
    }
}

fn broken() -> Failure {
    Failure::transient(Code::Network, "The connection broke.")
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Timer {
    world: Simulation,
    at_ms: f64,
    id: u64,
}

impl Timer {
    /// Positive floats sort like their bits.
    fn key(&self) -> (u64, u64) {
        (self.at_ms.to_bits(), self.id)
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.world.0.now_ms.get() >= self.at_ms {
            return Poll::Ready(());
        }
        self.world.0.timers.borrow_mut().insert(self.key(), context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.world.0.timers.borrow_mut().remove(&self.key());
    }
}

/// Notes in the log when the client lets go of a request.
struct OpenExchange {
    world: Simulation,
    index: usize,
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        self.world.end(self.index, true);
    }
}

struct Answer {
    open: OpenExchange,
    status: u16,
    headers: Vec<(String, String)>,
    body: VecDeque<(f64, Piece)>,
}

impl Response for Answer {
    fn status(&self) -> u16 {
        self.status
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    fn text(&mut self) -> LocalBoxFuture<'_, Result<String, Failure>> {
        async {
            let mut bytes = Vec::new();
            while let Some(piece) = self.chunk().await? {
                bytes.extend(piece);
            }
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
        .boxed_local()
    }

    fn chunk(&mut self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, Failure>> {
        async {
            let Some((after_ms, piece)) = self.body.pop_front() else {
                self.open.world.end(self.open.index, false);
                return Ok(None);
            };
            if after_ms > 0.0 {
                self.open.world.sleep(after_ms).await;
            }
            if self.body.is_empty() {
                self.open.world.end(self.open.index, false);
            }
            match piece {
                Piece::Bytes(bytes) => Ok(Some(bytes)),
                Piece::Break => {
                    self.open.world.end(self.open.index, false);
                    Err(broken())
                }
            }
        }
        .boxed_local()
    }
}

/// Chance from a seed (Steele, Lea and Flood's SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The same seed gives the same numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 up to `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }
}
