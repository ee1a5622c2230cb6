//! The table of patterns: the name of each, the options that it adds, and the reader of its
//! arguments.

mod batch;
mod best_of;
mod clones;
mod criteria;
mod documents;
mod evaluate;
mod guarded;
mod map_reduce;
mod named;
mod perspectives;
mod placeholders;
mod process;
mod prompt;
mod sectioning;
mod voting;

use super::options::PatternOption;
use super::reading::Reading;
use super::work::Work;

/// One pattern.
pub(super) struct Pattern {
    /// What callers call it.
    pub name: &'static str,
    /// What it takes before the options.
    pub arguments: &'static str,
    /// Its own options.
    pub options: &'static [&'static str],
    /// Reads its arguments, and notes what is wrong with them. Gives the strategy to run with its
    /// name: a prompt may turn out to be for any.
    pub read: fn(&Reading<'_>) -> Option<(&'static str, Work)>,
}

/// All of them.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern { name: "parallelProcess", arguments: "task, subtasks", options: &[], read: process::read },
    Pattern {
        name: "sectioning",
        arguments: "topic, sections",
        options: sectioning::OPTIONS,
        read: sectioning::read,
    },
    Pattern { name: "voting", arguments: "question", options: voting::OPTIONS, read: voting::read },
    Pattern {
        name: "mapReduce",
        arguments: "documents",
        options: map_reduce::OPTIONS,
        read: map_reduce::read,
    },
    Pattern { name: "batch", arguments: "inputs", options: batch::OPTIONS, read: batch::read },
    Pattern { name: "perspectives", arguments: "input, workers", options: &[], read: perspectives::read },
    Pattern { name: "bestOf", arguments: "input, n", options: best_of::OPTIONS, read: best_of::read },
    Pattern { name: "clones", arguments: "contexts, content", options: &[], read: clones::read },
    Pattern { name: "evaluate", arguments: "subject, criteria", options: &[], read: evaluate::read },
    Pattern { name: "guarded", arguments: "input, guards", options: guarded::OPTIONS, read: guarded::read },
    Pattern { name: "run", arguments: "prompt", options: prompt::OPTIONS, read: prompt::read },
];

/// The options of all patterns. Each comes with its owner, unless `pattern` itself takes it. `run`
/// takes all of them: its prompt may be for any pattern.
pub(super) fn options_for(pattern: &Pattern) -> Vec<PatternOption> {
    let own = |name: &str| pattern.name == "run" || pattern.options.contains(&name);
    let of = |other: &Pattern| {
        let owner = other.name;
        other.options.iter().map(move |&name| (name, (!own(name)).then_some(owner)))
    };
    PATTERNS.iter().flat_map(of).collect()
}
