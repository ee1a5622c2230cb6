//! Reads the options that one run goes by: its own, and those of its agent where it has none.

use std::rc::Rc;

use super::agent_options::AGENT_FIELDS;
use super::input::{Input, JsHandle};
use super::issues::Issues;
use super::numbers::{COUNT, MILLISECONDS, Numbers};
use super::reader::Field;
use super::worker_fields::WORKER_FIELDS;
use super::worker_spec::WorkerSpec;
use crate::engine::settings::{Hedge, OnError, Policy};
use crate::model::worker::Worker;
use crate::platform::Platform;

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

/// Notes each field that is no option of runs, workers or the called pattern.
pub(super) fn reject_unknown(record: &Field<'_>, patterns: &[PatternOption]) {
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

/// The options of patterns as an agent may set them. Some of them are defaults for all its runs.
#[must_use]
pub fn defaults_among(patterns: &[PatternOption]) -> Vec<PatternOption> {
    let allowed = |name: &str| PATTERN_DEFAULTS.contains(&name);
    patterns.iter().map(|&(name, owner)| (name, owner.filter(|_| !allowed(name)))).collect()
}

/// The options of one run.
#[derive(Debug)]
pub struct RunOptions {
    /// How it runs.
    pub policy: Policy,
    /// The defaults of every worker.
    pub defaults: WorkerSpec,
    /// The workers for tasks of a type.
    pub workers: Vec<(String, WorkerSpec)>,
    /// The worker that puts the results together, if there is one.
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
        max_retries: count("maxRetries", &RETRIES).map(|most| most as u32),
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
    // The instructions for the parts are not those for putting them together.
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
