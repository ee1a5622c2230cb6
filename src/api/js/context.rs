//! The async context of a run. Each turn of a run happens in the context of the call that began it.
//! So the caller's functions are called there, whichever run's promise brought the turn.

use std::future::poll_fn;
use std::pin::pin;
use std::process::abort;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use wasm_bindgen::prelude::*;

use super::nesting::turn_of;
use super::tracer::JsTracer;
use crate::engine::agent::Agent;
use crate::platform::turns::in_several_turns;

#[wasm_bindgen]
extern "C" {
    /// Runs a function in the context in which it was made, as an `AsyncContext.Snapshot` does.
    pub type Context;
    #[wasm_bindgen(method)]
    fn run(this: &Context, turn: &mut dyn FnMut());
    /// The tracer of its runs.
    #[wasm_bindgen(method, getter)]
    pub(in crate::api) fn tracer(this: &Context) -> Option<JsTracer>;
}

/// Runs `future`, which is a run of `agent`, within `context`.
pub(in crate::api) async fn within<T>(
    context: Option<Context>,
    agent: Rc<Agent>,
    mut future: LocalBoxFuture<'static, T>,
) -> T {
    let run = poll_fn(|task| {
        let mut polled = None;
        let mut turn = || polled = Some(turn_of(&agent, || future.as_mut().poll(task)));
        match &context {
            Some(context) => context.run(&mut turn),
            None => turn(),
        }
        // A trap within the turn was caught on its way out: what is left of this instance must not
        // go on.
        polled.unwrap_or_else(|| abort())
    });
    in_several_turns(|| agent.platform().host_is_overdue(), pin!(run)).await
}
