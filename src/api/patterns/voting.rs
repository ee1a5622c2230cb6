//! Reads the arguments of `voting`.

use std::rc::Rc;

use super::criteria::read_criteria;
use crate::api::input::Input;
use crate::api::job::{Work, work};
use crate::api::reader::Field;
use crate::api::reading::{Reading, reject_twins};
use crate::api::worker_spec::{WORKER_FIELDS, WorkerSpec};
use crate::strategy::voting::tally::Bar;
use crate::strategy::voting::{Select, TieBreak, Voter, Voting, voting};

pub(super) const OPTIONS: &[&str] = &["voters", "select", "threshold", "tieBreak", "judge", "criteria"];

/// What the type of a voter's task is: picks its worker.
const KIND: &str = "voter";

/// How many vote when nobody says.
const VOTERS: usize = 3;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let question = reading.text(0, "question");
    let voters = voters(reading);
    let select = select(reading);
    let judge = reading.role("judge");
    let input = Voting { question: question?, voters: voters?, select: select?, judge };
    Some(("voting", work(|run| async move { voting(&run, input).await })))
}

fn voters(reading: &Reading<'_>) -> Option<Vec<Voter>> {
    const WHAT: &str = "a whole number from 1 to 1000, or an array of workers";
    let field = reading.option("voters");
    let Input::List(_) = field.value() else {
        let count = field.whole(1.0..=1000.0, WHAT).map_or(VOTERS, |count| count as usize);
        let worker = reading.worker(KIND, &WorkerSpec::default());
        let voter = |index| Voter {
            id: format!("voter-{}", index + 1).into(),
            worker: Rc::clone(&worker),
            weight: 1.0,
        };
        return Some((0..count).map(voter).collect());
    };
    let items = field.list(WHAT)?;
    if items.is_empty() {
        field.expected(WHAT);
    }
    let voters: Vec<Voter> =
        items.iter().enumerate().map(|(index, item)| voter(reading, index, item)).collect();
    reject_twins(voters.iter().map(|voter| &*voter.id).zip(items.iter().map(|item| item.get("id"))));
    Some(voters)
}

/// A worker, or the name of a model.
fn voter(reading: &Reading<'_>, index: usize, item: &Field<'_>) -> Voter {
    let id = || format!("voter-{}", index + 1).into();
    if let Some(model) = if let Input::Text(_) = item.value() { item.text() } else { None } {
        return Voter { id: id(), worker: reading.worker(KIND, &WorkerSpec::of_model(model)), weight: 1.0 };
    }
    if !matches!(item.value(), Input::Record(_)) {
        item.expected("a worker such as `{ model: '…', weight: 2 }`, or the name of a model");
    }
    item.reject_unknown(&[&["id", "weight"], WORKER_FIELDS].concat());
    Voter {
        id: item.get("id").text().map_or_else(id, Rc::from),
        worker: reading.worker(KIND, &WorkerSpec::read(item)),
        weight: weight(item),
    }
}

/// How much something counts.
pub(super) fn weight(item: &Field<'_>) -> f64 {
    const MOST: f64 = 1e9;
    item.get("weight").number(f64::MIN_POSITIVE..=MOST, "a number above 0").unwrap_or(1.0)
}

fn select(reading: &Reading<'_>) -> Option<Select> {
    #[derive(Clone, Copy)]
    enum Way {
        Consensus,
        Weighted,
        Judge,
        Rubric,
    }
    const WAYS: &[(&str, Way)] = &[
        ("consensus", Way::Consensus),
        ("weighted", Way::Weighted),
        ("judge", Way::Judge),
        ("rubric", Way::Rubric),
    ];
    let threshold = reading
        .option("threshold")
        .number(f64::MIN_POSITIVE..=1.0, "a share of the votes, above 0 and up to 1");
    let tie_break = reading.option("tieBreak").one_of(&[
        ("judge", TieBreak::Judge),
        ("first", TieBreak::First),
        ("null", TieBreak::Null),
    ]);
    let field = reading.option("select");
    if let Input::Live(_) = field.value() {
        return field.function().map(|function| Select::Function((reading.function)(function)));
    }
    let way = field.one_of(WAYS);
    if field.is_given() && way.is_none() {
        return None;
    }
    Some(match way.unwrap_or(Way::Consensus) {
        Way::Consensus => Select::Count {
            bar: threshold.map_or(Bar::Majority, Bar::Share),
            tie_break: tie_break.unwrap_or(TieBreak::Null),
        },
        Way::Weighted => Select::Count {
            bar: threshold.map_or(Bar::Most, Bar::Share),
            tie_break: tie_break.unwrap_or(TieBreak::Judge),
        },
        Way::Judge => Select::Judge,
        Way::Rubric => Select::Rubric(read_criteria(reading, &reading.option("criteria"), true)?),
    })
}
