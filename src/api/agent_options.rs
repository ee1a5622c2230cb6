//! Reads what the runs of an agent share: limits, `fetch`, store. It is read once, when the agent
//! is made; each run begins with what was found wrong then.

use super::input::{Input, JsHandle};
use super::issues::Issues;
use super::numbers::{AMOUNT, Numbers};
use super::prices::prices;
use super::reader::Field;
use crate::engine::settings::{Allotment, Concurrency, Limits, Pacing, Period, RateLimit, Unit};

/// What belongs to an agent as a whole.
pub(super) const AGENT_FIELDS: &[&str] = &[
    "concurrency",
    "requestsPerMinute",
    "tokensPerMinute",
    "limits",
    "pacing",
    "budget",
    "prices",
    "fetch",
    "store",
    "limiter",
    "telemetry",
];

/// Requests or tokens in a stretch of time.
const RATE: Numbers = Numbers::new(1.0, f64::MAX, "a number from 1 up");

/// The options of an agent.
#[derive(Debug)]
pub struct AgentOptions {
    /// All that was given. The options of a run are read over it.
    pub given: Input,
    /// What its runs share.
    pub limits: Limits,
    /// The caller's own `fetch`.
    pub fetch: Option<JsHandle>,
    /// The caller's store of answers.
    pub store: Option<JsHandle>,
    /// A limit that the caller shares with other processes.
    pub limiter: Option<JsHandle>,
    issues: Issues,
}

impl AgentOptions {
    /// Reads them, and keeps what is wrong for the runs to say.
    #[must_use]
    pub fn read(given: Input) -> Self {
        let issues = Issues::default();
        issues.add_unreadable(&given, "options");
        let record = Field::new(&given, "options", &issues);
        let limits = Limits {
            concurrency: concurrency(record.get("concurrency")),
            rates: rates(&record),
            pacing: record
                .get("pacing")
                .one_of(&[("smooth", Pacing::Smooth), ("burst", Pacing::Burst)])
                .unwrap_or_default(),
            budget: budget(record.get("budget")),
            prices: prices(record.get("prices")),
        };
        if limits.budget.cost.is_some() {
            issues.require_prices(limits.prices.keys());
        }
        let fetch = record.get("fetch").function();
        let store = record.get("store").store();
        let limiter = record.get("limiter").limiter();
        Self { given, limits, fetch, store, limiter, issues }
    }

    /// What is wrong with them, to which a run on a page of that origin adds what it finds.
    #[must_use]
    pub fn issues(&self, page: Option<String>) -> Issues {
        self.issues.on_page(page)
    }
}

fn concurrency(field: Field<'_>) -> Concurrency {
    const MOST: Numbers = Numbers::whole(1.0, 1e6, "a whole number from 1 up, or 'auto'");
    match field.value() {
        Input::Text(text) if text == "auto" => Concurrency::Auto,
        Input::Number(f64::INFINITY) => Concurrency::Fixed(usize::MAX),
        _ => field.number(&MOST).map_or(Concurrency::Auto, |most| Concurrency::Fixed(most as usize)),
    }
}

/// The limits over time: those a minute in their short form, and the list of all kinds.
fn rates(record: &Field<'_>) -> Vec<RateLimit> {
    let read =
        |field: Field<'_>, unit, period| field.number(&RATE).map(|amount| RateLimit { unit, amount, period });
    let both = |from: &Field<'_>, names: [&'static str; 2], period| {
        let [requests, tokens] = names.map(|name| from.get(name));
        [read(requests, Unit::Requests, period), read(tokens, Unit::Tokens, period)]
    };
    let mut rates = both(record, ["requestsPerMinute", "tokensPerMinute"], Period::Minute).to_vec();
    for limit in
        record.get("limits").list("an array, such as `[{ requests: 60, per: 'minute' }]`").unwrap_or_default()
    {
        limit.reject_unknown(&[&["requests", "tokens", "per"]]);
        if !["requests", "tokens"].into_iter().any(|name| limit.get(name).is_given()) {
            if matches!(limit.value(), Input::Record(_)) {
                limit.expected("`{ requests, per }` or `{ tokens, per }`");
            }
            continue;
        }
        let period = limit.get("per").one_of(&Period::NAMED);
        if !limit.get("per").is_given() {
            limit.get("per").expected("'second' or 'minute' or 'hour' or 'day'");
        }
        rates.extend(both(&limit, ["requests", "tokens"], period.unwrap_or(Period::Minute)));
    }
    rates.into_iter().flatten().collect()
}

fn budget(field: Field<'_>) -> Allotment {
    field.reject_unknown(&[&["tokens", "cost"]]);
    Allotment { tokens: field.get("tokens").number(&AMOUNT), cost: field.get("cost").number(&AMOUNT) }
}
