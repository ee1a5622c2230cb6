//! Checks the `{{id}}` in a subtask's content: a placeholder without a result must not be sent to
//! the model.

use std::collections::HashMap;
use std::rc::Rc;

use crate::api::reader::Field;
use crate::host::pattern::Pattern;
use crate::nearest::nearest;

const AS_IT_STANDS: &str = "To send it as it stands, give the content as parts: `[{ type: 'text', text }]`.";

/// Notes names in braces that look like a dependency and are none. `own` is the subtask's id,
/// `needs` are its dependencies, `ids` all subtasks.
pub(super) fn check(
    content: Field<'_>,
    text: &str,
    (own, needs): (Option<&str>, &[&str]),
    ids: &HashMap<Rc<str>, usize>,
) {
    for inner in text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0)) {
        let name = inner.trim();
        if needs.contains(&inner) {
            continue;
        }
        if needs.contains(&name) {
            content.note(&|| {
                format!("`{{{{{inner}}}}}` is not replaced: write `{{{{{name}}}}}`, without blanks.")
            });
        } else if Some(name) == own {
            content
                .note(&|| format!("`{{{{{inner}}}}}` is the result of this subtask itself. {AS_IT_STANDS}"));
        } else if ids.contains_key(name) {
            content.note(&|| {
                format!("`{{{{{inner}}}}}` stands for the result of `{name}`. Add it to `dependencies`.")
            });
        } else if is_name(name) {
            let known: Vec<&str> = ids.keys().map(|id| &**id).filter(|id| Some(*id) != own).collect();
            let near = nearest(name, if needs.is_empty() { &known } else { needs });
            // Who has no dependencies may well write braces that stand for nothing.
            if near.is_none() && needs.is_empty() {
                continue;
            }
            let remedy =
                near.map_or_else(|| AS_IT_STANDS.into(), |near| format!("Did you mean `{{{{{near}}}}}`?"));
            content.note(&|| format!("`{{{{{inner}}}}}` is the result of no dependency. {remedy}"));
        }
    }
}

fn is_name(name: &str) -> bool {
    Pattern::new(r"^[\p{Alphabetic}\p{N}_./-]+$").is_some_and(|pattern| pattern.matches(name))
}
