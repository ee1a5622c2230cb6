//! A tool drawn from a seed: it takes its time, fails or hangs, and logs its runs.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::FutureExt;
use parallelization_agent::api::input::Input;
use parallelization_agent::error::{Code, Failure};
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::message::Execute;
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::{Random, Simulation};

/// One time that a tool acted.
#[derive(Clone, Debug)]
pub struct ToolRun {
    pub run: usize,
    /// The server's name for the call: the number of its answer, and the place in it.
    pub nonce: String,
    pub began_at_ms: f64,
    /// When it was done, or was told to stop.
    pub ended_at_ms: Option<f64>,
}

pub type ToolRuns = Rc<RefCell<Vec<ToolRun>>>;

/// Notes when a run of the tool ends, however it does.
struct Open {
    tool_runs: ToolRuns,
    index: usize,
    world: Simulation,
}

impl Drop for Open {
    fn drop(&mut self) {
        let tool_run = &mut self.tool_runs.borrow_mut()[self.index];
        tool_run.ended_at_ms = Some(self.world.exact_ms());
    }
}

/// The name of the only tool.
pub const NAME: &str = "act";

/// A tool for the runs of one world.
pub fn tool(world: &Simulation, run: usize, seed: u64, tool_runs: &ToolRuns) -> Input {
    let random = RefCell::new(Random::new(seed));
    let (world, tool_runs) = (world.clone(), Rc::clone(tool_runs));
    let execute = Execute(Rc::new(move |arguments: Value| {
        let nonce = arguments["nonce"].as_str().unwrap().to_string();
        let began_at_ms = world.exact_ms();
        let index = tool_runs.borrow().len();
        tool_runs.borrow_mut().push(ToolRun { run, nonce, began_at_ms, ended_at_ms: None });
        let open = Open { tool_runs: Rc::clone(&tool_runs), index, world: world.clone() };
        let mut random = random.borrow_mut();
        let takes_ms = if random.below(8) == 0 { 1e9 } else { random.unit() * 2_000.0 };
        let (fails, sleep) = (random.below(6) == 0, world.sleep(takes_ms));
        async move {
            sleep.await;
            drop(open);
            match fails {
                true => Err(Failure::new(Code::CallbackFailed, "out of order")),
                false => Ok(json!({ "done": arguments["nonce"] })),
            }
        }
        .boxed_local()
    }));
    let parameters =
        json!({ "type": "object", "properties": { "nonce": { "type": "string" } }, "required": ["nonce"] });
    Input::Record(vec![
        ("name".into(), Input::Text(NAME.into())),
        ("description".into(), Input::Text("Acts, which must not happen twice.".into())),
        ("parameters".into(), Input::from(parameters)),
        ("execute".into(), Input::Execute(execute)),
    ])
}
