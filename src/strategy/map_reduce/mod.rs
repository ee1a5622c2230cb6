//! `mapReduce`: a call for each document, or chunk of one, and a tree of calls that puts their results together. A node of
//! the tree starts the moment its inputs are there.

use std::rc::Rc;

use futures::future::join_all;

use self::reduce::{Tree, reduce};
use super::chunks::chunks;
use super::document::Document;
use super::prompts::roles::MAP;
use super::prompts::{FENCED, conversation, fenced};
use crate::engine::call::Call;
use crate::engine::run::Run;
use crate::engine::task::{Status, TaskKey};
use crate::error::Failure;
use crate::json::{Map, Value, json};
use crate::model::worker::Worker;

pub mod reduce;

/// One part in so many of a chunk is repeated from the chunk before it.
const OVERLAP: u64 = 16;

/// Everything that a map-reduce needs.
#[derive(Debug)]
pub struct MapReduce {
    /// In the order of the results.
    pub documents: Vec<Document>,
    /// Who reads a document.
    pub map: Rc<Worker>,
    /// Who puts results together, if anybody does.
    pub reduce: Option<Rc<Worker>>,
    /// How many results one reduce may take.
    pub fan_in: usize,
    /// How much text one call is shown, in tokens.
    pub chunk_tokens: u64,
}

/// A chunk of a document, on its way through the map.
struct Leaf {
    /// The document, by its place.
    document: usize,
    id: Rc<str>,
    text: Rc<str>,
    key: TaskKey,
}

/// Runs the map and the reduces.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn map_reduce(run: &Run, input: MapReduce) -> Result<Map, Failure> {
    let leaves = leaves(run, &input);
    run.all_added();
    run.step("map", "running");
    let mut outcome = Map::new();
    outcome.insert("summary".into(), Value::Null);
    match &input.reduce {
        None => {
            join_all(leaves.iter().map(|leaf| map(run, &input.map, leaf))).await;
            outcome.insert("levels".into(), 0.into());
        }
        Some(worker) => {
            let tree = Tree {
                run,
                leaves: &leaves,
                map: &input.map,
                worker,
                fan_in: input.fan_in,
                room: input.chunk_tokens,
            };
            let (summary, levels) = reduce(&tree).await;
            outcome.insert("levels".into(), levels.into());
            match summary {
                Ok(text) => outcome.insert("summary".into(), (*text).into()),
                Err(failure) => outcome.insert("summaryError".into(), json!(failure)),
            };
        }
    }
    let failed = leaves.iter().filter(|leaf| run.outcome(leaf.key).0 != Status::Completed);
    let mut documents: Vec<usize> = failed.map(|leaf| leaf.document).collect();
    documents.dedup();
    let name = |document: usize| input.documents.get(document).map(|document| document.id.to_string());
    let names: Vec<String> = documents.into_iter().filter_map(name).collect();
    outcome.insert("failedDocuments".into(), names.into());
    Ok(outcome)
}

/// A task for each chunk. Those of a document that has several are numbered: `report#2`.
fn leaves(run: &Run, input: &MapReduce) -> Vec<Leaf> {
    let of_document = |(document, source): (usize, &Document)| {
        let texts = chunks(&source.content, input.chunk_tokens, input.chunk_tokens / OVERLAP);
        let several = texts.len() > 1;
        let leaf = move |(index, text): (usize, String)| {
            let id: Rc<str> =
                if several { format!("{}#{}", source.id, index + 1).into() } else { Rc::clone(&source.id) };
            let key = run.add_task(Rc::clone(&id), "map".into(), [].into());
            Leaf { document, id, text: text.into(), key }
        };
        texts.into_iter().enumerate().map(leaf).collect::<Vec<_>>()
    };
    input.documents.iter().enumerate().flat_map(of_document).collect()
}

/// Asks for the result of one chunk.
async fn map(run: &Run, worker: &Rc<Worker>, leaf: &Leaf) -> Result<Rc<str>, Failure> {
    let request = format!("{}\n\n{FENCED}", fenced(&format!("document {}", leaf.id), &leaf.text));
    let call = Call { worker: Rc::clone(worker), messages: conversation(worker, MAP, request), path: 1 };
    run.perform(leaf.key, &call).await.map(|completion| completion.text.into())
}
