//! A limit that several agents share, as several processes do: kept by all together, without one
//! that is first in a queue being overtaken, and never a reason for a run to fail.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture, join_all};
use parallelization_agent::api::agent_options::AgentOptions;
use parallelization_agent::api::input::Input;
use parallelization_agent::api::request::Request;
use parallelization_agent::api::start::start;
use parallelization_agent::engine::agent::Agent;
use parallelization_agent::engine::limits::shared_limiter::{Booked, SharedLimiter};
use parallelization_agent::json::{Value, json, to_value};
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::{Reply, Simulation};
use parallelization_agent::report::RunResult;

use crate::world::{completion, said, steady};

const WINDOW_MS: f64 = 60_000.0;

/// The place where limits are kept for all: a log of when each booking may go, and what is under
/// way.
struct Shared {
    world: Simulation,
    most: usize,
    reached: Cell<bool>,
    /// How long the way there takes.
    way_ms: f64,
    log: RefCell<Vec<(String, f64)>>,
    open: RefCell<HashMap<String, f64>>,
    settled: RefCell<Vec<Option<f64>>>,
    asked: Cell<usize>,
    paused_until_ms: Cell<f64>,
}

impl Shared {
    fn new(world: &Simulation, most: usize) -> Rc<Self> {
        Rc::new(Self {
            world: world.clone(),
            most,
            reached: Cell::new(true),
            way_ms: 2.0,
            log: RefCell::default(),
            open: RefCell::default(),
            settled: RefCell::default(),
            asked: Cell::new(0),
            paused_until_ms: Cell::new(0.0),
        })
    }

    /// When the booking may go.
    fn take(&self, id: &str, tokens: f64) -> f64 {
        let now = self.world.now_ms();
        let mut log = self.log.borrow_mut();
        let first = log.len().checked_sub(self.most).map(|index| log[index].1 + WINDOW_MS + 10.0);
        let last = log.last().map_or(now, |entry| entry.1);
        let pause = self.paused_until_ms.get() - self.world.date_ms() + now;
        let at_ms = first.unwrap_or(now).max(last).max(pause).max(now);
        log.push((id.into(), at_ms));
        self.open.borrow_mut().insert(id.into(), tokens);
        at_ms
    }
}

struct Client(Rc<Shared>);

impl SharedLimiter for Client {
    fn book(&self, _: &str, tokens: f64) -> LocalBoxFuture<'static, Result<Booked, String>> {
        let shared = Rc::clone(&self.0);
        async move {
            shared.asked.set(shared.asked.get() + 1);
            let id = format!("booking {}", shared.asked.get());
            shared.world.sleep(shared.way_ms).await;
            if !shared.reached.get() {
                return Err("There is nobody.".into());
            }
            let at_ms = shared.take(&id, tokens);
            shared.world.sleep(shared.way_ms).await;
            Ok(Booked { wait_ms: at_ms - shared.world.now_ms().min(at_ms), id })
        }
        .boxed_local()
    }

    fn settle(&self, _: &str, id: &str, tokens: Option<f64>) {
        assert!(self.0.open.borrow_mut().remove(id).is_some(), "{id} is settled once");
        self.0.settled.borrow_mut().push(tokens);
        if tokens.is_none() {
            self.0.log.borrow_mut().retain(|(other, _)| other != id);
        }
    }

    fn pause(&self, _: &str, until_ms: f64) {
        self.0.paused_until_ms.set(until_ms);
    }
}

fn agent(world: &Simulation, shared: &Rc<Shared>, options: &AgentOptions) -> Rc<Agent> {
    let agent = Agent::new(Rc::new(world.clone()), options.limits.clone(), None);
    agent.share_limits(Rc::new(Client(Rc::clone(shared))));
    agent
}

type Ended = (Option<RunResult>, Vec<Value>);

fn begin(
    world: &Simulation,
    agent: Rc<Agent>,
    strategy: &str,
    arguments: Value,
    options: &AgentOptions,
) -> LocalBoxFuture<'static, Ended> {
    world.set_variable("OPENAI_API_KEY", "sk-canary-0123456789");
    let Input::List(arguments) = Input::from(arguments) else { panic!("arguments are a list") };
    let none = |_| panic!("no functions");
    let request = Request { strategy, arguments: &arguments, agent: options, options: None, function: &none };
    let Ok((run, outcome)) = start(&agent, request, "run", "thread") else { panic!("the input is right") };
    let events = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&events);
    let sink: Rc<dyn Fn(&parallelization_agent::event::Event<'_>)> =
        Rc::new(move |event| heard.borrow_mut().push(to_value(event)));
    run.listen(&Rc::clone(&sink), sink);
    async move {
        let ended = outcome.await.ok();
        let events = events.take();
        (ended, events)
    }
    .boxed_local()
}

fn inputs(name: &str, count: usize) -> Value {
    json!([(0..count).map(|index| Value::from(format!("{name} {index}"))).collect::<Value>()])
}

