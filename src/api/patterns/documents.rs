//! Reads a list of texts that may have names: the documents of `mapReduce`, the inputs of `batch`.

use std::rc::Rc;

use crate::api::input::Input;
use crate::api::reader::Field;
use crate::api::reading::{reject_twins, required};
use crate::strategy::document::Document;

/// Strings, or `{ id, content }`. What has no name is called after its place: `document-3`.
pub(super) fn read_documents(list: &Field<'_>, noun: &str) -> Option<Vec<Document>> {
    let what = "an array of strings, or of `{ id, content }`";
    if !list.is_given() {
        list.expected(what);
    }
    let items = list.list(what)?;
    if items.is_empty() {
        list.wrong("There is nothing in it. Give at least one text.");
    }
    let documents: Vec<Option<Document>> =
        items.iter().enumerate().map(|(index, item)| read_document(item, index, noun)).collect();
    let documents: Vec<Document> = documents.into_iter().collect::<Option<_>>()?;
    reject_twins(documents.iter().map(|document| &*document.id).zip(items));
    Some(documents)
}

/// One of them.
pub(super) fn read_document(item: &Field<'_>, index: usize, noun: &str) -> Option<Document> {
    let named = || Rc::from(format!("{noun}-{}", index + 1));
    match item.value() {
        Input::Text(_) => item.text().map(|text| Document { id: named(), content: text.into() }),
        Input::Record(_) => {
            item.reject_unknown(&["id", "content"]);
            let id = item.get("id").text().map_or_else(named, Rc::from);
            required(&item.get("content"), "a string").map(|text| Document { id, content: text.into() })
        }
        _ => {
            item.expected("a string, or `{ id, content }`");
            None
        }
    }
}
