//! The tree of reduces: which results go together, and in which order.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use super::{Leaf, map};
use crate::engine::join::collect;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::model::usage::tokens_of;
use crate::model::worker::Worker;
use crate::report::Status;
use crate::strategy::prompts::roles::REDUCE;
use crate::strategy::prompts::{FENCED, conversation, fenced};

/// What all nodes share.
pub(super) struct Tree<'a> {
    pub run: &'a Run,
    pub leaves: &'a [Leaf],
    pub map: &'a Rc<Worker>,
    pub worker: &'a Rc<Worker>,
    pub fan_in: usize,
    /// How many levels of reduces there are.
    pub levels: usize,
    /// How much text one reduce is shown, in tokens.
    pub room: u64,
}

/// One input of a reduce: a part of the documents, in their order.
#[derive(Clone)]
struct Part {
    /// `report`, or `report to notes`.
    label: String,
    key: TaskKey,
    text: Result<Rc<str>, Failure>,
}

/// How many levels of reduces so many leaves need.
pub(super) fn levels(leaves: usize, fan_in: usize) -> usize {
    let mut levels = 1;
    let mut width = fan_in;
    while width < leaves {
        width = width.saturating_mul(fan_in);
        levels += 1;
    }
    levels
}

/// The result of all, with the row of its call.
pub(super) async fn reduce(tree: &Tree<'_>) -> Result<(Rc<str>, TaskKey), Failure> {
    match node(tree, 0, tree.leaves.len(), tree.levels).await {
        Some(part) => part.text.map(|text| (text, part.key)),
        None => Err(Failure::new(Code::RunFailed, "There is nothing to put together.")),
    }
}

/// The part that `level` makes of the leaves from `start` up to `end`; a leaf itself at level 0.
fn node<'a>(tree: &'a Tree<'a>, start: usize, end: usize, level: usize) -> LocalBoxFuture<'a, Option<Part>> {
    async move {
        if level == 0 {
            let leaf = tree.leaves.get(start)?;
            let text = tree.run.perform(leaf.key, &map(tree.map, leaf)).await;
            let text = text.map(|completion| completion.text.into());
            return Some(Part { label: leaf.id.to_string(), key: leaf.key, text });
        }
        // One alone needs no reduce of its own, but where it is all that there is.
        if end - start == 1 && tree.leaves.len() > 1 {
            return node(tree, start, end, 0).await;
        }
        let width = (1..level).fold(1usize, |width, _| width.saturating_mul(tree.fan_in));
        let starts = (start..end).step_by(width);
        let below = starts.map(|first| node(tree, first, end.min(first.saturating_add(width)), level - 1));
        let parts = collect(usize::MAX, below).await.into_iter().flatten().collect();
        fit(tree, parts, level).await
    }
    .boxed_local()
}

/// Puts parts together that may be more than one reduce may be shown: then in groups first.
async fn fit(tree: &Tree<'_>, mut parts: Vec<Part>, level: usize) -> Option<Part> {
    loop {
        let groups = groups(&parts, tree.room);
        if groups.len() <= 1 {
            if level == tree.levels {
                tree.run.step("reduce", "aggregating");
            }
            return one(tree, parts, level).await;
        }
        let put = groups.into_iter().map(|group| one(tree, group, level).boxed_local());
        parts = collect(usize::MAX, put).await.into_iter().flatten().collect();
    }
}

/// Neighbours that fit into `room` together, fences and labels included. Two at the least, so that
/// each round leaves fewer.
fn groups(parts: &[Part], room: u64) -> Vec<Vec<Part>> {
    let mut groups: Vec<Vec<Part>> = Vec::new();
    let mut taken = 0;
    for part in parts {
        let tokens = tokens_of(block(part).len()) + 1;
        match groups.last_mut() {
            Some(group) if group.len() < 2 || taken + tokens <= room => {
                group.push(part.clone());
                taken += tokens;
            }
            _ => {
                groups.push(vec![part.clone()]);
                taken = tokens;
            }
        }
    }
    groups
}

async fn one(tree: &Tree<'_>, parts: Vec<Part>, level: usize) -> Option<Part> {
    let (first, last) = (parts.first()?, parts.last()?);
    if parts.len() == 1 && tree.leaves.len() > 1 {
        return parts.into_iter().next();
    }
    let label = match (first.label.split(" to ").next(), last.label.split(" to ").last()) {
        (Some(from), Some(to)) if from != to => format!("{from} to {to}"),
        _ => first.label.clone(),
    };
    let keys: Vec<TaskKey> = parts.iter().map(|part| part.key).collect();
    let key = tree.run.add_auxiliary(&format!("reduce {label}"), "reduce", &keys);
    let text = match parts.iter().find_map(|part| part.text.as_ref().ok()) {
        Some(_) => ask(tree, &parts, key, level).await,
        None => {
            let failure = Failure::new(Code::DependencyFailed, "None of what it puts together is there.");
            tree.run.skip(key, Status::Skipped, failure.clone());
            Err(failure)
        }
    };
    Some(Part { label, key, text })
}

/// What a reduce is shown of a part.
fn block(part: &Part) -> String {
    match &part.text {
        Ok(text) => fenced(&format!("result for {}", part.label), text),
        Err(_) => format!("(There is no result for {}.)", part.label),
    }
}

async fn ask(tree: &Tree<'_>, parts: &[Part], key: TaskKey, level: usize) -> Result<Rc<str>, Failure> {
    let blocks: Vec<String> = parts.iter().map(block).collect();
    let request = format!("{}\n\n{FENCED}", blocks.join("\n\n"));
    let call = Call {
        worker: Rc::clone(tree.worker),
        messages: conversation(tree.worker, REDUCE, "", &request),
        // Ahead of maps that wait: what can be put together is.
        path: 1 + u32::try_from(level).unwrap_or(u32::MAX - 1),
    };
    tree.run.perform(key, &call).await.map(|completion| completion.text.into())
}
