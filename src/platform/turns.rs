//! Much that can go on all at once does so over several turns of the host.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::Platform;

/// Goes on with `work` when the host is not waiting for its turn. Thousands of runs and tasks may
/// all be able to go on, when they begin and when their answers come at once.
pub async fn in_several_turns<T>(platform: &dyn Platform, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|task| {
        if platform.host_is_overdue() {
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        work.as_mut().poll(task)
    })
    .await
}
