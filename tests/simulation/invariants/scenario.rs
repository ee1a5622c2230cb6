//! Draws a world from a seed (graphs, options, faults and aborts), runs it, and gives a trace of
//! it.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{Either, join, join_all, pending, select};
use parallelization_agent::api::agent_options::AgentOptions;
use parallelization_agent::api::input::Input;
use parallelization_agent::api::request::Request;
use parallelization_agent::api::start::start;
use parallelization_agent::engine::account::Account;
use parallelization_agent::engine::agent::Agent;
use parallelization_agent::engine::progress::Sink;
use parallelization_agent::engine::run::Run;
use parallelization_agent::engine::store::Store;
use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{Map, Value, json, to_value};
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::{Exchange, Random, Simulation};
use parallelization_agent::report::{RunFailure, RunResult};

use super::server::{FaultRates, Served, ServerLog, server};
use super::store::FlakyStore;
use super::tools::{ToolRun, ToolRuns, tool};

/// One run of a scenario.
pub struct RunTrace {
    pub subtasks: Vec<Value>,
    pub options: Value,
    pub began_at_ms: f64,
    pub ended_at_ms: f64,
    /// When it was aborted, from its beginning.
    pub aborted_at_ms: Option<f64>,
    /// How many requests all runs had sent when it was aborted.
    pub sent_by_abort: usize,
    pub outcome: Result<RunResult, Box<RunFailure>>,
    pub events: Vec<Value>,
    /// What one hears who comes in the middle, or after the end.
    pub heard_late: Vec<Value>,
}

/// Everything that happened in one world.
pub struct Trace {
    pub limits: Value,
    /// How late timers were at the most.
    pub late_ms: f64,
    /// The steps of the clock that programs were shown.
    pub grain_ms: f64,
    pub runs: Vec<RunTrace>,
    /// How many of the runs, and of the requests, belong to the first time; then all is run again.
    pub first_runs: usize,
    pub sent_by_first: usize,
    /// What the store held after the first time.
    pub kept: Option<String>,
    /// How often the store fails, from 0 to 1.
    pub store_trouble: f64,
    pub tool_runs: Vec<ToolRun>,
    pub log: Vec<Exchange>,
    pub served: Vec<Served>,
    pub account: Account,
    pub open_timers: usize,
}

#[derive(Clone)]
struct Plan {
    subtasks: Vec<Value>,
    options: Value,
    has_tools: bool,
    abort_at_ms: Option<f64>,
    joins_at_ms: f64,
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
    if sometimes(random, 6) {
        let per = ["second", "minute", "hour", "day"][random.below(4)];
        // In an hour as many as no world sends: a run may not take hours.
        let many = if per == "hour" || per == "day" { 1_000 } else { 1 };
        let requests = json!({ "requests": many * between(random, 1, 10), "per": per });
        let tokens = json!({ "tokens": many * between(random, 50, 2_000), "per": per });
        limits.insert(
            "limits".into(),
            [vec![requests.clone()], vec![tokens.clone()], vec![requests, tokens]][random.below(3)]
                .clone()
                .into(),
        );
    }
    if sometimes(random, 4) {
        limits.insert("pacing".into(), if sometimes(random, 2) { "smooth" } else { "burst" }.into());
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
    let mut set = |name: &str, value: Value| drop(options.insert(name.into(), value));
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
    let mut set = |name: &str, value: Value| drop(options.insert(name.into(), value));
    let has_tools = sometimes(random, 4);
    set("toolConcurrency", between(random, 1, 3).into());
    set("toolTimeoutMs", between(random, 500, 3_000).into());
    let abort_at_ms = sometimes(random, 4).then(|| random.unit() * 30_000.0);
    let joins_at_ms = random.unit() * [1.0, 2_000.0, 20_000.0][random.below(3)];
    Plan { subtasks, options: options.into(), has_tools, abort_at_ms, joins_at_ms }
}

/// Lives one world to its end.
pub fn run_scenario(seed: u64) -> Trace {
    let mut random = Random::new(seed);
    let limits = draw_limits(&mut random);
    let rates = FaultRates {
        faults: [0.0, 0.1, 0.3, 0.6][random.below(4)],
        per_minute: sometimes(&mut random, 4).then(|| between(&mut random, 2, 15)),
        slowest_ms: [0.0, 500.0, 5_000.0][random.below(3)],
    };
    let late_ms = [0.0, 0.0, 5.0, 300.0][random.below(4)];
    let grain_ms = [0.0, 0.0, 1.0, 100.0][random.below(4)];
    let count = if sometimes(&mut random, 4) { 2 } else { 1 };
    let plans: Vec<Plan> = (0..count).map(|run| draw_run(&mut random, run)).collect();
    let server_log: ServerLog = Rc::default();
    let world = Simulation::new(random.bits(), server(random.bits(), rates, Rc::clone(&server_log)));
    world.set_lateness(late_ms);
    world.set_grain(grain_ms);
    world.set_variable("OPENAI_API_KEY", "sk-canary-0123456789");
    world.set_variable("OPENAI_BASE_URL", "http://simulated/v1");
    let agent_options = AgentOptions::read(Input::from(limits.clone()));
    let store_trouble = [0.0, 0.0, 0.3][random.below(3)];
    let slowest_ms = [0.0, 300.0][random.below(2)];
    let flaky =
        sometimes(&mut random, 3).then(|| FlakyStore::new(&world, random.bits(), store_trouble, slowest_ms));
    let store = flaky.clone().map(|flaky| flaky as Rc<dyn Store>);
    let agent = Agent::new(Rc::new(world.clone()), agent_options.limits.clone(), store);
    let stage = Stage { agent, agent_options, world };
    let tool_runs = ToolRuns::default();
    // The runs are held to the end, as the handles of a caller would.
    let (mut runs, mut handles) = stage.play(&plans, 0, &mut random, &tool_runs);
    let (first_runs, sent_by_first) = (runs.len(), stage.world.log().len());
    let kept = flaky.map(|flaky| flaky.text());
    if kept.is_some() {
        let again = plans.iter().map(|plan| Plan { abort_at_ms: None, ..plan.clone() }).collect::<Vec<_>>();
        let (more, held) = stage.play(&again, first_runs, &mut random, &tool_runs);
        runs.extend(more);
        handles.extend(held);
        server_log.borrow_mut()[sent_by_first..].iter_mut().for_each(|served| served.run += first_runs);
    }
    let trace = Trace {
        limits,
        late_ms,
        grain_ms,
        runs,
        first_runs,
        sent_by_first,
        kept,
        store_trouble,
        tool_runs: tool_runs.take(),
        log: stage.world.log(),
        served: server_log.borrow().clone(),
        account: stage.agent.account(),
        open_timers: stage.world.open_timers(),
    };
    drop(handles);
    trace
}

/// Where runs take place.
struct Stage {
    world: Simulation,
    agent: Rc<Agent>,
    agent_options: AgentOptions,
}

impl Stage {
    /// Runs all plans at once.
    fn play(
        &self,
        plans: &[Plan],
        first: usize,
        random: &mut Random,
        tool_runs: &ToolRuns,
    ) -> (Vec<RunTrace>, Vec<Rc<Run>>) {
        let live = plans.iter().enumerate().map(|(index, plan)| {
            let tool = tool(&self.world, first + index, random.bits(), tool_runs);
            self.live(index, plan.clone(), tool)
        });
        let ended = self.world.run(join_all(live)).expect("no run waits for something that never happens");
        ended.into_iter().unzip()
    }

