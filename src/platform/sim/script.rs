//! The scripted server's side of a request: what it replies, how the client reads that, and how it
//! is logged.

use std::collections::VecDeque;

use futures::channel::oneshot::Receiver;
use futures::future::{Either, FutureExt, LocalBoxFuture, Shared, select};

use super::Simulation;
use crate::error::{Code, Failure};
use crate::platform::{Platform, Request, Response};

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
    /// When the server falls over, and the status of what it was at work on.
    pub fall: Option<(Shared<Receiver<()>>, u16)>,
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
        Self {
            after_ms,
            status: Some(status),
            headers,
            body: vec![(0.0, Piece::Bytes(body.into()))],
            fall: None,
        }
    }

    /// A connection that breaks before anything comes.
    #[must_use]
    pub fn broken(after_ms: f64) -> Self {
        Self { after_ms, status: None, headers: Vec::new(), body: Vec::new(), fall: None }
    }

    /// If the server falls over before the headers, as the sender of `fall` is dropped, the request
    /// is lost, and its status is `status`.
    #[must_use]
    pub fn unless_it_falls(mut self, fall: &Shared<Receiver<()>>, status: u16) -> Self {
        self.fall = Some((fall.clone(), status));
        self
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

/// Waits for the headers of `reply`.
pub(super) async fn answer(open: OpenExchange, mut reply: Reply) -> Result<Box<dyn Response>, Failure> {
    let headers = open.world.sleep(reply.after_ms);
    match reply.fall {
        None => headers.await,
        Some((fall, status)) => {
            if let Either::Right(_) = select(headers, fall).await {
                reply.status = Some(status);
                reply.body = Vec::new();
            }
        }
    }
    let Some(status) = reply.status else {
        open.world.end(open.index, false);
        return Err(broken());
    };
    Ok(Box::new(Answer { open, status, headers: reply.headers, body: reply.body.into() }))
}

fn broken() -> Failure {
    Failure::transient(Code::Network, "The connection broke.")
}

/// Notes in the log when the client lets go of a request.
pub(super) struct OpenExchange {
    world: Simulation,
    index: usize,
}

impl OpenExchange {
    pub fn new(world: Simulation, index: usize) -> Self {
        Self { world, index }
    }
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
