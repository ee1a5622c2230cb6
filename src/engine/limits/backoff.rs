//! How long to wait after a failure, and what kind of failure it is. Decides; never waits.
//!
//! ```ignore-wasm32
//! use parallelization_agent::engine::limits::backoff::{Tries, Trouble, trouble, wait_ms};
//! use parallelization_agent::error::{Code, Failure};
//! use parallelization_agent::platform::sim::{Reply, Simulation};
//!
//! let world = Simulation::new(1, |_, _| Reply::new(200, 0.0, ""));
//! let mut failure = Failure::transient(Code::RateLimited, "Slow down.");
//! assert_eq!(trouble(&failure), Trouble::Limited);
//!
//! // Half a second, doubled with each retry, with jitter.
//! let third = Tries { retries: 2, ..Tries::default() };
//! assert!((1_000.0..=2_000.0).contains(&wait_ms(&failure, &third, f64::INFINITY, &world)));
//!
//! // What the server asks for is waited for in full.
//! failure.retry_after_ms = Some(90_000.0);
//! assert_eq!(wait_ms(&failure, &third, f64::INFINITY, &world), 90_000.0);
//! ```

use crate::error::{Code, Failure};
use crate::platform::Platform;

/// As openai-node: 0.5 s, doubled each time, at most 8 s.
const FIRST_MS: f64 = 500.0;
const LONGEST_MS: f64 = 8_000.0;
/// Where a server refuses by chance, there is nothing to wait for: the next call would get through.
pub(super) const BY_CHANCE_MS: f64 = 60.0;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A refusal for the rate.
    Limited,
    /// A refusal since the server has too much to do.
    Overloaded,
    /// No answer in time.
    Slow,
    /// Any other that may be gone the next time.
    Passing,
}

/// How often a call was tried in vain.
#[derive(Default)]
pub struct Tries {
    /// Those that `maxRetries` counts.
    pub retries: u32,
    /// Those that it does not.
    pub rounds: u32,
    /// Those that were no queueing: each failed for a reason that may be the call's own.
    pub failures: u32,
    /// How long all of them took.
    pub took_ms: f64,
}

/// How long to wait before the next attempt: what the server asks, in full, else exponential
/// backoff with jitter, up to `most_ms`.
#[must_use]
pub fn wait_ms(failure: &Failure, tries: &Tries, most_ms: f64, platform: &dyn Platform) -> f64 {
    failure.retry_after_ms.unwrap_or_else(|| jittered_ms(tries.retries, most_ms, platform.random()))
}

fn jittered_ms(retries: u32, most_ms: f64, random: f64) -> f64 {
    doubled_ms(retries).min(most_ms) * (0.5 + random / 2.0)
}

fn doubled_ms(retries: u32) -> f64 {
    (FIRST_MS * 2f64.powi(retries.min(16) as i32)).min(LONGEST_MS)
}

/// What kind of failure it is.
#[must_use]
pub fn trouble(failure: &Failure) -> Trouble {
    match failure.code {
        Code::RateLimited => Trouble::Limited,
        Code::Timeout => Trouble::Slow,
        _ if matches!(failure.status, Some(503 | 529)) => Trouble::Overloaded,
        _ => Trouble::Passing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_eight_seconds_and_is_at_least_half_of_that() {
        assert_eq!([0.0, 1.0].map(|random| jittered_ms(0, f64::INFINITY, random)), [250.0, 500.0]);
        assert_eq!([0.0, 1.0].map(|random| jittered_ms(3, f64::INFINITY, random)), [2_000.0, 4_000.0]);
        assert_eq!(jittered_ms(u32::MAX, f64::INFINITY, 1.0), 8_000.0);
    }

    #[test]
    fn a_call_that_is_refused_by_chance_waits_for_as_little_after_many_refusals() {
        for retries in [0, 9] {
            assert_eq!([0.0, 1.0].map(|random| jittered_ms(retries, BY_CHANCE_MS, random)), [30.0, 60.0]);
        }
    }
}
