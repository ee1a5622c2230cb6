//! Reads the arguments of `sectioning`.

use std::rc::Rc;

use super::prompt::topic_and_list;
use crate::api::input::Input;
use crate::api::names::Names;
use crate::api::numbers::CHUNK;
use crate::api::reader::Field;
use crate::api::reading::{Reading, items};
use crate::api::work::{Work, work};
use crate::strategy::sectioning::{Division, Section, Sectioning, sectioning};

pub(super) const OPTIONS: &[&str] = &["planner", "split", "chunkTokens"];

/// How much text one call is shown under `split: 'data'` by default.
const CHUNK_TOKENS: usize = 4000;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let topic = reading.text(0, "topic");
    let list = reading.argument(1, "sections");
    let sections =
        if let Input::Undefined | Input::Null = list.value() { None } else { Some(sections(list)) };
    let planner = reading.role("planner");
    let by_data = reading.option("split").one_of(&[("sections", false), ("data", true)]).unwrap_or_default();
    let chunk_tokens = reading.count("chunkTokens", &CHUNK, CHUNK_TOKENS);
    let (topic, division) = match (sections, topic_and_list(&topic)) {
        _ if by_data => (topic, Division::Data(chunk_tokens as u64)),
        (Some(sections), _) => (topic, Division::Given(sections)),
        (None, Some((topic, titles))) => {
            let section = |title: &str| Section { title: title.into(), about: None };
            (topic.into(), Division::Given(titles.into_iter().map(section).collect()))
        }
        (None, None) => (topic, Division::Planned(planner)),
    };
    let worker = reading.plain_worker("section");
    let input = Sectioning { topic, division, worker, aggregate: reading.aggregate() };
    Some(("sectioning", work(|run| async move { sectioning(&run, &input).await })))
}

/// Titles, or `{ title, about }`.
fn sections(list: Field<'_>) -> Vec<Section> {
    const WHAT: &str = "an array of titles, or of `{ title, about }`";
    const EMPTY: &str = "There are no sections. Give at least one, or leave them out to have them planned.";
    let mut names = Names::default();
    let one = |item| {
        let section = section(item)?;
        names.add(&section.title, item);
        Some(section)
    };
    items(list, WHAT, EMPTY).into_iter().filter_map(one).collect()
}

fn section(item: Field<'_>) -> Option<Section> {
    let Input::Record(_) = item.value() else {
        return item.text().map(|title| Section { title: title.into(), about: None });
    };
    item.reject_unknown(&[&["title", "about"]]);
    let about = item.get("about").text().map(Rc::from);
    Some(Section { title: item.get("title").required("the section's heading").text()?.into(), about })
}
