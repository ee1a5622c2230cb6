//! Reads one call: finds its pattern and has the pattern's reader make the work to run.

use super::input::Input;
use super::issues::{Issues, Refusal};
use super::keeping::keeping;
use super::options::{PatternOption, RunOptions, are_options, defaults_among, reject_unknown};
use super::patterns::{PATTERNS, Pattern, options_for};
use super::reader::Field;
use super::reading::Reading;
use super::request::Request;
use super::secrets::secrets;
use super::work::Work;
use crate::model::redact::Redactor;
use crate::platform::Platform;

/// Everything that a call asked for.
pub struct Job {
    /// The pattern's name.
    pub strategy: &'static str,
    /// What to do.
    pub work: Work,
    /// How.
    pub options: RunOptions,
}

/// Checks all that was passed in.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub fn read(request: Request<'_>, platform: &dyn Platform) -> Result<Job, Refusal> {
    let issues = request.agent.issues(platform.page_origin());
    let (agent, own) = (&request.agent.given, request.own_options());
    issues.add_unreadable(own, "options");
    let pattern = find(request.strategy, &issues);
    for (index, argument) in request.arguments.iter().enumerate() {
        issues.add_unreadable(argument, &name_of(pattern, index));
    }
    let patterns = pattern.map(options_for).unwrap_or_default();
    if let Some(pattern) = pattern {
        find_misplaced_options(request, pattern, &patterns, &issues);
    }
    let shared = if request.options.is_some() { defaults_among(&patterns) } else { patterns.clone() };
    reject_unknown(&Field::new(agent, "options", &issues), &shared);
    let all = agent.overlaid_with(own);
    let mut options = RunOptions::read(&all, (agent, own), &patterns, platform, &issues);
    options.policy.keeping = keeping(&request, &issues);
    let reading = Reading {
        arguments: request.arguments,
        options: &options,
        all: &all,
        callback: request.function,
        platform,
        issues: &issues,
    };
    let work = pattern.and_then(|pattern| (pattern.read)(&reading));
    match work {
        Some((strategy, work)) if issues.is_empty() => Ok(Job { strategy, work, options }),
        _ => Err(issues.take(&Redactor::new(secrets(&request, platform)))),
    }
}

/// What messages call an argument.
fn name_of(pattern: Option<&Pattern>, index: usize) -> String {
    let name = pattern.and_then(|pattern| pattern.arguments.split(", ").nth(index));
    name.map_or_else(|| format!("arguments[{index}]"), Into::into)
}

/// Notes options that were passed one argument too early.
fn find_misplaced_options(
    request: Request<'_>,
    pattern: &Pattern,
    patterns: &[PatternOption],
    issues: &Issues,
) {
    let given = request.options.unwrap_or(&request.agent.given);
    for (index, argument) in request.arguments.iter().enumerate() {
        let Input::Record(fields) = argument else { continue };
        let nothing = matches!(given, Input::Undefined) || *given == Input::Record(Vec::new());
        if nothing && are_options(fields, patterns) {
            let message = format!(
                "These are options: they come last, as in `{}({}, options)`.",
                pattern.name, pattern.arguments
            );
            issues.add(name_of(Some(pattern), index), message, argument.describe());
        }
    }
}

fn find(name: &str, issues: &Issues) -> Option<&'static Pattern> {
    let pattern = PATTERNS.iter().find(|pattern| pattern.name == name);
    if pattern.is_none() {
        let names: Vec<&str> = PATTERNS.iter().map(|pattern| pattern.name).collect();
        issues.add("strategy", format!("There is no such pattern. There are {}.", names.join(", ")), name);
    }
    pattern
}
