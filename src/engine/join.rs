//! Runs futures at the same time. Every future is a `LocalBoxFuture<()>`, so that
//! `FuturesUnordered` is compiled once.

use std::cell::RefCell;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::{FuturesUnordered, StreamExt};

/// Futures under way. Its stream gives one item for each that is done.
pub type JoinSet<'a> = FuturesUnordered<LocalBoxFuture<'a, ()>>;

/// Runs all futures to their end, at most `most` at once. They start in their order.
pub async fn all(most: usize, futures: Vec<LocalBoxFuture<'_, ()>>) {
    let mut waiting = futures.into_iter();
    let mut open: JoinSet<'_> = waiting.by_ref().take(most).collect();
    while open.next().await.is_some() {
        open.extend(waiting.next());
    }
}

/// Runs all futures, and gives their outputs in the same order.
pub async fn collect<'a, T: 'a>(
    most: usize,
    futures: impl Iterator<Item = impl Future<Output = T> + 'a>,
) -> Vec<T> {
    let made = RefCell::new(Vec::new());
    let put = |(index, future)| {
        made.borrow_mut().push(None);
        let made = &made;
        async move {
            let one = future.await;
            if let Some(slot) = made.borrow_mut().get_mut(index) {
                *slot = Some(one);
            }
        }
        .boxed_local()
    };
    all(most, futures.enumerate().map(put).collect()).await;
    made.into_inner().into_iter().flatten().collect()
}
