//! Reads a list of texts that may have names: the documents of `mapReduce`, the inputs of `batch`.

use std::rc::Rc;

use crate::api::content::read_body;
use crate::api::input::Input;
use crate::api::names::Names;
use crate::api::reader::Field;
use crate::api::reading::items;
use crate::api::worker_fields::WORKER_FIELDS;
use crate::host::number;
use crate::strategy::document::Document;

/// Strings, or `{ id, content }`. One without a name is named by its position: `document-3`.
pub(super) fn read_documents(list: Field<'_>, noun: &str) -> Vec<Document> {
    let what = "an array of strings, or of `{ id, content }`";
    let items = items(list, what, "There is nothing in it. Give at least one text.");
    let mut names = Names::default();
    let one = |(index, item)| {
        let document = read_document(item, index, noun)?;
        names.add(&document.id, item);
        Some(document)
    };
    items.into_iter().enumerate().filter_map(one).collect()
}

/// One of them.
pub(super) fn read_document(item: Field<'_>, index: usize, noun: &str) -> Option<Document> {
    let named = || Rc::from(format!("{noun}-{}", index + 1));
    match item.value() {
        Input::Text(_) => item.text().map(|text| Document { id: named(), content: text.into(), body: None }),
        Input::Record(_) => {
            reject_misplaced(&item);
            let id = match item.get("id").value() {
                // Rows of a database are numbered, as a rule.
                Input::Number(id) => number::text(*id).into(),
                _ => item.get("id").text().map_or_else(named, Rc::from),
            };
            // A request as it stands is one input of `batch`; a column that is called so is none.
            let is_request = noun == "input" && matches!(item.value().field("body"), Input::Record(_));
            if is_request && !item.get("content").is_given() {
                let body = read_body(item)?;
                return Some(Document { id, content: "".into(), body: Some(body) });
            }
            let content = item.get("content").required("a string");
            if !content.is_given() {
                // What was meant may stand there by another name.
                item.reject_unknown(&[&["id", "content"]]);
            }
            Some(Document { id, content: content.text()?.into(), body: None })
        }
        _ => {
            item.expected("a string, or `{ id, content }`");
            None
        }
    }
}

/// Further columns of a row are ignored. An option of a worker is a problem: it would be ignored in
/// silence.
fn reject_misplaced(item: &Field<'_>) {
    for (name, field) in item.entries("an object").unwrap_or_default() {
        if field.is_given() && WORKER_FIELDS.contains(&name) {
            let say = || {
                format!(
                    "`{name}` is an option of all of them and means nothing for one. Give it to the whole run."
                )
            };
            field.secret().note(&say);
        }
    }
}
