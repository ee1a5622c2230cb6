//! Draws a world from a seed: graphs, options, faults and aborts; and tells what happened in it.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{Either, join_all, pending, select};
use parallelization_agent::api::input::Input;
use parallelization_agent::api::job::{self, Job, Request};
use parallelization_agent::api::options::AgentOptions;
use parallelization_agent::api::reader::Issues;
use parallelization_agent::engine::account::Account;
use parallelization_agent::engine::agent::Agent;
use parallelization_agent::engine::run::Run;
use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{Map, ToJson, Value, json};
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::{Exchange, Random, Simulation};
use parallelization_agent::report::{RunFailure, RunResult};

use super::server::{Books, Served, Temper, server};

/// One run of a scenario.
pub struct RunStory {
    pub subtasks: Vec<Value>,
    pub options: Value,
    /// When it was aborted.
    pub aborted_at_ms: Option<f64>,
    /// How many requests all runs had sent when it was aborted.
    pub sent_by_abort: usize,
    pub outcome: Result<RunResult, Box<RunFailure>>,
    pub events: Vec<Value>,
}

/// Everything that happened in one world.
pub struct Story {
    pub limits: Value,
    /// How late timers were at the most.
    pub late_ms: f64,
    /// The steps of the clock that programs were shown.
    pub grain_ms: f64,
    pub runs: Vec<RunStory>,
    pub log: Vec<Exchange>,
    pub served: Vec<Served>,
    pub account: Account,
    pub open_timers: usize,
}

struct Plan {
    subtasks: Vec<Value>,
    options: Value,
    abort_at_ms: Option<f64>,
}

fn sometimes(random: &mut Random, one_in: usize) -> bool {
    random.below(one_in) == 0
}

fn between(random: &mut Random, low: usize, high: usize) -> usize {
    low + random.below(high - low + 1)
}

fn draw_limits(random: &mut Random) -> Value {
    let mut limits = Map::new();
    if !sometimes(random, 4) {
        limits.insert("concurrency".into(), between(random, 1, 6).into());
    }
    if sometimes(random, 4) {
        limits.insert("requestsPerMinute".into(), between(random, 2, 20).into());
    }
    if sometimes(random, 4) {
        limits.insert("tokensPerMinute".into(), between(random, 200, 3000).into());
    }
    if sometimes(random, 4) {
        let amount = between(random, 100, 4000);
        let price = json!({ "input": 1e6, "output": 1e6 });
        let cost = sometimes(random, 2);
        limits.insert(
            "budget".into(),
            if cost { json!({ "cost": amount }) } else { json!({ "tokens": amount }) },
        );
        limits.insert("prices".into(), json!({ "plain": price, "other": price, "spare": price }));
    }
    limits.into()
}

fn draw_run(random: &mut Random, run: usize) -> Plan {
    let count = if sometimes(random, 20) { between(random, 20, 60) } else { between(random, 1, 10) };
    let shape = random.below(3);
    let subtasks = (0..count).map(|index| {
        let needs = if index == 0 { 0 } else { random.below(3) * shape };
        let ids: Vec<String> = (0..needs).map(|_| format!("r{run}t{}", random.below(index))).collect();
        let kind = if sometimes(random, 4) { "other" } else { "plain" };
        json!({ "id": format!("r{run}t{index}"), "type": kind, "content": format!("r{run}t{index} do it"), "dependencies": ids })
    });
    let subtasks: Vec<Value> = subtasks.collect();
    let mut options = Map::new();
    let mut set = |name: &'static str, value: Value| options.insert(name.into(), value);
    set("model", "plain".into());
    set("workers", json!({ "other": { "model": "other" } }));
    set("maxTokens", between(random, 20, 60).into());
    set("timeoutMs", between(random, 2_000, 30_000).into());
    set("idleTimeoutMs", between(random, 500, 5_000).into());
    set("maxRetries", random.below(4).into());
    set("stream", sometimes(random, 2).into());
    set("aggregate", sometimes(random, 2).into());
    if sometimes(random, 3) {
        set("deadlineMs", between(random, 500, 120_000).into());
    }
    if sometimes(random, 5) {
        set("onError", "throw".into());
    }
    if sometimes(random, 5) {
        set("quorum", between(random, 1, count).into());
    }
    if sometimes(random, 4) {
        set("fallbacks", json!([{ "model": "spare" }]));
    }
    match random.below(6) {
        0 => set("hedge", json!({ "afterMs": between(random, 100, 3_000) })),
        1 => set("hedge", json!({ "percentile": 80 })),
        _ => {}
    }
    let abort_at_ms = sometimes(random, 4).then(|| random.unit() * 30_000.0);
    Plan { subtasks, options: options.into(), abort_at_ms }
}

