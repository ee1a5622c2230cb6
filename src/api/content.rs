//! Reads what a message says: text, or parts of text, images, files and sounds.

use std::rc::Rc;

use super::input::Input;
use super::reader::{CONVERSATION, Field};
use crate::json::Value;
use crate::model::message::{Content, Part};
use crate::model::parts::read_part;
use crate::model::worker::Worker;

/// Text, or parts as OpenAI writes them.
pub(super) fn content(field: Field<'_>) -> Option<Content> {
    const WHAT: &str = "a string, or an array of parts such as `{ type: 'text', text: '…' }`";
    let Input::List(_) = field.value() else {
        return field.required(WHAT).text().map(|text| Content::Text(text.into()));
    };
    let items = field.list(WHAT)?;
    if field.is_conversation() {
        field.wrong(CONVERSATION);
        return None;
    }
    if items.is_empty() {
        field.expected(WHAT);
    }
    Some(Content::Parts(items.into_iter().filter_map(part).collect()))
}

/// A whole request body, which is sent unchanged in place of the content.
pub(super) fn read_body(row: Field<'_>) -> Option<Rc<Value>> {
    let body = row.get("body");
    if row.get("content").is_given() {
        body.wrong("A request's body stands for all that is asked: leave out either `body` or `content`.");
    }
    body.entries("an object: the body of a request, as the provider has it")?;
    body.data().map(Rc::new)
}

fn part(field: Field<'_>) -> Option<Part> {
    const WHAT: &str = "a part such as `{ type: 'text', text: '…' }`";
    field.required(WHAT).entries(WHAT)?;
    match read_part(&field.data()?) {
        Ok(part) => Some(part),
        Err((path, what)) => {
            path.iter().fold(field, |field, name| field.get(name)).expected(what);
            None
        }
    }
}

/// Notes the parts that cannot be sent to the worker's provider.
pub(super) fn check_media(field: Field<'_>, content: &Content, worker: &Worker) {
    let parts = content.parts();
    let items = if parts.is_empty() { None } else { field.list("an array of parts") };
    for (item, part) in items.into_iter().flatten().zip(parts) {
        if let Some(why) = part.as_media().and_then(|media| worker.unfit_media(media)) {
            item.wrong(why);
        }
    }
}
