//! Much that can go on all at once does so over several turns of the host.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use super::Platform;

/// Goes on with `work` when the host is not waiting for its turn. Thousands of runs and tasks may
/// all be able to go on, when they begin and when their answers come at once.
///
/// `work` is pinned by whoever calls: a future that is handed over takes its room twice.
pub async fn in_several_turns<T>(platform: &dyn Platform, mut work: Pin<&mut impl Future<Output = T>>) -> T {
    poll_fn(|task| {
        if platform.host_is_overdue() {
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        work.as_mut().poll(task)
    })
    .await
}
