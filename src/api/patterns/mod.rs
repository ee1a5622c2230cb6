//! The table of patterns: what each is called, which options it adds, and who reads its arguments.

use super::job::Work;
use super::reading::Reading;

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
mod process;
mod prompt;
mod sectioning;
mod voting;

/// One pattern.
pub(super) struct Pattern {
    /// What callers call it.
    pub name: &'static str,
    /// Its own options.
    pub options: &'static [&'static str],
    /// Reads its arguments; notes what is wrong with them. Names what is to run, which a prompt may decide.
    pub read: fn(&Reading<'_>) -> Option<(&'static str, Work)>,
}

/// All of them.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern { name: "parallelProcess", options: &[], read: process::read },
    Pattern { name: "sectioning", options: sectioning::OPTIONS, read: sectioning::read },
    Pattern { name: "voting", options: voting::OPTIONS, read: voting::read },
    Pattern { name: "mapReduce", options: map_reduce::OPTIONS, read: map_reduce::read },
    Pattern { name: "batch", options: batch::OPTIONS, read: batch::read },
    Pattern { name: "perspectives", options: &[], read: perspectives::read },
    Pattern { name: "bestOf", options: best_of::OPTIONS, read: best_of::read },
    Pattern { name: "clones", options: &[], read: clones::read },
    Pattern { name: "evaluate", options: &[], read: evaluate::read },
    Pattern { name: "guarded", options: guarded::OPTIONS, read: guarded::read },
    Pattern { name: "run", options: prompt::OPTIONS, read: prompt::read },
];

/// The options that a pattern adds; a prompt may turn out to be any pattern.
pub(super) fn options_of(pattern: &Pattern) -> Vec<&'static str> {
    let all = PATTERNS.iter().filter(|other| pattern.name == "run" || other.name == pattern.name);
    all.flat_map(|pattern| pattern.options).copied().collect()
}
