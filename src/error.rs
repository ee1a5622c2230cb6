//! Every error a caller can see: a stable code, a sentence that helps, and what a caller acts on.
//!
//! Nothing in here ever holds a key, a prompt or an answer; what a [`Cause`] holds is for its
//! owner alone.

use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use serde::{Serialize, Serializer};

/// What went wrong, as a name that stays the same from one version to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The arguments or options are wrong. No request was sent.
    InvalidInput,
    /// The server refused the request (4xx) or failed (5xx).
    ApiError,
    /// The server said that there were too many requests.
    RateLimited,
    /// The account has no credit left: waiting does not help.
    QuotaExceeded,
    /// One attempt took longer than `timeoutMs`, or a stream stood still for `idleTimeoutMs`.
    Timeout,
    /// The whole run took longer than `deadlineMs`.
    DeadlineExceeded,
    /// The server could not be reached, or the connection broke.
    Network,
    /// The server answered with something that is no completion.
    BadResponse,
    /// The body or stream ended before the answer did.
    Truncated,
    /// The model declined to answer, or its provider filtered the answer.
    Refused,
    /// The call does not fit into what is left of `budget`.
    BudgetExceeded,
    /// Fewer tasks completed than `quorum` asks for.
    QuorumNotMet,
    /// No task completed, or one failed under `onError: 'throw'`.
    RunFailed,
    /// A task that this one depends on did not complete.
    DependencyFailed,
    /// The caller ended the run, or nobody needed the result any more.
    Aborted,
    /// A function that the caller passed in threw.
    CallbackFailed,
    /// An answer does not fit the `schema`, after being asked again.
    SchemaMismatch,
}

impl Code {
    /// The name as callers see it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "INVALID_INPUT",
            Self::ApiError => "API_ERROR",
            Self::RateLimited => "RATE_LIMITED",
            Self::QuotaExceeded => "QUOTA_EXCEEDED",
            Self::Timeout => "TIMEOUT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::Network => "NETWORK",
            Self::BadResponse => "BAD_RESPONSE",
            Self::Truncated => "TRUNCATED",
            Self::Refused => "REFUSED",
            Self::BudgetExceeded => "BUDGET_EXCEEDED",
            Self::QuorumNotMet => "QUORUM_NOT_MET",
            Self::RunFailed => "RUN_FAILED",
            Self::DependencyFailed => "DEPENDENCY_FAILED",
            Self::Aborted => "ABORTED",
            Self::CallbackFailed => "CALLBACK_FAILED",
            Self::SchemaMismatch => "SCHEMA_MISMATCH",
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One failure of a call, a task or a run. As small as a pointer: it stands in the way of every
/// result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure(Box<Details>);

/// What is known of a failure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// The stable name.
    pub code: Code,
    /// What was wrong, where, and what to do.
    pub message: String,
    /// The HTTP status, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How long the server asked to wait, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<f64>,
    /// The provider's id of the request, for its support desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The option to look at, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<&'static str>,
    /// The task whose failure made this one impossible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_because_of: Option<String>,
    /// Whether sending the same request again may help.
    #[serde(skip)]
    pub transient: bool,
    /// Whether the server may have taken the request in: it may bill it then, though its answer
    /// never came through.
    #[serde(skip)]
    pub accepted: bool,
    /// What a function of the caller's threw.
    #[serde(skip)]
    pub cause: Option<Cause>,
}

/// What a function of the caller's threw, for the caller to get back. The core never looks into it,
/// and it can neither be printed nor serialized: it may hold secrets.
#[derive(Clone)]
pub struct Cause(Rc<dyn Any>);

impl Cause {
    /// Keeps it.
    #[must_use]
    pub fn new(thrown: impl Any) -> Self {
        Self(Rc::new(thrown))
    }

    /// Gives it back to those that know what it is.
    #[must_use]
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cause(…)")
    }
}

impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Failure {
    /// A failure that no retry mends.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::of(code, message.into(), false)
    }

    /// A failure that may be gone the next time.
    #[must_use]
    pub fn transient(code: Code, message: impl Into<String>) -> Self {
        Self::of(code, message.into(), true)
    }
}

impl Failure {
    /// The same, of a function that the caller passed in as this option or argument.
    #[must_use]
    pub fn of_option(mut self, option: &'static str) -> Self {
        self.message = format!("`{option}` failed: {}", self.message);
        self.option = Some(option);
        self
    }

    #[inline(never)]
    fn of(code: Code, message: String, transient: bool) -> Self {
        Self(Box::new(Details {
            code,
            message,
            status: None,
            retry_after_ms: None,
            request_id: None,
            option: None,
            skipped_because_of: None,
            transient,
            accepted: false,
            cause: None,
        }))
    }
}

impl Deref for Failure {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

/// One thing that is wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Where: `subtasks[3].dependencies[0]`.
    pub path: String,
    /// What is expected there, and the remedy.
    pub message: String,
    /// What stood there, in short; never a secret.
    pub received: String,
}
