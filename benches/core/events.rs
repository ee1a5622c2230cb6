//! A whole run in the simulator, heard and unheard: what its events cost, and that nobody listening
//! costs nothing.

use std::cell::Cell;
use std::rc::Rc;

use criterion::{Criterion, Throughput};
use parallelization_agent::api::agent_options::AgentOptions;
use parallelization_agent::api::input::Input;
use parallelization_agent::api::request::Request;
use parallelization_agent::api::start::start;
use parallelization_agent::engine::agent::Agent;
use parallelization_agent::engine::progress::Sink;
use parallelization_agent::json::{self, json, to_value};
use parallelization_agent::platform::sim::{Reply, Simulation};

const TASKS: usize = 1000;

pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("run of 1,000 tasks");
    group.throughput(Throughput::Elements(TASKS as u64)).sample_size(20);
    for (name, heard) in [("unheard", false), ("heard", true)] {
        group.bench_function(name, |bencher| bencher.iter(|| run(heard)));
    }
    group.finish();
}

/// Events are written as JSON, since whoever hears them does that or the like.
fn run(heard: bool) {
    let body = r#"{"model":"m","choices":[{"message":{"content":"an answer"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"#;
    let world = Simulation::new(1, move |_, _| Reply::new(200, 10.0, body));
    world.set_variable("OPENAI_API_KEY", "key");
    let inputs: Vec<String> = (0..TASKS).map(|index| format!("item {index}")).collect();
    let arguments = [Input::from(json!(inputs))];
    let options = AgentOptions::read(Input::from(json!({ "concurrency": 64 })));
    let function = |_| panic!("no functions");
    let request = Request {
        strategy: "batch",
        arguments: &arguments,
        agent: &options,
        options: None,
        function: &function,
    };
    let agent = Agent::new(Rc::new(world.clone()), options.limits.clone(), None);
    let (run, outcome) = start(&agent, request, "run", "thread").ok().unwrap();
    let written = Rc::new(Cell::new(0));
    if heard {
        let written = Rc::clone(&written);
        let sink: Sink = Rc::new(move |event| {
            written.set(written.get() + json::print(&to_value(event)).len());
        });
        run.listen(&Rc::clone(&sink), sink);
    }
    let result = world.run(outcome).unwrap().ok().unwrap();
    assert_eq!(result.metadata.completed_tasks, TASKS);
    assert_eq!(written.get() > 0, heard);
}
