//! The clock, and sleeping by it.

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds on a clock that never goes back.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub fn now_ms() -> f64;
}

/// The longest delay that a timer takes: the web keeps it in 32 bits with a sign.
const LONGEST_MS: f64 = 2_147_483_647.0;

/// Resolves after so long, or somewhat later. Dropping it clears the timer, which would keep Node
/// from ending.
pub async fn sleep(ms: f64) {
    let end_ms = now_ms() + ms.max(0.0);
    loop {
        let left_ms = (end_ms - now_ms()).ceil().clamp(0.0, LONGEST_MS);
        TimeoutFuture::new(left_ms as u32).await;
        // Hosts have been known to be a millisecond early.
        if now_ms() >= end_ms {
            return;
        }
    }
}
