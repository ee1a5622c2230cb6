//! A server with a limit of any kind, beside which calls may fail by chance.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Piece, Random, Reply, Simulation};

use crate::world::completion;

/// What a refusal says of when to come back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hint {
    Exact,
    /// Whole seconds, at least one.
    Vague,
    None,
}

pub const HINTS: [Hint; 3] = [Hint::Exact, Hint::Vague, Hint::None];

/// What a server refuses.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// A bucket that holds so many and refills at so many a second.
    Bucket { holds: f64, per_second: f64 },
    /// So many in any minute.
    Sliding(usize),
    /// So many in each minute of the clock.
    Fixed(usize),
    /// So many tokens in any minute; a call takes from 500 to 1,500.
    Tokens(f64),
    /// So many at once.
    AtOnce(usize),
    /// A share of all, by chance.
    Chance(f64),
    /// Everything from 0.2 s on, for so long.
    Outage { ms: f64, status: u16 },
}

/// The shares of requests that come to nothing by chance.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// A 429, at once.
    pub refused: f64,
    /// A 503, at once.
    pub overloaded: f64,
    /// A 500 in the place of the answer.
    pub failed: f64,
    /// A connection that breaks in the place of the answer.
    pub lost: f64,
    /// One that breaks within the answer.
    pub cut: f64,
    /// No answer at all.
    pub silent: f64,
}

impl Faults {
    pub const NONE: Self =
        Self { refused: 0.0, overloaded: 0.0, failed: 0.0, lost: 0.0, cut: 0.0, silent: 0.0 };
}

/// One server, whoever asks.
pub struct Server {
    limit: Limit,
    hint: Hint,
    latency_ms: f64,
    /// How long a refusal takes.
    pub refusal_ms: f64,
    random: Random,
    pub faults: Faults,
    level: f64,
    at_ms: f64,
    taken: VecDeque<(f64, f64)>,
    pub asked: usize,
    pub refused: usize,
    pub answered: usize,
}

/// Of a server's chance, where a test has none of its own.
pub const SEED: u64 = 7;
const REFUSAL_MS: f64 = 20.0;
const NEVER_MS: f64 = 1e9;

impl Server {
    pub fn new(limit: Limit, hint: Hint, latency_ms: f64) -> Rc<RefCell<Self>> {
        Self::seeded(limit, hint, latency_ms, SEED)
    }

    /// One whose chance has this seed.
    pub fn seeded(limit: Limit, hint: Hint, latency_ms: f64, seed: u64) -> Rc<RefCell<Self>> {
        let level = if let Limit::Bucket { holds, .. } = limit { holds } else { 0.0 };
        Rc::new(RefCell::new(Self {
            limit,
            hint,
            latency_ms,
            refusal_ms: REFUSAL_MS,
            random: Random::new(seed),
            faults: Faults::NONE,
            level,
            at_ms: 0.0,
            taken: VecDeque::new(),
            asked: 0,
            refused: 0,
            answered: 0,
        }))
    }

    pub fn world(server: &Rc<RefCell<Self>>, seed: u64) -> Simulation {
        let server = Rc::clone(server);
        Simulation::new(seed, move |_: &Request, now| server.borrow_mut().reply(now))
    }

    /// Answers or refuses one request.
    pub fn reply(&mut self, now: f64) -> Reply {
        self.asked += 1;
        // An answer takes from half to one and a half times as long as most.
        let took = self.latency_ms * (0.5 + self.random.unit());
        let tokens = 500.0 + 1_000.0 * self.random.unit();
        if self.is_hit(self.faults.overloaded) {
            return Reply::new(503, self.refusal_ms, "{}");
        }
        if self.is_hit(self.faults.refused) {
            return self.refusal(200.0);
        }
        let wait = match self.limit {
            Limit::Outage { ms, status } if (200.0..200.0 + ms).contains(&now) => {
                self.refused += 1;
                return Reply::new(status, self.refusal_ms, "{}");
            }
            Limit::Outage { .. } => None,
            Limit::Chance(share) => (self.random.unit() < share).then_some(200.0),
            Limit::AtOnce(most) => {
                self.taken.retain(|(until, _)| *until > now);
                let first = self.taken.iter().map(|(until, _)| *until).fold(f64::INFINITY, f64::min);
                (self.taken.len() >= most).then_some(first - now)
            }
            Limit::Bucket { holds, per_second } => {
                self.level = (self.level + (now - self.at_ms) * per_second / 1000.0).min(holds);
                self.at_ms = now;
                (self.level < 1.0).then(|| (1.0 - self.level) * 1000.0 / per_second)
            }
            Limit::Sliding(most) => self.window(now, 1.0, most as f64),
            Limit::Tokens(most) => self.window(now, tokens, most),
            Limit::Fixed(most) => {
                let minute = (now / 60_000.0).floor() * 60_000.0;
                self.taken.retain(|(at, _)| *at >= minute);
                (self.taken.len() >= most).then_some(minute + 60_000.0 - now)
            }
        };
        if let Some(wait) = wait {
            return self.refusal(wait);
        }
        let Faults { failed, lost, cut, silent, .. } = self.faults;
        let [is_failed, is_lost, is_cut, is_silent] =
            [failed, lost, cut, silent].map(|share| self.is_hit(share));
        self.answered += usize::from(!(is_failed || is_lost || is_cut || is_silent));
        match self.limit {
            Limit::AtOnce(_) => self.taken.push_back((now + took, 1.0)),
            Limit::Tokens(_) => self.taken.push_back((now, tokens)),
            Limit::Bucket { .. } => self.level -= 1.0,
            _ => self.taken.push_back((now, 1.0)),
        }
        if is_failed {
            return Reply::new(500, took, "{}");
        }
        if is_lost || is_silent {
            return Reply::broken(if is_silent { NEVER_MS } else { took });
        }
        let body = completion("text", (tokens * 0.9) as u64, (tokens * 0.1) as u64);
        let mut reply = Reply::new(200, took, body);
        if is_cut {
            reply.body = vec![(0.0, Piece::Bytes(b"{\"choices\": [".into())), (0.0, Piece::Break)];
        }
        reply
    }

    fn refusal(&mut self, wait_ms: f64) -> Reply {
        self.refused += 1;
        let refusal = Reply::new(429, self.refusal_ms, "{}");
        match self.hint {
            Hint::Exact => refusal.header("retry-after-ms", format!("{}", wait_ms.ceil())),
            Hint::Vague => refusal.header("retry-after", format!("{}", (wait_ms / 1000.0).ceil().max(1.0))),
            Hint::None => refusal,
        }
    }

    fn is_hit(&mut self, share: f64) -> bool {
        share > 0.0 && self.random.unit() < share
    }

    fn window(&mut self, now: f64, amount: f64, most: f64) -> Option<f64> {
        self.taken.retain(|(at, _)| at + 60_000.0 > now);
        let mut excess = self.taken.iter().map(|(_, amount)| amount).sum::<f64>() + amount - most;
        let mut wait = None;
        for (at, amount) in &self.taken {
            if excess <= 0.0 {
                break;
            }
            excess -= amount;
            wait = Some(at + 60_000.0 - now);
        }
        wait
    }
}
