//! The limiter by itself, in the moments between a grant and the request.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use parallelization_agent::engine::limits::backoff::Trouble;
use parallelization_agent::engine::limits::limiter::{Acquire, Failed, Limiter, Patience, Permit, PoolId};
use parallelization_agent::engine::settings::{Concurrency, Limits, Period, RateLimit, Unit};
use parallelization_agent::model::pool_key::PoolKey;
use parallelization_agent::model::rate_limit::{Quota, RateLimits};
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::Simulation;

use crate::world::steady;

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A call that waits for its permit, polled by hand.
struct Waiting {
    acquire: Pin<Box<Acquire>>,
    wakes: Arc<Wakes>,
}

impl Waiting {
    fn poll(&mut self) -> Option<Permit> {
        let waker = Waker::from(Arc::clone(&self.wakes));
        match self.acquire.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(permit) => Some(permit.expect("there is no deadline")),
            Poll::Pending => None,
        }
    }

    /// The call that runs the dispatch yields once.
    fn poll_twice(&mut self) -> Option<Permit> {
        self.poll().or_else(|| self.poll())
    }

    fn wakes(&self) -> usize {
        self.wakes.0.load(Ordering::Relaxed)
    }
}

fn per_minute(unit: Unit, amount: f64) -> RateLimit {
    RateLimit { unit, amount, period: Period::Minute }
}

fn key(model: &str) -> PoolKey {
    PoolKey { model: model.into(), ..PoolKey::default() }
}

struct Gate {
    world: Simulation,
    limiter: Rc<Limiter>,
}

impl Gate {
    fn new(concurrency: usize, requests_per_minute: Option<f64>) -> Self {
        let world = Simulation::new(1, steady(1.0));
        let concurrency = Concurrency::Fixed(concurrency);
        let limit = requests_per_minute.map(|amount| per_minute(Unit::Requests, amount));
        let limits = Limits { concurrency, rates: limit.into_iter().collect(), ..Limits::default() };
        Self { limiter: Limiter::new(Rc::new(world.clone()), limits), world }
    }

    fn pool(&self, name: &str) -> PoolId {
        self.limiter.pool(&key(name))
    }

    fn wait(&self, pool: PoolId, path: u32) -> Waiting {
        let key = self.limiter.queue_key(path, false);
        let acquire = Box::pin(self.limiter.acquire(pool, key, 1.0, Patience::default()));
        Waiting { acquire, wakes: Arc::default() }
    }

    fn enter(&self, pool: PoolId) -> Permit {
        self.wait(pool, 1).poll_twice().expect("the gate is open")
    }

    fn let_pass(&self, ms: f64) {
        self.world.run(self.world.sleep(ms)).expect("time passes");
    }
}

fn asked_to_wait(ms: f64) -> Failed {
    let (trouble, named_ms) = (Trouble::Limited, Some(ms));
    Failed { trouble, named_ms, max_wait_ms: 600_000.0, random: 0.0 }
}

/// Three calls are under way and two wait. Two of the three end, so that both get a grant. One
/// goes.
fn let_through(gate: &Gate) -> (Permit, Permit, Waiting) {
    let pool = gate.pool("a");
    let held: Vec<Permit> = (0..3).map(|_| gate.enter(pool)).collect();
    let (mut first, mut second) = (gate.wait(pool, 1), gate.wait(pool, 1));
    assert!(first.poll_twice().is_none() && second.poll_twice().is_none());
    let [refused, one, other] = <[Permit; 3]>::try_from(held).unwrap();
    drop((one, other));
    let gone = first.poll_twice().expect("it is let through");
    assert!(second.wakes() > 0, "so is the other");
    (refused, gone, second)
}

#[test]
fn a_call_that_got_its_grant_at_the_moment_of_a_refusal_queues_again() {
    let gate = Gate::new(3, Some(5.0));
    let (refused, _gone, mut second) = let_through(&gate);
    refused.failed(asked_to_wait(1_000.0));
    assert!(second.poll_twice().is_none(), "it was let through, and must not go");
    drop(refused);
    gate.let_pass(999.0);
    assert!(second.poll_twice().is_none());
    gate.let_pass(1.0);
    assert!(second.poll_twice().is_some(), "what it had taken of the minute was given back");
}

#[test]
fn a_call_that_is_dropped_after_its_grant_gives_back_the_slot_and_its_part_of_the_minute() {
    let gate = Gate::new(3, Some(5.0));
    let (_refused, _gone, second) = let_through(&gate);
    drop(second);
    assert!(gate.wait(gate.pool("a"), 1).poll_twice().is_some());
}

