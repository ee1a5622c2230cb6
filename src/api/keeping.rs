//! Reads what a run may keep in the store. An answer is kept only if it is clear who may read it.

use super::input::Input;
use super::issues::Issues;
use super::reader::Field;
use super::request::Request;
use crate::engine::settings::Keeping;
use crate::model::worker::identifies;

/// Functions have no name that another process would know, so that a namespace has to stand for
/// them, and one of the agent cannot stand for those that a single run brings. A key or header that
/// a run brings is known again by its hash; that it is another caller's should be said all the
/// same.
pub(super) fn keeping(request: &Request<'_>, issues: &Issues) -> Keeping {
    let namespace = |options| Field::new(options, "options", issues).get("storeNamespace").text();
    let of_agent = namespace(&request.agent.given);
    // An agent that was made for this run alone has the run's options.
    let of_run = request.options.map_or(of_agent, namespace);
    let brings_function = || {
        let mut brought = Vec::new();
        find_functions(request.own_options(), &mut brought);
        request.arguments.iter().for_each(|argument| find_functions(argument, &mut brought));
        let mut shared = Vec::new();
        find_functions(&request.agent.given, &mut shared);
        brought.iter().any(|function| !shared.contains(function))
    };
    let named = of_run.or(of_agent);
    Keeping {
        answers: named.is_some() || !brings_credentials(request),
        functions: of_run.is_some() || named.is_some() && !brings_function(),
        namespace: named.map(Into::into),
    }
}

fn find_functions<'a>(input: &'a Input, found: &mut Vec<&'a Input>) {
    match input {
        Input::Model(_) => found.push(input),
        Input::List(items) => items.iter().for_each(|item| find_functions(item, found)),
        Input::Record(fields) => {
            for (name, value) in fields {
                match value {
                    Input::Execute(_) if name == "apiKey" => found.push(value),
                    value => find_functions(value, found),
                }
            }
        }
        _ => {}
    }
}

/// Whether the run has a key or headers of its own, other than those of its agent.
fn brings_credentials(request: &Request<'_>) -> bool {
    let differs = |name: &str, value: &Input, of_agent: &Input| {
        *value != Input::Undefined && value != of_agent.field(name)
    };
    let (own, agent) = (request.own_options(), &request.agent.given);
    differs("apiKey", own.field("apiKey"), agent)
        || match own.field("headers") {
            Input::Record(headers) => headers
                .iter()
                .any(|(name, value)| identifies(name) && differs(name, value, agent.field("headers"))),
            _ => false,
        }
}