/// Lives one world to its end.
pub fn tell(seed: u64) -> Story {
    let mut random = Random::new(seed);
    let limits = draw_limits(&mut random);
    let temper = Temper {
        faults: [0.0, 0.1, 0.3, 0.6][random.below(4)],
        per_minute: sometimes(&mut random, 4).then(|| between(&mut random, 2, 15)),
        slowest_ms: [0.0, 500.0, 5_000.0][random.below(3)],
    };
    let late_ms = [0.0, 0.0, 5.0, 300.0][random.below(4)];
    let grain_ms = [0.0, 0.0, 1.0, 100.0][random.below(4)];
    let count = if sometimes(&mut random, 4) { 2 } else { 1 };
    let plans: Vec<Plan> = (0..count).map(|run| draw_run(&mut random, run)).collect();
    let books: Books = Rc::default();
    let world = Simulation::new(random.bits(), server(random.bits(), temper, Rc::clone(&books)));
    world.set_lateness(late_ms);
    world.set_grain(grain_ms);
    world.set_variable("OPENAI_API_KEY", "sk-canary-0123456789");
    world.set_variable("OPENAI_BASE_URL", "http://simulated/v1");
    let agent_options = Input::from(limits.clone());
    let read = AgentOptions::read(&agent_options, &[], &Issues::default());
    let agent = Agent::new(Rc::new(world.clone()), read.limits, None);
    let live =
        plans.into_iter().enumerate().map(|(run, plan)| live(&world, &agent, &agent_options, run, plan));
    // The runs are held to the end, as the handles of a caller would.
    let (runs, handles): (Vec<_>, Vec<_>) =
        world.run(join_all(live)).expect("no run waits for something that never happens").into_iter().unzip();
    let story = Story {
        limits,
        late_ms,
        grain_ms,
        runs,
        log: world.log(),
        served: books.borrow().clone(),
        account: agent.account(),
        open_timers: world.open_timers(),
    };
    drop(handles);
    story
}

async fn live(
    world: &Simulation,
    agent: &Rc<Agent>,
    agent_options: &Input,
    index: usize,
    plan: Plan,
) -> (RunStory, Rc<Run>) {
    let Plan { subtasks, options, abort_at_ms } = plan;
    let arguments = [Input::Text(format!("work {index}")), Input::from(Value::from(subtasks.clone()))];
    let request = Request {
        strategy: "parallelProcess",
        arguments: &arguments,
        agent: agent_options,
        options: &Input::from(options.clone()),
        function: &|_| panic!("no functions"),
    };
    let Job { strategy, work, options: read } = job::read(request, world).expect("the options are right");
    let name = format!("run{index}");
    let (run, stopped) =
        Run::new(Rc::clone(agent), read.policy, name.as_str().into(), "thread".into(), strategy);
    let events = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&events);
    run.listen(Rc::new(move |event| heard.borrow_mut().push(event.to_json())));
    let work = work(Rc::clone(&run));
    let (mut aborted_at_ms, mut sent_by_abort) = (None, usize::MAX);
    let aborted = async {
        let Some(at_ms) = abort_at_ms else { return pending::<()>().await };
        world.sleep(at_ms).await;
        aborted_at_ms = Some(world.now_ms());
        sent_by_abort = world.log().len();
        run.stop(Failure::new(Code::Aborted, "The run was aborted."));
        pending().await
    };
    let driven = Rc::clone(&run).drive(work, stopped);
    let outcome = match select(Box::pin(driven), Box::pin(aborted)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => unreachable!(),
    };
    let events = events.take();
    (RunStory { subtasks, options, aborted_at_ms, sent_by_abort, outcome, events }, run)
}
