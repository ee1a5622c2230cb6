//! Servers that are down for a while: at the start of a run, within it, by turns, or since they
//! were asked too much at once. A run is back soon, and next to nothing is lost.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot::channel;
use futures::future::FutureExt;
use parallelization_agent::json::json;
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Reply, Simulation};

use crate::limited_server::{Hint, Limit, Server};
use crate::witnesses::{plain, row, run};
use crate::world::{call, completion};

/// The server, which fails every call while it is down.
fn while_up(
    server: &Rc<RefCell<Server>>,
    (seed, failure_ms): (u64, f64),
    is_down: impl Fn(f64) -> bool + 'static,
) -> Simulation {
    let server = Rc::clone(server);
    Simulation::new(seed, move |_: &Request, now| {
        if is_down(now) { Reply::new(503, failure_ms, "{}") } else { server.borrow_mut().reply(now) }
    })
}

#[test]
fn after_an_outage_a_run_is_back_as_soon_as_a_plain_client() {
    for (ms, status) in
        [500.0, 3_000.0, 30_000.0].into_iter().flat_map(|ms| [500, 503].map(|status| (ms, status)))
    {
        let limit = Limit::Outage { ms, status };
        let reference = plain(&Server::world(&Server::new(limit, Hint::None, 50.0), 1), 64, 3_000);
        for concurrency in [json!(64), json!("auto")] {
            let outcome = row(limit, Hint::None, 1, 3_000, &json!({ "concurrency": concurrency }));
            assert!(
                outcome.ms <= reference * 1.3,
                "{limit:?}: {} ms, and {reference} ms of a plain client",
                outcome.ms
            );
        }
    }
}

/// All of its calls fail at first, so that nothing is known of the server but that.
#[test]
fn a_run_that_begins_in_an_outage_is_soon_as_fast_as_one_that_does_not() {
    for (outage_ms, failure_ms, failed) in [
        (500.0, 5.0, 0.0),
        (2_000.0, 5.0, 0.0),
        (2_000.0, 100.0, 0.0),
        (2_000.0, 5.0, 0.2),
        (2_000.0, 5.0, 0.3),
    ] {
        let server = Server::new(Limit::Chance(0.0), Hint::None, 200.0);
        // A share of the calls goes on to fail.
        server.borrow_mut().faults.failed = failed;
        let world = while_up(&server, (1, failure_ms), move |now| now < outage_ms);
        let outcome = run(&world, 1, 400, &json!({}));
        assert!(outcome.ms <= outage_ms + 15_000.0, "{outage_ms}, {failed}: {} ms", outcome.ms);
    }
}

/// Their retries wait for their turn. How long that takes is known only once there are answers.
#[test]
fn calls_of_a_run_that_begins_in_an_outage_are_not_given_up_before_the_deadline() {
    let server = Server::new(Limit::Chance(0.0), Hint::None, 50.0);
    let world = while_up(&server, (1, 5.0), |now| now < 2_000.0);
    assert_eq!(run(&world, 1, 1_000, &json!({ "deadlineMs": 30_000 })).lost, 0);
}

/// It is down for every second second. Nothing but its outages says that there are too many calls.
#[test]
fn a_server_that_comes_and_goes_is_used_while_it_is_there() {
    for seed in 1..=5 {
        let server = Server::seeded(Limit::Chance(0.0), Hint::None, 100.0, seed);
        let world = while_up(&server, (seed, 5.0), |now| now % 2_000.0 >= 1_000.0);
        let outcome = run(&world, 1, 1_000, &json!({ "concurrency": 16 }));
        assert_eq!(outcome.lost, 0);
        assert!(outcome.ms <= 40_000.0, "{} ms", outcome.ms);
    }
}