#[test]
fn a_hedge_does_not_overtake_a_call_that_waits_for_the_minute() {
    let world = Simulation::new(1, steady(1.0));
    let limits = Limits { rates: vec![per_minute(Unit::Tokens, 100.0)], ..Limits::default() };
    let limiter = Limiter::new(Rc::new(world), limits);
    let pool = limiter.pool(&key("a"));
    let waiting = |acquire| Waiting { acquire: Box::pin(acquire), wakes: Arc::default() };
    let _taken = waiting(limiter.acquire_next(pool, 60.0).expect("nobody waits")).poll_twice();
    assert!(limiter.acquire_next(pool, 20.0).is_some(), "it fits");
    let mut large = waiting(limiter.acquire(pool, limiter.queue_key(1, false), 50.0, Patience::default()));
    assert!(large.poll_twice().is_none());
    assert!(limiter.acquire_next(pool, 20.0).is_none(), "it fits, and another was here first");
}

/// The head of a queue sets its timer again after all slots were taken for a while.
#[test]
fn the_head_of_a_queue_sets_its_timer_when_there_is_room_again() {
    let gate = Gate::new(2, None);
    let (paused, busy) = (gate.pool("paused"), gate.pool("busy"));
    gate.enter(paused).failed(asked_to_wait(1_000.0));
    let mut head = gate.wait(paused, 1);
    assert!(head.poll_twice().is_none());
    let full = (gate.enter(busy), gate.enter(busy));
    assert!(head.poll_twice().is_none());
    let mut long = gate.wait(busy, 9);
    assert!(long.poll_twice().is_none());
    let before = head.wakes();
    drop(full);
    let _long = long.poll_twice().expect("there is room");
    assert!(head.wakes() > before, "there is room for it, too, when its time comes");
    assert!(head.poll_twice().is_none());
    let woken = head.wakes();
    gate.let_pass(1_000.0);
    assert!(head.wakes() > woken, "its time has come");
    assert!(head.poll_twice().is_some());
}

/// What the server says is left of one limit.
fn left(requests: Option<f64>, tokens: Option<f64>) -> RateLimits {
    let quota = |remaining| Quota { remaining, resets_in_ms: 20_000.0 };
    RateLimits { requests: requests.map(quota), tokens: tokens.map(quota) }
}

#[test]
fn as_many_go_as_the_server_says_are_left_and_the_next_at_the_reset() {
    for limits in [left(Some(2.0), None), left(None, Some(2.0))] {
        let gate = Gate::new(9, None);
        let pool = gate.pool("a");
        gate.enter(pool).settle(1.0, &limits);
        let _two = (gate.enter(pool), gate.enter(pool));
        let mut third = gate.wait(pool, 1);
        assert!(third.poll_twice().is_none());
        gate.let_pass(20_000.0);
        assert!(third.poll_twice().is_some());
    }
}

#[test]
fn what_was_sent_after_an_answer_was_asked_for_comes_off_what_it_says_is_left() {
    for limits in [left(Some(2.0), None), left(None, Some(2.0))] {
        let gate = Gate::new(9, None);
        let pool = gate.pool("a");
        let (answered, _two) = (gate.enter(pool), (gate.enter(pool), gate.enter(pool)));
        answered.settle(1.0, &limits);
        assert!(gate.wait(pool, 1).poll_twice().is_none());
    }
}

#[test]
fn a_grant_that_was_never_used_does_not_come_off() {
    let gate = Gate::new(3, None);
    let (answered, _gone, second) = let_through(&gate);
    drop(second);
    answered.settle(1.0, &left(Some(4.0), None));
    assert!(gate.wait(gate.pool("a"), 1).poll_twice().is_some(), "three were sent since, and one is left");
}

#[test]
fn a_hedge_goes_where_the_server_says_that_enough_is_left() {
    let gate = Gate::new(9, None);
    let pool = gate.pool("a");
    gate.enter(pool).settle(1.0, &left(Some(2.0), Some(500.0)));
    let acquire = Box::pin(gate.limiter.acquire_next(pool, 500.0).expect("it fits"));
    let mut hedge = Waiting { acquire, wakes: Arc::default() };
    let _permit = hedge.poll_twice().expect("it goes");
    assert!(gate.limiter.acquire_next(pool, 1.0).is_none(), "no token is left");
}