    async fn live(&self, index: usize, plan: Plan, tool: Input) -> (RunTrace, Rc<Run>) {
        let (world, agent) = (&self.world, &self.agent);
        let Plan { subtasks, options, has_tools, abort_at_ms, joins_at_ms } = plan;
        let mut all = Input::from(options.clone());
        if let (Input::Record(fields), true) = (&mut all, has_tools) {
            fields.push(("tools".into(), Input::List(vec![tool])));
        }
        let began_at_ms = world.exact_ms();
        let arguments = [Input::Text(format!("work {index}")), Input::from(Value::from(subtasks.clone()))];
        let request = Request {
            strategy: "parallelProcess",
            arguments: &arguments,
            agent: &self.agent_options,
            options: Some(&all),
            function: &|_| panic!("no functions"),
        };
        let name = format!("run{index}");
        let Ok((run, outcome)) = start(agent, request, &name, "thread") else {
            panic!("the options are right")
        };
        let (heard, heard_late) = (Heard::default(), Heard::default());
        run.listen(&sink([&heard]), sink([&heard]));
        let (mut aborted_at_ms, mut sent_by_abort) = (None, usize::MAX);
        let aborted = async {
            let Some(at_ms) = abort_at_ms else { return pending::<()>().await };
            world.sleep(at_ms).await;
            aborted_at_ms = Some(world.exact_ms() - began_at_ms);
            sent_by_abort = world.log().len();
            run.stop(Failure::new(Code::Aborted, "The run was aborted."));
            pending().await
        };
        let joined = async {
            world.sleep(joins_at_ms).await;
            run.listen(&sink([&heard_late]), sink([&heard, &heard_late]));
            pending::<()>().await
        };
        let others = join(Box::pin(aborted), Box::pin(joined));
        let outcome = match select(outcome, others).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => unreachable!(),
        };
        if heard_late.borrow().is_empty() {
            run.listen(&sink([&heard_late]), sink([]));
        }
        let (events, heard_late, ended_at_ms) = (heard.take(), heard_late.take(), world.exact_ms());
        (
            RunTrace {
                subtasks,
                options,
                began_at_ms,
                ended_at_ms,
                aborted_at_ms,
                sent_by_abort,
                outcome,
                events,
                heard_late,
            },
            run,
        )
    }
}

type Heard = Rc<RefCell<Vec<Value>>>;

fn sink<const N: usize>(listeners: [&Heard; N]) -> Sink {
    let listeners = listeners.map(Rc::clone);
    Rc::new(move |event| {
        let event = to_value(event);
        listeners.iter().for_each(|heard| heard.borrow_mut().push(event.clone()));
    })
}
