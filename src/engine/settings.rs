//! What callers can set, with the defaults.

use std::collections::HashMap;
use std::rc::Rc;

use crate::model::call_settings::Tier;
use crate::model::worker::Worker;

/// How many calls may be under way at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Concurrency {
    /// Finds its level by itself.
    #[default]
    Auto,
    /// This many.
    Fixed(usize),
}

/// What everything that an agent runs has to share.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Calls at once.
    pub concurrency: Concurrency,
    /// What may be sent over time, for each model at each address.
    pub rates: Vec<RateLimit>,
    /// How calls are spread over the time of these limits.
    pub pacing: Pacing,
    /// What may be spent.
    pub budget: Allotment,
    /// What models cost, by name.
    pub prices: HashMap<String, ModelPrice>,
}

/// The most that may be sent in any stretch of time of some length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    /// What is counted.
    pub unit: Unit,
    /// How much of it.
    pub amount: f64,
    /// How long the stretch of time is.
    pub period: Period,
}

/// What a limit over time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Requests.
    Requests,
    /// Tokens, read and written.
    Tokens,
}

impl Unit {
    /// What one request counts that may use so many tokens.
    #[must_use]
    pub fn amount(self, tokens: f64) -> f64 {
        match self {
            Self::Requests => 1.0,
            Self::Tokens => tokens,
        }
    }
}

/// The time of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Any second.
    Second,
    /// Any minute.
    Minute,
    /// Any hour.
    Hour,
    /// Any 24 hours.
    Day,
}

impl Period {
    /// All of them, by their names.
    pub const NAMED: [(&'static str, Self); 4] =
        [("second", Self::Second), ("minute", Self::Minute), ("hour", Self::Hour), ("day", Self::Day)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMED.into_iter().find(|(_, period)| *period == self).map_or("", |(name, _)| name)
    }

    /// Its length in milliseconds.
    #[must_use]
    pub fn ms(self) -> f64 {
        match self {
            Self::Second => 1_000.0,
            Self::Minute => 60_000.0,
            Self::Hour => 3_600_000.0,
            Self::Day => 86_400_000.0,
        }
    }

    /// Whether calls may be spread evenly over it. Spread over a day, ten calls would take hours.
    #[must_use]
    pub fn is_short(self) -> bool {
        matches!(self, Self::Second | Self::Minute)
    }
}

/// How calls are spread over the second or minute of a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pacing {
    /// They go at once, until the server refuses some that keep to the limit: from then on evenly.
    #[default]
    Adaptive,
    /// They always go at once.
    Burst,
    /// They always go evenly.
    Smooth,
}

/// What may be spent in all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Allotment {
    /// Tokens, read and written.
    pub tokens: Option<f64>,
    /// Money, in the currency of the price table.
    pub cost: Option<f64>,
}

/// What a model costs for a million tokens, in whatever currency the caller keeps accounts in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Read.
    pub input: f64,
    /// Written.
    pub output: f64,
    /// Read from the provider's cache; as `input` when it is not given.
    pub cached_input: Option<f64>,
    /// Put into the provider's cache; as `input` when it is not given.
    pub cache_write: Option<f64>,
}

/// What a model costs, and in each tier that has prices of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPrice {
    /// Where no other holds.
    pub standard: Price,
    /// Of other tiers.
    pub tiers: Vec<(Tier, Price)>,
}

/// What a run does about a task that fails for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Goes on with all that does not need it.
    #[default]
    Partial,
    /// Ends the run.
    Throw,
}

/// When a slow call gets a hedge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hedge {
    /// After so many milliseconds.
    AfterMs(f64),
    /// When it takes longer than so many in a hundred of the run's answers so far.
    Percentile(f64),
}

/// What one run goes by.
#[derive(Clone, Debug)]
pub struct Policy {
    /// One attempt, from sending to the last byte.
    pub timeout_ms: f64,
    /// How long the first piece of a stream may take. By default, as long as the attempt.
    pub first_token_timeout_ms: Option<f64>,
    /// Between two pieces of a stream.
    pub idle_timeout_ms: f64,
    /// The whole run.
    pub deadline_ms: Option<f64>,
    /// The longest pause that a server may ask for.
    pub max_wait_ms: f64,
    /// How often a call is tried again after its first attempt, if the caller said how often.
    /// Otherwise it is [`Policy::RETRIES`], and more often where others fail as well.
    pub max_retries: Option<u32>,
    /// What a failed task means to the others.
    pub on_error: OnError,
    /// How many tasks have to complete.
    pub quorum: Option<usize>,
    /// Hedges for slow calls.
    pub hedge: Option<Hedge>,
    /// Whether answers are asked for piece by piece.
    pub stream: bool,
    /// How many tools of one message run at once.
    pub tool_concurrency: usize,
    /// How long one tool may take.
    pub tool_timeout_ms: f64,
    /// The workers to ask when a worker fails for good.
    pub fallbacks: Vec<Rc<Worker>>,
    /// What goes into the store.
    pub keeping: Keeping,
}

/// What a run keeps in its agent's store, and looks for there.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// The caller's name for the owner of the answers. Answers under another name are not found.
    pub namespace: Option<Rc<str>>,
    /// Anything.
    pub answers: bool,
    /// Answers of functions, too.
    pub functions: bool,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { namespace: None, answers: true, functions: false }
    }
}

impl Policy {
    /// The retries of a call where the caller has not said how many.
    pub const RETRIES: u32 = 2;
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            timeout_ms: 600_000.0,
            first_token_timeout_ms: None,
            idle_timeout_ms: 60_000.0,
            deadline_ms: None,
            max_wait_ms: 600_000.0,
            max_retries: None,
            on_error: OnError::Partial,
            quorum: None,
            hedge: None,
            stream: false,
            tool_concurrency: 16,
            tool_timeout_ms: 60_000.0,
            fallbacks: Vec::new(),
            keeping: Keeping::default(),
        }
    }
}
