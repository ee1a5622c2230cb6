//! Reads the arguments of `sectioning`.

use std::rc::Rc;

use super::prompt::topic_and_list;
use crate::api::input::Input;
use crate::api::job::{Work, work};
use crate::api::reader::Field;
use crate::api::reading::{Reading, reject_twins, required};
use crate::api::worker_spec::WorkerSpec;
use crate::strategy::sectioning::{Division, Section, Sectioning, sectioning};

pub(super) const OPTIONS: &[&str] = &["planner", "split", "chunkTokens"];

/// How much text one call is shown under `split: 'data'` when nobody says.
const CHUNK_TOKENS: f64 = 4000.0;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let topic = reading.text(0, "topic");
    let list = reading.argument(1, "sections");
    let sections = if let Input::Undefined | Input::Null = list.value() { None } else { sections(&list) };
    let planner = reading.role("planner");
    let by_data = reading.option("split").one_of(&[("sections", false), ("data", true)]).unwrap_or_default();
    let chunk_tokens = reading.option("chunkTokens").whole(16.0..=1e9, "a whole number from 16 up");
    let worker = reading.worker("section", &WorkerSpec::default());
    let aggregate = reading.aggregate();
    let topic = topic?;
    let (topic, division) = match (sections, topic_and_list(&topic)) {
        _ if by_data => (topic, Division::Data(chunk_tokens.unwrap_or(CHUNK_TOKENS) as u64)),
        (Some(sections), _) => (topic, Division::Given(sections)),
        (None, Some((topic, titles))) => {
            let section = |title: &str| Section { title: title.into(), about: None };
            (topic.into(), Division::Given(titles.into_iter().map(section).collect()))
        }
        (None, None) => (topic, Division::Planned(planner)),
    };
    let input = Sectioning { topic, division, worker, aggregate };
    Some(("sectioning", work(|run| async move { sectioning(&run, &input).await })))
}

/// Titles, or `{ title, about }`.
fn sections(list: &Field<'_>) -> Option<Vec<Section>> {
    const WHAT: &str = "an array of titles, or of `{ title, about }`";
    let items = list.list(WHAT)?;
    if items.is_empty() {
        list.wrong("There are no sections. Give at least one, or leave them out to have them planned.");
    }
    let section = |item: &Field<'_>| match item.value() {
        Input::Record(_) => {
            item.reject_unknown(&["title", "about"]);
            let about = item.get("about").text().map(Rc::from);
            Some(Section { title: required(&item.get("title"), "the section's heading")?.into(), about })
        }
        _ => item.text().map(|title| Section { title: title.into(), about: None }),
    };
    let read: Vec<Option<Section>> = items.iter().map(section).collect();
    let sections: Vec<Section> = read.into_iter().collect::<Option<_>>()?;
    reject_twins(sections.iter().map(|section| &*section.title).zip(items));
    Some(sections)
}
