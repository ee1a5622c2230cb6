//! From a pattern's name and arguments to what there is to run: the one table of patterns.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use serde_json::{Map, Value};

use super::input::Input;
use super::options::{AgentOptions, RunOptions};
use super::reader::Issues;
use super::subtasks::read_process;
use crate::engine::run::Run;
use crate::error::{Failure, Issue};
use crate::platform::Platform;
use crate::strategy::process::process;

/// A strategy with its arguments, checked; it only needs a run.
pub type Work = Box<dyn FnOnce(Rc<Run>) -> LocalBoxFuture<'static, Result<Map<String, Value>, Failure>>>;

/// Everything that a call asked for.
pub struct Job {
    /// The pattern's name.
    pub strategy: &'static str,
    /// What to do.
    pub work: Work,
    /// How.
    pub options: RunOptions,
}

/// What a caller passed in.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The pattern's name.
    pub strategy: &'a str,
    /// Its own arguments, without the options.
    pub arguments: &'a [Input],
    /// The options of the agent.
    pub agent: &'a Input,
    /// The options of this run.
    pub options: &'a Input,
}

/// What a pattern's reader is given.
pub(super) struct Reading<'a> {
    pub arguments: &'a [Input],
    pub options: &'a RunOptions,
    pub platform: &'a dyn Platform,
    pub issues: &'a Issues,
}

impl Reading<'_> {
    pub fn argument(&self, index: usize) -> &Input {
        self.arguments.get(index).unwrap_or(&Input::Undefined)
    }
}

/// Checks all that was passed in.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub fn read(request: Request<'_>, platform: &dyn Platform) -> Result<Job, Vec<Issue>> {
    let issues = Issues::default();
    let _ = AgentOptions::read(request.agent, &issues);
    let options = RunOptions::read(request.agent, request.options, platform, &issues);
    let reading = Reading { arguments: request.arguments, options: &options, platform, issues: &issues };
    let work: Option<(&'static str, Work)> = match request.strategy {
        "parallelProcess" => read_process(&reading)
            .map(|input| ("parallelProcess", work(|run| async move { process(&run, input).await }))),
        other => {
            issues.add("strategy", "There is no such pattern.", other);
            None
        }
    };
    match work {
        Some((strategy, work)) if issues.is_empty() => Ok(Job { strategy, work, options }),
        _ => Err(issues.take()),
    }
}

fn work<F>(strategy: impl FnOnce(Rc<Run>) -> F + 'static) -> Work
where
    F: Future<Output = Result<Map<String, Value>, Failure>> + 'static,
{
    Box::new(move |run| strategy(run).boxed_local())
}
