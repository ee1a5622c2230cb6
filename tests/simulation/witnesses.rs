//! Servers with limits of every kind: nothing is lost to them. Beside each row of the table that is printed (`--nocapture`), as
//! a reference, a plain client: so many at a time, each tried again by itself.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures::future::join_all;
use parallelization_agent::api::input::Input;
use parallelization_agent::api::issues::Issues;
use parallelization_agent::api::job::{self, Request as Job};
use parallelization_agent::api::options::AgentOptions;
use parallelization_agent::engine::agent::Agent;
use parallelization_agent::engine::run::Run;
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::sim::{Random, Reply, Simulation};
use parallelization_agent::platform::{Platform, Request};

use crate::world::completion;

/// What a refusal says of when to come back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hint {
    Exact,
    /// Whole seconds, at least one.
    Vague,
    None,
}

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
}

/// One server, whoever asks.
pub struct Server {
    limit: Limit,
    hint: Hint,
    latency_ms: f64,
    random: Random,
    level: f64,
    at_ms: f64,
    taken: VecDeque<(f64, f64)>,
    pub asked: usize,
    pub refused: usize,
    pub answered: usize,
}

const REFUSAL_MS: f64 = 20.0;

impl Server {
    pub fn new(limit: Limit, hint: Hint, latency_ms: f64) -> Rc<RefCell<Self>> {
        let level = if let Limit::Bucket { holds, .. } = limit { holds } else { 0.0 };
        Rc::new(RefCell::new(Self {
            limit,
            hint,
            latency_ms,
            random: Random::new(7),
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

    fn reply(&mut self, now: f64) -> Reply {
        self.asked += 1;
        // An answer takes from half to one and a half times as long as most.
        let took = self.latency_ms * (0.5 + self.random.unit());
        let tokens = 500.0 + 1_000.0 * self.random.unit();
        let wait = match self.limit {
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
            self.refused += 1;
            let refusal = Reply::new(429, REFUSAL_MS, "{}");
            return match self.hint {
                Hint::Exact => refusal.header("retry-after-ms", format!("{}", wait.ceil())),
                Hint::Vague => refusal.header("retry-after", format!("{}", (wait / 1000.0).ceil().max(1.0))),
                Hint::None => refusal,
            };
        }
        self.answered += 1;
        match self.limit {
            Limit::AtOnce(_) => self.taken.push_back((now + took, 1.0)),
            Limit::Tokens(_) => self.taken.push_back((now, tokens)),
            Limit::Bucket { .. } => self.level -= 1.0,
            _ => self.taken.push_back((now, 1.0)),
        }
        let body = completion("text", (tokens * 0.9) as u64, (tokens * 0.1) as u64);
        Reply::new(200, took, body)
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

/// What several agents came to that had a number of calls each.
#[derive(Debug)]
pub struct Outcome {
    pub lost: usize,
    pub ms: f64,
}

/// Runs a batch in each of so many agents of one process.
pub fn run(world: &Simulation, agents: usize, calls: usize, options: &Value) -> Outcome {
    world.set_variable("OPENAI_API_KEY", "sk-canary-0123456789");
    let inputs: Vec<String> = (0..calls).map(|index| index.to_string()).collect();
    let options = Input::from(options.clone());
    let Input::List(arguments) = Input::from(json!([inputs])) else { panic!("a list") };
    let started = world.exact_ms();
    let runs = (0..agents).map(|_| {
        let none = |_| panic!("no functions");
        let request = Job {
            strategy: "batch",
            arguments: &arguments,
            agent: &options,
            options: &Input::Null,
            function: &none,
        };
        let job = job::read(request, world).expect("it is right");
        let limits = AgentOptions::read(&options, &[], &Issues::default()).limits;
        let agent = Agent::new(Rc::new(world.clone()), limits, None);
        let (run, stopped) = Run::new(agent, job.options.policy, "run".into(), "thread".into(), job.strategy);
        let work = (job.work)(Rc::clone(&run));
        run.drive(work, stopped)
    });
    let outcomes = world.run(join_all(runs)).expect("it comes to an end");
    let completed: usize = outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(result) => result.metadata.completed_tasks,
            Err(failure) => failure.metadata.completed_tasks,
        })
        .sum();
    Outcome { lost: agents * calls - completed, ms: world.exact_ms() - started }
}

/// A plain client: so many at a time, each tried again by itself after 0.5 s, 1 s, 2 s … 8 s, for as long as it takes.
pub fn plain(world: &Simulation, at_once: usize, calls: usize) -> f64 {
    let left = RefCell::new(calls);
    let started = world.exact_ms();
    let lane = || async {
        loop {
            {
                let mut left = left.borrow_mut();
                if *left == 0 {
                    return;
                }
                *left -= 1;
            }
            let mut wait = 500.0_f64;
            loop {
                let mut body = String::new();
                if let Ok(mut response) = world.fetch(Request::default()).await {
                    let status = response.status();
                    body = response.text(usize::MAX).await.unwrap_or_default();
                    if status == 200 {
                        break;
                    }
                }
                drop(body);
                world.sleep(wait * (0.5 + world.random() / 2.0)).await;
                wait = (wait * 2.0).min(8_000.0);
            }
        }
    };
    world.run(join_all((0..at_once).map(|_| lane()))).expect("it comes to an end");
    world.exact_ms() - started
}

/// What one server did with the calls of so many agents together, as a row of a table.
fn row(limit: Limit, hint: Hint, agents: usize, calls: usize, options: &Value) {
    let server = Server::new(limit, hint, 1_000.0);
    let outcome = run(&Server::world(&server, 1), agents, calls / agents, options);
    let reference = plain(&Server::world(&Server::new(limit, hint, 1_000.0), 1), 64, calls);
    let server = server.borrow();
    println!(
        "{:42} {:6} {agents} agents {options:22} refused {:4} of {:4}, {:6.1} s; a plain client {:6.1} s",
        format!("{limit:?}"),
        format!("{hint:?}"),
        server.refused,
        server.asked,
        outcome.ms / 1000.0,
        reference / 1000.0,
    );
    assert_eq!(outcome.lost, 0, "{limit:?} {hint:?} {agents} agents {options}");
    assert_eq!(server.answered, calls, "{limit:?} {hint:?} {agents} agents {options}");
}

#[test]
fn nothing_is_lost_to_a_limit_whose_server_says_when_to_come_back() {
    for (limit, calls) in [
        (Limit::Sliding(300), 900),
        (Limit::Fixed(300), 900),
        (Limit::Tokens(300_000.0), 900),
        (Limit::Bucket { holds: 500.0, per_second: 50.0 }, 2_000),
        (Limit::AtOnce(40), 1_000),
        (Limit::Chance(0.05), 1_000),
    ] {
        for hint in [Hint::Exact, Hint::Vague] {
            for (agents, concurrency) in [(1, json!(64)), (1, json!("auto")), (4, json!("auto"))] {
                row(limit, hint, agents, calls, &json!({ "concurrency": concurrency }));
            }
        }
    }
}

#[test]
fn nothing_is_lost_to_a_limit_that_lets_some_through_all_the_time() {
    for limit in [Limit::Bucket { holds: 500.0, per_second: 50.0 }, Limit::AtOnce(40)] {
        for (agents, concurrency) in [(1, json!(64)), (1, json!("auto")), (4, json!("auto"))] {
            row(limit, Hint::None, agents, 2_000, &json!({ "concurrency": concurrency }));
        }
    }
}
