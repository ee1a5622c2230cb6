//! What came of one request.

use super::completion::Completion;
use super::rate_limit::RateLimits;
use super::suspects::Suspects;
use crate::error::Failure;

/// What one request came to.
#[derive(Debug)]
pub struct Answer {
    /// The completion, or why there is none.
    pub outcome: Result<Completion, Failure>,
    /// What the headers of an answer said of the limits.
    pub limits: RateLimits,
    /// The fields of the request that the server may have refused.
    pub refused: Suspects,
}

impl From<Result<Completion, Failure>> for Answer {
    fn from(outcome: Result<Completion, Failure>) -> Self {
        Self { outcome, limits: RateLimits::default(), refused: Suspects::default() }
    }
}
