//! `mapReduce`: a call for each document, or chunk of one, and a tree of calls that puts their
//! results together. A node of the tree starts the moment its inputs are there.

pub mod reduce;

use std::rc::Rc;

use self::reduce::{Tree, levels, reduce};
use super::chunks::chunks;
use super::document::Document;
use super::prompts::roles::{MAP, REDUCE};
use super::prompts::{about, conversation};
use super::summary::add_data;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::json::{Fields, Map, Value};
use crate::model::usage::tokens_of;
use crate::model::worker::Worker;
use crate::report::Status;

/// One part in so many of a chunk is repeated from the chunk before it.
const OVERLAP: u64 = 16;

/// Everything that a map-reduce needs.
#[derive(Debug)]
pub struct MapReduce {
    /// In the order of the results.
    pub documents: Vec<Document>,
    /// The worker that reads a document.
    pub map: Rc<Worker>,
    /// The worker that puts results together, if there is one.
    pub reduce: Option<Rc<Worker>>,
    /// How many results one reduce may take.
    pub fan_in: usize,
    /// How much text one map is shown, in tokens.
    pub chunk_tokens: u64,
    /// How much text one reduce is shown, in tokens.
    pub reduce_tokens: u64,
}

impl MapReduce {
    /// Keeps every call within a model's context: an answer takes a third of it at the most, so
    /// that a reduce always has room for two results and for its own. False where the instructions
    /// leave no room.
    #[must_use]
    pub fn fit_into(&mut self, context_tokens: u64) -> bool {
        /// The frames of the messages, the fences and the words about them.
        const FRAME: u64 = 64;
        const LEAST: u64 = 16;
        let fixed_tokens = |worker: &Worker, instructions: &str| {
            tokens_of(worker.instructions.as_deref().unwrap_or(instructions).len()) + FRAME
        };
        let reduce = self.reduce.as_ref().map_or(0, |worker| fixed_tokens(worker, REDUCE));
        let free = context_tokens.saturating_sub(fixed_tokens(&self.map, MAP).max(reduce));
        let answer = u32::try_from(free / 3).unwrap_or(u32::MAX);
        for worker in [Some(&mut self.map), self.reduce.as_mut()].into_iter().flatten() {
            let max_tokens = worker.max_tokens.map_or(answer, |own| own.min(answer));
            *worker = Rc::new(Worker { max_tokens: Some(max_tokens), ..(**worker).clone() });
        }
        let room = |worker: &Worker| free - u64::from(worker.max_tokens.unwrap_or(answer));
        self.chunk_tokens = self.chunk_tokens.min(room(&self.map));
        self.reduce_tokens = self.reduce.as_deref().map_or(0, room);
        u64::from(answer) >= LEAST
    }
}

/// A chunk of a document.
struct Leaf {
    /// The index of the document.
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
    outcome.put("summary", Value::Null);
    match &input.reduce {
        None => {
            run.perform_all(leaves.iter().map(|leaf| (leaf.key, map(&input.map, leaf))).collect()).await;
            outcome.put("levels", 0.into());
        }
        Some(worker) => {
            let tree = Tree {
                run,
                leaves: &leaves,
                map: &input.map,
                worker,
                fan_in: input.fan_in,
                levels: levels(leaves.len(), input.fan_in),
                room: input.reduce_tokens,
            };
            outcome.put("levels", tree.levels.into());
            match reduce(&tree).await {
                Ok((text, key)) => {
                    outcome.put("summary", (*text).into());
                    add_data(run, key, &mut outcome);
                }
                Err(failure) => {
                    outcome.set("summaryError", &failure);
                }
            }
        }
    }
    let failed = leaves.iter().filter(|leaf| run.outcome(leaf.key).0 != Status::Completed);
    let mut documents: Vec<usize> = failed.map(|leaf| leaf.document).collect();
    documents.dedup();
    let name = |document: usize| input.documents.get(document).map(|document| document.id.to_string());
    let names: Vec<String> = documents.into_iter().filter_map(name).collect();
    outcome.put("failedDocuments", names.into());
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

/// Asks about one chunk.
fn map(worker: &Rc<Worker>, leaf: &Leaf) -> Call {
    let request = about(&format!("document {}", leaf.id), &leaf.text);
    Call { worker: Rc::clone(worker), messages: conversation(worker, MAP, "", &request), path: 1 }
}
