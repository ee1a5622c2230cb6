//! Tasks that need nothing of each other and are asked for at once: the rows of most patterns.

use std::rc::Rc;

use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;

/// Adds a task of type `kind` for each name, all of which need what `needs` gives, enters `step`,
/// and makes their calls. Their results are in the table.
pub(super) async fn fan_out(
    run: &Run,
    kind: &str,
    step: &'static str,
    needs: Option<TaskKey>,
    rows: Vec<(Rc<str>, Call)>,
) -> Vec<TaskKey> {
    let kind: Rc<str> = kind.into();
    let needs: Rc<[usize]> = needs.iter().map(|key| key.index()).collect();
    let add = |(id, call)| (run.add_task(id, Rc::clone(&kind), Rc::clone(&needs)), call);
    let calls: Vec<(TaskKey, Call)> = rows.into_iter().map(add).collect();
    run.all_added();
    run.step(step, "running");
    let keys = calls.iter().map(|(key, _)| *key).collect();
    run.perform_all(calls).await;
    keys
}
