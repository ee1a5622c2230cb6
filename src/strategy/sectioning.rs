//! `sectioning`: a topic is divided into sections that are written at once, each with the outline
//! in view and none of the others' text; or a long text into chunks that are worked on at once.
//! Then a synthesis.

use std::rc::Rc;

use super::chunks::chunks;
use super::fan_out::fan_out;
use super::prompts::roles::{PLAN, PLANNER, SECTION, SLICE, SYNTHESIS, SYNTHESIZER};
use super::prompts::{FENCED, about, conversation, fenced};
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::json::{Fields, Map, Value, json};
use crate::model::worker::Worker;

/// One part of the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its title, which is also its id.
    pub title: Rc<str>,
    /// What it is about.
    pub about: Option<Rc<str>>,
}

/// How the work is divided.
#[derive(Debug)]
pub enum Division {
    /// Into these.
    Given(Vec<Section>),
    /// As a call proposes.
    Planned(Rc<Worker>),
    /// The topic is itself the text to work on, in chunks of so many tokens.
    Data(u64),
}

/// Everything that it needs.
#[derive(Debug)]
pub struct Sectioning {
    /// What it is about; a text to work on under [`Division::Data`].
    pub topic: Rc<str>,
    /// What the sections are.
    pub division: Division,
    /// The worker that writes them.
    pub worker: Rc<Worker>,
    /// The worker that writes the synthesis, if there is one.
    pub aggregate: Option<Rc<Worker>>,
}

/// A section with its request.
struct Piece {
    title: Rc<str>,
    /// The text that all of them share.
    shared: Rc<str>,
    request: String,
}

/// A chunk of data repeats one part in so many of the one before it.
const OVERLAP: u64 = 16;

/// Writes all sections, then the synthesis.
///
/// # Errors
/// When no usable plan is to be had. All else that fails is in the table of the run.
pub async fn sectioning(run: &Run, input: &Sectioning) -> Result<Map, Failure> {
    let (instructions, pieces, planner) = match &input.division {
        Division::Data(most) => (SLICE, slices(&input.topic, *most), None),
        Division::Given(sections) => (SECTION, requests(&input.topic, sections), None),
        Division::Planned(worker) => {
            run.step("plan", "running");
            let key = run.add_auxiliary("planner", "planner", &[]);
            let sections = plan(run, key, worker, &input.topic).await?;
            (SECTION, requests(&input.topic, &sections), Some(key))
        }
    };
    let one = |piece: &Piece| {
        let messages = conversation(&input.worker, instructions, &piece.shared, &piece.request);
        let call = Call { worker: Rc::clone(&input.worker), messages, path: 2 };
        (Rc::clone(&piece.title), call)
    };
    let keys = fan_out(run, "section", "sections", planner, pieces.iter().map(one).collect()).await;
    let mut outcome = synthesis(run, input, &pieces, &keys).await;
    let section =
        |(piece, &key): (&Piece, &TaskKey)| json!({ "title": piece.title, "content": run.text(key) });
    outcome.put("sections", pieces.iter().zip(&keys).map(section).collect());
    Ok(outcome)
}

/// The request of each section: first the topic and the outline, which all share, then the section.
fn requests(topic: &str, sections: &[Section]) -> Vec<Piece> {
    let line = |(index, section): (usize, &Section)| match &section.about {
        Some(about) => format!("{}. {}: {about}", index + 1, section.title),
        None => format!("{}. {}", index + 1, section.title),
    };
    let outline: Vec<String> = sections.iter().enumerate().map(line).collect();
    let outline = fenced("outline", &outline.join("\n"));
    let shared: Rc<str> = format!("{}\n\n{outline}\n\n{FENCED}", fenced("topic", topic)).into();
    let piece = |section: &Section| Piece {
        title: Rc::clone(&section.title),
        shared: Rc::clone(&shared),
        request: format!("\n\n{}\n\nWrite your section.", fenced("your section", &section.title)),
    };
    sections.iter().map(piece).collect()
}

fn slices(text: &str, most: u64) -> Vec<Piece> {
    let texts = chunks(text, most, most / OVERLAP);
    let count = texts.len();
    let piece = |(index, text): (usize, String)| {
        let title: Rc<str> = format!("part-{}", index + 1).into();
        let label = format!("part {} of {count}", index + 1);
        Piece { title, shared: "".into(), request: about(&label, &text) }
    };
    texts.into_iter().enumerate().map(piece).collect()
}

async fn plan(run: &Run, key: TaskKey, worker: &Rc<Worker>, topic: &str) -> Result<Vec<Section>, Failure> {
    let check = |value: &Value| read_plan(value).map(|_| ());
    let call = PLAN.call(worker, PLANNER, ("", &about("topic", topic)), 3, check);
    let plan = run.perform_data(key, &call).await?;
    Ok(read_plan(&plan).unwrap_or_default())
}

/// A list of titles, or of `{ title, about }`; some models put it under a name.
fn read_plan(value: &Value) -> Result<Vec<Section>, String> {
    const MOST: usize = 20;
    let named = || value.as_object()?.values().find_map(Value::as_array);
    let items = value.as_array().or_else(named).ok_or("it is no list of sections")?;
    if items.is_empty() || items.len() > MOST {
        return Err(format!("there have to be 1 to {MOST} sections"));
    }
    let text =
        |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(Rc::<str>::from);
    let mut sections: Vec<Section> = Vec::new();
    for item in items {
        let title = text(item).or_else(|| text(item.get("title")?)).ok_or("a section has no title")?;
        if sections.iter().any(|section| section.title == title) {
            return Err(format!("the title `{title}` comes twice"));
        }
        sections.push(Section { title, about: item.get("about").and_then(text) });
    }
    Ok(sections)
}

async fn synthesis(run: &Run, input: &Sectioning, pieces: &[Piece], keys: &[TaskKey]) -> Map {
    let mut outcome = Map::new();
    outcome.put("summary", Value::Null);
    outcome.put("keyPoints", json!([]));
    let written = || keys.iter().any(|&key| run.text(key).is_some());
    let Some(worker) = input.aggregate.as_ref().filter(|_| written()) else { return outcome };
    run.step("summary", "aggregating");
    let block = |(piece, &key): (&Piece, &TaskKey)| match run.text(key) {
        Some(text) => fenced(&format!("section {}", piece.title), &text),
        None => fenced("a section that is missing", &piece.title),
    };
    let blocks: Vec<String> = pieces.iter().zip(keys).map(block).collect();
    let topic = match &input.division {
        Division::Data(_) => String::new(),
        _ => format!("{}\n\n", fenced("topic", &input.topic)),
    };
    let request = format!("{topic}{}\n\n{FENCED}", blocks.join("\n\n"));
    let key = run.add_auxiliary("summary", "summary", keys);
    let check = |value: &Value| match value.get("summary").and_then(Value::as_str) {
        Some(_) => Ok(()),
        None => Err("`summary` has to be a string".into()),
    };
    match run.perform_data(key, &SYNTHESIS.call(worker, SYNTHESIZER, ("", &request), 1, check)).await {
        Ok(value) => {
            outcome.put("summary", value.get("summary").cloned().unwrap_or_default());
            if let Some(points @ Value::Array(_)) = value.get("keyPoints") {
                outcome.put("keyPoints", points.clone());
            }
        }
        Err(failure) => {
            outcome.set("summaryError", &failure);
        }
    }
    outcome
}
