//! Finds the secrets among what was passed in, so that no message repeats them, even from another
//! field.

use super::input::Input;
use super::request::Request;
use crate::host::number;
use crate::model::provider::Provider;
use crate::model::redact::{Hidden, of_header};
use crate::platform::Platform;

/// The keys among all that was passed in, and those of the environment.
pub(super) fn secrets(request: &Request<'_>, platform: &dyn Platform) -> Vec<Hidden> {
    let mut found = Vec::new();
    for input in [&request.agent.given, request.own_options()].into_iter().chain(request.arguments) {
        find(input, &mut found);
    }
    let variables = Provider::NAMED.iter().flat_map(|provider| provider.defaults().key_variables);
    let set = variables.filter_map(|name| platform.variable(name));
    found.extend(set.map(|text| Hidden { text, is_key: true }));
    found
}

fn find(input: &Input, found: &mut Vec<Hidden>) {
    match input {
        Input::List(items) => items.iter().for_each(|item| find(item, found)),
        Input::Record(fields) => {
            for (name, value) in fields {
                match value {
                    // An address in its place is none.
                    Input::Text(text) if name == "apiKey" && text.contains("://") => {}
                    Input::Text(text) if name == "apiKey" => {
                        found.push(Hidden { text: text.trim().into(), is_key: true });
                    }
                    Input::Number(key) if name == "apiKey" => {
                        found.push(Hidden { text: number::text(*key), is_key: true });
                    }
                    Input::Record(headers) if name == "headers" => {
                        found.extend(headers.iter().flat_map(|(name, value)| match value {
                            Input::Text(text) => of_header(name, text),
                            _ => Vec::new(),
                        }));
                    }
                    _ => find(value, found),
                }
            }
        }
        _ => {}
    }
}
