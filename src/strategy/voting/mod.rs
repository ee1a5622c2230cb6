//! `voting`: several answer the same question, and one answer is chosen. Where votes are counted,
//! the rest is aborted as soon as it cannot change the outcome.

pub mod ballot;
pub mod normal;
pub mod select;
pub mod tally;

use std::cell::Cell;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::StreamExt;

use self::ballot::Ballot;
use self::select::{Chosen, choose};
use self::tally::{Bar, Tally};
use super::evaluate::Criterion;
use super::prompts::roles::{BALLOT, VOTER};
use crate::engine::join::JoinSet;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::json::{Fields, Map, Value};
use crate::model::worker::Worker;
use crate::platform::Callback;
use crate::report::Status;

/// A voter.
#[derive(Clone, Debug)]
pub struct Voter {
    /// Its name.
    pub id: Rc<str>,
    /// Its worker.
    pub worker: Rc<Worker>,
    /// How much its vote counts.
    pub weight: f64,
}

/// How the winner is found.
#[derive(Clone)]
pub enum Select {
    /// By counting.
    Count {
        /// What an answer needs to win.
        bar: Bar,
        /// What decides when the lead is shared.
        tie_break: TieBreak,
    },
    /// A call to this worker compares the answers.
    Judge(Rc<Worker>),
    /// Each answer is scored by these criteria.
    Rubric(Vec<Criterion>),
    /// The caller's function.
    Function(Callback),
}

/// What decides when the lead is shared.
#[derive(Clone, Debug)]
pub enum TieBreak {
    /// A call to this worker compares the answers.
    Judge(Rc<Worker>),
    /// The first voter in the list.
    First,
    /// Nobody wins.
    Null,
}

/// Everything that a vote needs.
pub struct Voting {
    /// What is asked.
    pub question: Rc<str>,
    /// The voters.
    pub voters: Vec<Voter>,
    /// How the winner is found.
    pub select: Select,
}

/// The ballots so far, by the indices of the voters.
struct Votes {
    keys: Vec<TaskKey>,
    ballots: Vec<Option<Ballot>>,
    tally: Tally,
}

/// Holds a vote.
///
/// # Errors
/// None of its own: what fails is in the table of the run, and a winner that cannot be found is
/// `null`, with the reason under `selectError`.
pub async fn voting(run: &Run, input: Voting) -> Result<Map, Failure> {
    let votes = collect(run, &input).await;
    let chosen = match choose(run, &input, &votes).await {
        Ok(chosen) => chosen,
        Err(failure) => Chosen { error: Some(failure), ..Chosen::default() },
    };
    Ok(outcome(run, &input, &votes, chosen))
}

async fn collect(run: &Run, input: &Voting) -> Votes {
    let voters = &input.voters;
    let keys: Vec<TaskKey> =
        voters.iter().map(|voter| run.add_task(Rc::clone(&voter.id), "voter".into(), [].into())).collect();
    run.all_added();
    run.step("votes", "running");
    let mut ballots = vec![None; voters.len()];
    let mut tally = Tally::default();
    let bar = match &input.select {
        Select::Count { bar, .. } => Some(*bar),
        _ => None,
    };
    let mut open: f64 = voters.iter().map(|voter| voter.weight).sum();
    let vote = Cell::new(None);
    let one = |(index, (voter, &key)): (usize, (&Voter, &TaskKey))| -> LocalBoxFuture<'_, ()> {
        // A ballot that cannot be used is invalid, and not asked for again.
        let ballot = BALLOT.call(&voter.worker, VOTER, (&input.question, ""), 1, |_| Ok(()));
        let call = match &voter.worker.schema {
            Some(_) => Call { worker: Rc::clone(&voter.worker), ..ballot },
            None => ballot,
        };
        let vote = &vote;
        async move { vote.set(Some((index, run.perform(key, &call).await))) }.boxed_local()
    };
    let mut calls: JoinSet<'_> = voters.iter().zip(&keys).enumerate().map(one).collect();
    while calls.next().await.is_some() {
        let Some((index, answer)) = vote.take() else { continue };
        let weight = voters.get(index).map_or(0.0, |voter| voter.weight);
        open -= weight;
        let ballot = answer.ok().and_then(|completion| Ballot::read(&completion.text, bar.is_none()));
        if let (Some(ballot), Some(slot)) = (ballot, ballots.get_mut(index)) {
            tally.add(index, &ballot.answer, weight);
            *slot = Some(ballot);
        }
        if bar.is_some_and(|bar| tally.is_decided(bar, open)) {
            // Those that are cut off are not missing, whatever the quorum.
            run.mark_successful();
            break;
        }
    }
    Votes { keys, ballots, tally }
}

fn outcome(run: &Run, input: &Voting, votes: &Votes, chosen: Chosen) -> Map {
    let rows = || input.voters.iter().zip(&votes.keys).zip(&votes.ballots);
    let vote = |((voter, &key), ballot): ((&Voter, &TaskKey), &Option<Ballot>)| {
        let status = match (ballot, run.outcome(key).0) {
            (Some(_), _) => "counted",
            (None, Status::Completed) => "invalid",
            (None, Status::Failed) => "failed",
            _ => "cancelled",
        };
        let mut vote = match ballot {
            Some(ballot) => ballot.fields(),
            None => Map::from_iter([("answer".into(), Value::Null)]),
        };
        vote.set("voter", &voter.id);
        vote.set("weight", voter.weight);
        vote.put("status", status.into());
        vote
    };
    let (calls_saved, tokens_saved) = saved(run, &votes.keys);
    let mut outcome = Map::new();
    outcome.put("votes", rows().map(vote).collect());
    outcome.put("tally", votes.tally.to_json());
    outcome.set("agreement", votes.tally.agreement(chosen.winner.as_deref()));
    outcome.set("winner", &chosen.winner);
    outcome.set("reason", &chosen.reason);
    outcome.put("callsSaved", calls_saved.into());
    outcome.put("tokensSaved", tokens_saved.into());
    if let Some(totals) = chosen.totals {
        outcome.put("totals", totals);
    }
    if let Some(failure) = chosen.error {
        outcome.set("selectError", &failure);
    }
    outcome
}

/// The calls that were not made or were aborted, and the tokens that this saved. A whole call
/// counts as the average of those that were made; what an aborted call had used is taken off.
pub(super) fn saved(run: &Run, keys: &[TaskKey]) -> (usize, u64) {
    let with =
        |wanted: fn(Status) -> bool| keys.iter().copied().filter(move |&key| wanted(run.outcome(key).0));
    let made: Vec<u64> = with(|status| status == Status::Completed).map(|key| run.tokens(key)).collect();
    let mean = made.iter().sum::<u64>() / (made.len() as u64).max(1);
    let cut = |status| matches!(status, Status::Cancelled | Status::Waiting);
    (with(cut).count(), with(cut).map(|key| mean.saturating_sub(run.tokens(key))).sum())
}