/// It works for seconds at each call, and is down long before it has answered one.
#[test]
fn after_an_outage_of_long_calls_a_run_is_back_before_they_are_answered() {
    for status in [500, 503] {
        let server = Server::new(Limit::Chance(0.0), Hint::None, 10_000.0);
        let world = Simulation::new(1, move |_: &Request, now| match now {
            35_000.0..40_000.0 => Reply::new(status, 5.0, "{}"),
            _ => server.borrow_mut().reply(now),
        });
        let outcome = run(&world, 1, 640, &json!({ "concurrency": 64 }));
        assert_eq!(outcome.lost, 0);
        // Ten rounds, and the outage. If each step back waited for an answer, it would be 145 s.
        assert!(outcome.ms <= 120_000.0, "{status}: {} ms", outcome.ms);
    }
}

/// More than eight calls at once bring it down: 200 take 2.5 s at best. What it was at work on is
/// lost, or still answered.
#[test]
fn a_server_that_falls_over_when_there_are_too_many_calls_is_asked_for_fewer() {
    for (concurrency, down_ms) in
        [(json!(16), 1_000.0), (json!(64), 300.0), (json!(200), 1_000.0), (json!("auto"), 1_000.0)]
    {
        for (status, loses) in [(503, true), (500, true), (503, false)] {
            let falls = Rc::new(Cell::new(0));
            let world = falling(|_| 8, down_ms, (status, loses), &falls);
            let outcome = run(&world, 1, 200, &json!({ "concurrency": concurrency }));
            assert_eq!(outcome.lost, 0);
            let most = 4_000.0 + 2.0 * down_ms * 4.0;
            assert!(
                outcome.ms <= most && falls.get() <= 7,
                "{concurrency} {status} {loses}: {} ms, {} falls",
                outcome.ms,
                falls.get()
            );
        }
    }
}

/// It bears 60 calls at once, and after five seconds eight.
#[test]
fn a_server_that_falls_over_at_fewer_calls_than_before_is_asked_for_fewer() {
    let falls = Rc::new(Cell::new(0));
    let bears = |now| if now > 5_000.0 { 8 } else { 60 };
    let world = falling(bears, 1_000.0, (503, true), &falls);
    let outcome = run(&world, 1, 3_000, &json!({ "concurrency": 50 }));
    assert!(outcome.lost <= 1, "{} lost", outcome.lost);
    assert!(outcome.ms <= 40_000.0 && falls.get() <= 25, "{} ms, {} falls", outcome.ms, falls.get());
}

/// A server that falls over at more calls at once than it bears by then.
fn falling(
    bears: impl Fn(f64) -> usize + 'static,
    down_ms: f64,
    (status, loses): (u16, bool),
    falls: &Rc<Cell<usize>>,
) -> Simulation {
    let falls = Rc::clone(falls);
    let (mut down_until, mut ends) = (0.0, Vec::<f64>::new());
    let (mut up, receiver) = channel::<()>();
    let mut fall = receiver.shared();
    Simulation::new(1, move |_: &Request, now| {
        ends.retain(|end| *end > now);
        if now >= down_until && ends.len() >= bears(now) {
            ends.clear();
            down_until = now + down_ms;
            falls.set(falls.get() + 1);
            if loses {
                let (next, receiver) = channel();
                drop(std::mem::replace(&mut up, next));
                fall = receiver.shared();
            }
        }
        if now < down_until {
            return Reply::new(status, 5.0, "{}");
        }
        ends.push(now + 100.0);
        Reply::new(200, 100.0, completion("text", 1, 1)).unless_it_falls(&fall, status)
    })
}

/// The others wait until it is over.
#[test]
fn a_number_of_retries_that_the_caller_names_holds_in_an_outage_which_few_calls_then_meet() {
    for (ms, retries, most_lost) in [(3_000.0, 2, 5), (30_000.0, 2, 30), (30_000.0, 5, 10)] {
        let server = Server::new(Limit::Outage { ms, status: 503 }, Hint::None, 50.0);
        let world = Server::world(&server, 1);
        let result = call(&world, "batch", json!([vec!["x"; 3_000]]), json!({ "maxRetries": retries }));
        let result = result.resolved();
        let attempts = result.results.iter().map(|result| result.metadata.attempts).max();
        assert!(attempts <= Some(retries + 1), "{attempts:?} tries");
        let lost = result.metadata.failed_tasks;
        assert!(lost <= most_lost, "{ms}: {lost} lost");
    }
}
