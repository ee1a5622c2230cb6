//! The work that a pattern's reader makes: a strategy that only needs a run.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use crate::engine::run::Run;
use crate::error::Failure;
use crate::json::Map;

/// A strategy with its arguments, checked; it only needs a run.
pub type Work = Box<dyn FnOnce(Rc<Run>) -> LocalBoxFuture<'static, Result<Map, Failure>>>;

/// Makes work of a strategy's future.
pub(super) fn work<F>(strategy: impl FnOnce(Rc<Run>) -> F + 'static) -> Work
where
    F: Future<Output = Result<Map, Failure>> + 'static,
{
    Box::new(move |run| strategy(run).boxed_local())
}
