//! From a pattern's name and arguments to what there is to run: the one table of patterns.

use super::input::Input;
use super::issues::{Issues, Refusal};
use super::keeping::keeping;
use super::options::{AgentOptions, PatternOption, RunOptions, are_options, defaults_among};
use super::patterns::{PATTERNS, Pattern, options_for};
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
    let issues = Issues::on_page(platform.page_origin());
    for options in [request.agent, request.options] {
        find_unreadable(options, &mut "options".into(), &issues);
    }
    for (index, argument) in request.arguments.iter().enumerate() {
        find_unreadable(argument, &mut format!("arguments[{index}]"), &issues);
    }
    let pattern = find(request.strategy, &issues);
    let patterns = pattern.map(options_for).unwrap_or_default();
    if let Some(pattern) = pattern {
        find_misplaced_options(request, pattern, &patterns, &issues);
    }
    let (own, shared) = match request.options {
        Input::Null => (&Input::Undefined, patterns.clone()),
        own => (own, defaults_among(&patterns)),
    };
    let _ = AgentOptions::read(request.agent, &shared, &issues);
    let all = request.agent.overlaid_with(own);
    let mut options = RunOptions::read(&all, (request.agent, own), &patterns, platform, &issues);
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

/// Options that are an argument too early, where there are none in their own place.
fn find_misplaced_options(
    request: Request<'_>,
    pattern: &Pattern,
    patterns: &[PatternOption],
    issues: &Issues,
) {
    let given = if *request.options == Input::Null { request.agent } else { request.options };
    for (index, argument) in request.arguments.iter().enumerate() {
        let Input::Record(fields) = argument else { continue };
        let nothing = matches!(given, Input::Undefined) || *given == Input::Record(Vec::new());
        if nothing && are_options(fields, patterns) {
            let message = format!(
                "These are options: they come last, as in `{}({}, options)`.",
                pattern.name, pattern.arguments
            );
            issues.add(format!("arguments[{index}]"), message, argument.describe());
        }
    }
}

/// Notes what could not be copied, wherever it stands: some values are taken as they are, and are
/// not looked at again.
fn find_unreadable(input: &Input, path: &mut String, issues: &Issues) {
    let end = path.len();
    match input {
        Input::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                find_unreadable(item, path, issues);
                path.truncate(end);
            }
        }
        Input::Record(fields) => {
            for (name, value) in fields {
                path.push('.');
                path.push_str(name);
                find_unreadable(value, path, issues);
                path.truncate(end);
            }
        }
        Input::Unreadable(why) => issues.add(path.as_str(), &**why, input.describe()),
        _ => {}
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
