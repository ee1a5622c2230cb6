//! Reads the options: what an agent shares, and what one run goes by.

use std::rc::Rc;

use super::input::{Input, JsHandle};
use super::issues::Issues;
use super::numbers::{AMOUNT, COUNT, MILLISECONDS, Numbers};
use super::prices::prices;
use super::reader::Field;
use super::worker_fields::WORKER_FIELDS;
use super::worker_spec::WorkerSpec;
use crate::engine::settings::{
    Allotment, Concurrency, Hedge, Limits, OnError, Pacing, Period, Policy, RateLimit, Unit,
};
use crate::model::worker::Worker;
use crate::platform::Platform;

/// Requests or tokens in a stretch of time.
const RATE: Numbers = Numbers::new(1.0, f64::MAX, "a number from 1 up");

/// What belongs to an agent as a whole.
const AGENT_FIELDS: &[&str] = &[
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

/// What each run may set for itself.
const RUN_FIELDS: &[&str] = &[
    "timeoutMs",
    "firstTokenTimeoutMs",
    "idleTimeoutMs",
    "deadlineMs",
    "maxRetries",
    "maxWaitMs",
    "onError",
    "quorum",
    "toolConcurrency",
    "toolTimeoutMs",
    "hedge",
    "stream",
    "fallbacks",
    "workers",
    "aggregate",
    "signal",
    "onEvent",
    "runId",
    "threadId",
    "storeNamespace",
];

/// Options of patterns that an agent may set for all of its runs.
const PATTERN_DEFAULTS: &[&str] = &["defaultStrategy", "voters"];

/// The name of a pattern's option, and the pattern, where it is not the one that is called.
pub type PatternOption = (&'static str, Option<&'static str>);

/// Notes what is no option: neither of these fields nor of the pattern that is called.
fn reject_unknown(record: &Field<'_>, patterns: &[PatternOption]) {
    record.reject_misplaced(&[AGENT_FIELDS, RUN_FIELDS, WORKER_FIELDS], patterns);
}

/// Whether all fields of a record are options, of a run or of any pattern.
#[must_use]
pub fn are_options(fields: &[(String, Input)], patterns: &[PatternOption]) -> bool {
    let is_option = |name: &str| {
        [AGENT_FIELDS, RUN_FIELDS, WORKER_FIELDS].iter().any(|known| known.contains(&name))
            || patterns.iter().any(|(option, _)| *option == name)
    };
    !fields.is_empty() && fields.iter().all(|(name, _)| is_option(name))
}

/// What an agent that makes many runs may say of patterns' options: some are defaults for its runs,
/// whichever they are.
#[must_use]
pub fn defaults_among(patterns: &[PatternOption]) -> Vec<PatternOption> {
    let allowed = |name: &str| PATTERN_DEFAULTS.contains(&name);
    patterns.iter().map(|&(name, owner)| (name, owner.filter(|_| !allowed(name)))).collect()
}

/// The options of an agent, and of the runs that do not say otherwise.
#[derive(Debug, Default)]
pub struct AgentOptions {
    /// What its runs share.
    pub limits: Limits,
    /// The caller's own `fetch`.
    pub fetch: Option<JsHandle>,
    /// The caller's store of answers.
    pub store: Option<JsHandle>,
    /// A limit that the caller shares with other processes.
    pub limiter: Option<JsHandle>,
}

impl AgentOptions {
    /// Reads them and notes what is wrong.
    #[must_use]
    pub fn read(options: &Input, patterns: &[PatternOption], issues: &Issues) -> Self {
        let record = Field::new(options, "options", issues);
        reject_unknown(&record, patterns);
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
        Self {
            limits,
            fetch: record.get("fetch").function(),
            store: record.get("store").store(),
            limiter: record.get("limiter").limiter(),
        }
    }
}

/// The options of one run.
#[derive(Debug)]
pub struct RunOptions {
    /// How it runs.
    pub policy: Policy,
    /// What holds for every worker.
    pub defaults: WorkerSpec,
    /// What holds for the tasks of a type.
    pub workers: Vec<(String, WorkerSpec)>,
    /// Who puts results together; `None` for nobody.
    pub aggregate: Option<WorkerSpec>,
    /// The caller's `AbortSignal`.
    pub signal: Option<JsHandle>,
    /// The caller's listener.
    pub on_event: Option<JsHandle>,
    /// The run's name, where the caller gives one.
    pub run_id: Option<Rc<str>>,
    /// The conversation that it belongs to.
    pub thread_id: Option<Rc<str>>,
}

impl RunOptions {
    /// Reads `all` options, those of the run over those of the agent, and notes what is wrong.
    #[must_use]
    pub fn read(
        all: &Input,
        (agent, run): (&Input, &Input),
        patterns: &[PatternOption],
        platform: &dyn Platform,
        issues: &Issues,
    ) -> Self {
        let own = Field::new(run, "options", issues);
        for name in AGENT_FIELDS {
            let field = own.get(name);
            if field.is_given() {
                let message =
                    format!("`{name}` is shared by all runs of an agent: give it to `new ParallelAgent()`.");
                field.wrong(&message);
            }
        }
        reject_unknown(&own, patterns);
        let record = Field::new(all, "options", issues);
        let mut defaults = WorkerSpec::read(record);
        if own.get("baseURL").is_given() || own.get("provider").is_given() {
            // A key and headers of the agent are for the agent's server alone. What is wrong has
            // been noted.
            let read = |options| WorkerSpec::read(Field::new(options, "options", &Issues::default()));
            defaults = read(run).over(&read(agent));
        }
        let defaults = defaults.of_run();
        let workers = workers(record.get("workers"));
        let fallbacks = fallbacks(record.get("fallbacks"), &defaults, platform, issues);
        let event_listener = record.get("onEvent").function();
        Self {
            policy: policy(&record, fallbacks),
            aggregate: aggregate(record.get("aggregate"), &defaults),
            defaults,
            workers,
            signal: record.get("signal").signal(),
            on_event: event_listener,
            run_id: record.get("runId").text().map(Rc::from),
            thread_id: record.get("threadId").text().map(Rc::from),
        }
    }

    /// The worker for a task of some type, with what the task itself says on top.
    #[must_use]
    pub fn worker(&self, kind: &str, own: &WorkerSpec) -> WorkerSpec {
        match self.workers.iter().find(|(other, _)| other == kind) {
            Some((_, typed)) => own.over(&typed.over(&self.defaults)),
            None => own.over(&self.defaults),
        }
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

fn policy(record: &Field<'_>, fallbacks: Vec<Rc<Worker>>) -> Policy {
    const RETRIES: Numbers = Numbers::whole(0.0, 1000.0, "a whole number from 0 to 1000");
    let defaults = Policy::default();
    let time = |name| record.get(name).number(&MILLISECONDS);
    let count = |name, kind| record.get(name).number(kind).map(|count| count as usize);
    Policy {
        timeout_ms: time("timeoutMs").unwrap_or(defaults.timeout_ms),
        first_token_timeout_ms: time("firstTokenTimeoutMs"),
        idle_timeout_ms: time("idleTimeoutMs").unwrap_or(defaults.idle_timeout_ms),
        deadline_ms: time("deadlineMs"),
        max_retries: count("maxRetries", &RETRIES).map_or(defaults.max_retries, |most| most as u32),
        max_wait_ms: time("maxWaitMs").unwrap_or(defaults.max_wait_ms),
        on_error: record
            .get("onError")
            .one_of(&[("partial", OnError::Partial), ("throw", OnError::Throw)])
            .unwrap_or_default(),
        quorum: count("quorum", &COUNT),
        hedge: hedge(record.get("hedge")),
        tool_concurrency: count("toolConcurrency", &COUNT).unwrap_or(defaults.tool_concurrency),
        tool_timeout_ms: time("toolTimeoutMs").unwrap_or(defaults.tool_timeout_ms),
        stream: record.get("stream").boolean().unwrap_or_default(),
        fallbacks,
        keeping: defaults.keeping,
    }
}

fn hedge(field: Field<'_>) -> Option<Hedge> {
    const PERCENT: Numbers = Numbers::new(1.0, 100.0, "a number from 1 to 100, such as 95");
    field.reject_unknown(&[&["afterMs", "percentile"]]);
    let (after_ms, percentile) = (field.get("afterMs"), field.get("percentile"));
    if matches!(field.value(), Input::Record(_)) && after_ms.is_given() == percentile.is_given() {
        field.expected("`{ afterMs }` or `{ percentile }`");
    }
    let after_ms = after_ms.number(&MILLISECONDS).map(Hedge::AfterMs);
    after_ms.or(percentile.number(&PERCENT).map(Hedge::Percentile))
}

fn workers(field: Field<'_>) -> Vec<(String, WorkerSpec)> {
    let entries = field.entries("an object: a worker for each type of task").unwrap_or_default();
    entries.into_iter().map(|(kind, worker)| (kind.into(), read_worker(worker))).collect()
}

pub(super) fn read_worker(worker: Field<'_>) -> WorkerSpec {
    worker.reject_unknown(&[WORKER_FIELDS]);
    WorkerSpec::read(worker)
}

fn fallbacks(
    field: Field<'_>,
    defaults: &WorkerSpec,
    platform: &dyn Platform,
    issues: &Issues,
) -> Vec<Rc<Worker>> {
    let items = field.list("an array of workers").unwrap_or_default();
    items.into_iter().map(|item| read_worker(item).over(defaults).resolve(platform, issues)).collect()
}

fn aggregate(field: Field<'_>, defaults: &WorkerSpec) -> Option<WorkerSpec> {
    // The instructions of those who do the parts is not the instructions of the one who puts them
    // together.
    let base = defaults.without_instructions();
    match field.value() {
        Input::Bool(false) => None,
        Input::Undefined | Input::Bool(true) => Some(base),
        Input::Record(_) => Some(read_worker(field).over(&base)),
        _ => {
            field.expected("`false`, or a worker");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::aliases::meant;
    use crate::api::patterns::PATTERNS;

    /// The words in quotes between two marks.
    fn quoted<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
        let (_, rest) = text.split_once(from).unwrap();
        rest.split_once(to).unwrap().0.split('\'').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_package_knows_the_same_names_of_options() {
        let file = include_str!("../../pkg/option-names.js");
        let of_patterns = PATTERNS.iter().flat_map(|pattern| pattern.options);
        let mut names: Vec<&str> = [AGENT_FIELDS, RUN_FIELDS, WORKER_FIELDS]
            .concat()
            .into_iter()
            .chain(of_patterns.copied())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(
            quoted(file, "const names = [", "];"),
            names,
            "pkg/option-names.js has to have every option"
        );
        let (_, elsewhere) = file.split_once("const elsewhere = {").unwrap();
        for line in elsewhere.split_once("};").unwrap().0.lines().filter(|line| !line.trim().is_empty()) {
            let (name, ours) = line.split_once(": ").unwrap();
            let ours = ours.trim_matches(['\'', ',']);
            assert_eq!(meant(name.trim(), &names), Some(ours), "{name}");
        }
    }
}
