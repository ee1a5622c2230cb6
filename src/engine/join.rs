//! Futures that run at the same time. All are boxed and give nothing: whoever drives another kind of future brings
//! kilobytes of code for it along.

use std::cell::RefCell;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::{FuturesUnordered, StreamExt};

/// Those under way. Polled for the next, it says that one more is done.
pub type JoinSet<'a> = FuturesUnordered<LocalBoxFuture<'a, ()>>;

/// Drives them to their end, at most so many at once, in their order.
pub async fn all(most: usize, futures: Vec<LocalBoxFuture<'_, ()>>) {
    let mut waiting = futures.into_iter();
    let mut open: JoinSet<'_> = waiting.by_ref().take(most).collect();
    while open.next().await.is_some() {
        open.extend(waiting.next());
    }
}

/// The same for futures that give something: all of that, in their order.
pub async fn collect<'a, T: 'a>(
    most: usize,
    futures: impl Iterator<Item = impl Future<Output = T> + 'a>,
) -> Vec<T> {
    let made = RefCell::new(Vec::new());
    let put = |(place, future)| {
        made.borrow_mut().push(None);
        let made = &made;
        async move {
            let one = future.await;
            if let Some(slot) = made.borrow_mut().get_mut(place) {
                *slot = Some(one);
            }
        }
        .boxed_local()
    };
    all(most, futures.enumerate().map(put).collect()).await;
    made.into_inner().into_iter().flatten().collect()
}
