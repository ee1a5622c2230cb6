//! Much that can go on all at once does so over several turns of the host.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Goes on with `work` when the host is not waiting for its turn, as `is_overdue` tells. Thousands
/// of runs and tasks may all be able to go on, when they begin and when their answers come at once,
/// and pieces of an answer that are there at once may come for ever.
///
/// `work` is pinned by whoever calls: a future that is handed over takes its room twice.
pub async fn in_several_turns<T>(
    is_overdue: impl Fn() -> bool,
    mut work: Pin<&mut impl Future<Output = T>>,
) -> T {
    poll_fn(|task| {
        if is_overdue() {
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        work.as_mut().poll(task)
    })
    .await
}
