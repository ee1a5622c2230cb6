//! The async context of a run: each of its turns takes place in that of whoever began it, so that all functions of the
//! caller's are called there, whichever run's promise brought the turn.

use std::future::poll_fn;
use std::process::abort;

use futures::future::LocalBoxFuture;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Runs a function in the context in which it was made, as an `AsyncContext.Snapshot` does.
    pub type Context;
    #[wasm_bindgen(method)]
    fn run(this: &Context, turn: &mut dyn FnMut());
}

/// Runs `future` within `context`.
pub(super) async fn within(context: Option<Context>, mut future: LocalBoxFuture<'static, ()>) {
    let Some(context) = context else { return future.await };
    poll_fn(|task| {
        let mut polled = None;
        context.run(&mut || polled = Some(future.as_mut().poll(task)));
        // A trap within the turn was caught on its way out: what is left of this instance must not go on.
        polled.unwrap_or_else(|| abort())
    })
    .await;
}