#[test]
fn no_minute_sees_more_of_all_agents_together_than_the_limit_and_the_limit_is_used() {
    for seed in 1..20 {
        let world = Simulation::new(seed, steady(300.0 + 50.0 * seed as f64));
        let shared = Shared::new(&world, 30);
        let options = AgentOptions::read(Input::from(json!({ "concurrency": seed })));
        let runs = (0..4).map(|index| {
            let agent = agent(&world, &shared, &options);
            begin(&world, agent, "batch", inputs(&format!("agent {index}"), 30), &options)
        });
        for (ended, _) in world.run(join_all(runs)).expect("it ends") {
            assert_eq!(ended.expect("it completes").metadata.completed_tasks, 30);
        }
        let log = world.log();
        let sent: Vec<f64> = log.iter().map(|exchange| exchange.sent_at_ms).collect();
        assert_eq!(sent.len(), 120);
        assert!(sent.windows(31).all(|minute| minute[30] - minute[0] >= WINDOW_MS), "seed {seed}");
        assert!(sent[119] - sent[0] <= 3.0 * WINDOW_MS / 0.93, "seed {seed}: {}", sent[119]);
        assert!(shared.open.borrow().is_empty());
        assert!(shared.settled.borrow().iter().all(|tokens| *tokens == Some(15.0)));
    }
}

#[test]
fn the_longest_path_goes_first_though_others_are_asked() {
    let world = Simulation::new(1, |request: &_, _| {
        let name = said(request);
        Reply::new(200, 50.0, completion(name.lines().last().unwrap_or_default(), 1, 1))
    });
    let shared = Shared::new(&world, 2);
    let options = AgentOptions::read(Input::from(json!({ "aggregate": false, "concurrency": 8 })));
    // Alone they are many, and come first; what has a chain behind it comes last.
    let mut tasks: Vec<Value> =
        (0..6).map(|index| json!({ "id": format!("short{index}"), "content": "short" })).collect();
    tasks.push(json!({ "id": "a", "content": "long" }));
    tasks.push(json!({ "id": "b", "content": "long", "dependencies": ["a"] }));
    tasks.push(json!({ "id": "c", "content": "long", "dependencies": ["b"] }));
    let agent = agent(&world, &shared, &options);
    let run = begin(&world, agent, "parallelProcess", json!(["x", tasks]), &options);
    let (ended, _) = world.run(run).expect("it ends");
    assert_eq!(ended.expect("it completes").metadata.completed_tasks, 9);
    let log = world.log();
    let order: Vec<bool> = log.iter().map(|exchange| said(&exchange.request).contains("long")).collect();
    assert!(order[0], "the longest goes first");
    // One that was asked for already goes before what has come since.
    assert_eq!(order[..4].iter().filter(|is_long| **is_long).count(), 2, "{order:?}");
}

#[test]
fn while_it_cannot_be_reached_calls_go_and_listeners_are_told() {
    let world = Simulation::new(1, steady(100.0));
    let shared = Shared::new(&world, 1);
    shared.reached.set(false);
    let options = AgentOptions::read(Input::from(json!({ "concurrency": 4 })));
    let agent = agent(&world, &shared, &options);
    let run = begin(&world, agent, "batch", inputs("x", 20), &options);
    let (ended, events) = world.run(run).expect("it ends");
    let metadata = ended.expect("it completes").metadata;
    assert_eq!((metadata.completed_tasks, metadata.attempts), (20, 20));
    assert!(metadata.processing_time_ms < 1_000.0, "nobody waits for it again and again");
    let told = |event: &&Value| event["name"].as_str() == Some("limiter");
    let told: Vec<&Value> = events.iter().filter(told).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["value"]["status"].as_str(), Some("unreachable"));
    assert_eq!(told[0]["value"]["message"].as_str(), Some("There is nobody."));
}

#[test]
fn what_is_booked_and_never_sent_is_given_back_and_what_was_aborted_is_not() {
    let world = Simulation::new(1, steady(5_000.0));
    let shared = Shared::new(&world, 3);
    let options =
        AgentOptions::read(Input::from(json!({ "concurrency": 8, "deadlineMs": 1_000, "maxTokens": 100 })));
    let agent = agent(&world, &shared, &options);
    let run = begin(&world, agent, "batch", inputs("x", 6), &options);
    world.run(run).expect("it ends");
    assert_eq!(world.log().len(), 3);
    assert!(shared.open.borrow().is_empty());
    let settled = shared.settled.borrow();
    assert_eq!(settled.iter().filter(|tokens| tokens.is_none()).count(), 1, "the head alone has booked");
    assert_eq!(settled.iter().filter(|tokens| tokens.is_some_and(|tokens| tokens > 100.0)).count(), 3);
}

#[test]
fn a_pause_that_a_server_asks_for_is_told_to_all() {
    let mut count = 0;
    let world = Simulation::new(1, move |_: &_, _| {
        count += 1;
        let refusal = Reply::new(429, 50.0, "{}").header("retry-after", "30");
        if count == 1 { refusal } else { Reply::new(200, 10.0, completion("text", 1, 1)) }
    });
    let shared = Shared::new(&world, 100);
    let options = AgentOptions::read(Input::from(json!({})));
    let first = begin(&world, agent(&world, &shared, &options), "batch", inputs("a", 1), &options);
    let later = begin(&world, agent(&world, &shared, &options), "batch", inputs("b", 1), &options);
    let clock = world.clone();
    let later = async move {
        clock.sleep(1_000.0).await;
        later.await
    };
    let both = world.run(join_all([first, later.boxed_local()])).expect("it ends");
    assert!(both.iter().all(|(ended, _)| ended.is_some()));
    assert!(world.log()[1..].iter().all(|exchange| exchange.sent_at_ms >= 30_000.0));
}
