//! Starts runs: the one way in, for the package and for tests.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use super::issues::Refusal;
use super::job::{self, Job};
use super::request::Request;
use crate::engine::agent::Agent;
use crate::engine::run::Run;
use crate::report::{RunFailure, RunResult};

/// The future of a run. Nothing happens before it is polled, and dropping it ends the run.
pub type Outcome = LocalBoxFuture<'static, Result<RunResult, Box<RunFailure>>>;

/// Reads what was passed in, and makes a run of it. `run_id` and `thread_id` are the names that
/// events carry, unless the options give others.
///
/// # Errors
/// Everything that is wrong with what was passed in, at once.
pub fn start(
    agent: &Rc<Agent>,
    request: Request<'_>,
    run_id: &str,
    thread_id: &str,
) -> Result<(Rc<Run>, Outcome), Refusal> {
    let Job { strategy, work, options } = job::read(request, &**agent.platform())?;
    let run_id = options.run_id.unwrap_or_else(|| run_id.into());
    let thread_id = options.thread_id.unwrap_or_else(|| thread_id.into());
    let (run, stopped) = Run::new(Rc::clone(agent), options.policy, run_id, thread_id, strategy);
    let outcome = Rc::clone(&run).run_to_end(work(Rc::clone(&run)), stopped).boxed_local();
    Ok((run, outcome))
}
