//! Reads the arguments of `voting`.

use std::rc::Rc;

use super::criteria::read_criteria;
use crate::api::input::Input;
use crate::api::names::Names;
use crate::api::numbers::{Numbers, WEIGHT};
use crate::api::reader::Field;
use crate::api::reading::{Reading, spec};
use crate::api::work::{Work, work};
use crate::api::worker_fields::WORKER_FIELDS;
use crate::api::worker_spec::WorkerSpec;
use crate::strategy::voting::tally::Bar;
use crate::strategy::voting::{Select, TieBreak, Voter, Voting, voting};

pub(super) const OPTIONS: &[&str] = &["voters", "select", "threshold", "tieBreak", "judge", "criteria"];

/// The type of a voter's task, which picks its worker.
const KIND: &str = "voter";

/// How many voters there are by default.
const VOTERS: usize = 3;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let input =
        Voting { question: reading.text(0, "question"), voters: voters(reading), select: select(reading)? };
    Some(("voting", work(|run| async move { voting(&run, input).await })))
}

fn voters(reading: &Reading<'_>) -> Vec<Voter> {
    const HOW_MANY: Numbers =
        Numbers::whole(1.0, 1000.0, "a whole number from 1 to 1000, or an array of workers");
    let field = reading.option("voters");
    let Input::List(_) = field.value() else {
        let worker = reading.plain_worker(KIND);
        let voter = |index| Voter { id: numbered(index), worker: Rc::clone(&worker), weight: 1.0 };
        return (0..reading.count("voters", &HOW_MANY, VOTERS)).map(voter).collect();
    };
    let items = field.list(HOW_MANY.what).unwrap_or_default();
    if items.is_empty() {
        field.expected(HOW_MANY.what);
    }
    let mut names = Names::default();
    let one = |(index, item)| {
        let voter = voter(reading, index, item);
        names.add(&voter.id, item.get("id"));
        voter
    };
    items.into_iter().enumerate().map(one).collect()
}

fn numbered(index: usize) -> Rc<str> {
    format!("voter-{}", index + 1).into()
}

/// A worker, or the name of a model.
fn voter(reading: &Reading<'_>, index: usize, item: Field<'_>) -> Voter {
    let worker = |own: &WorkerSpec| reading.worker(KIND, own);
    if let Input::Text(_) = item.value()
        && let Some(model) = item.text()
    {
        return Voter { id: numbered(index), worker: worker(&WorkerSpec::of_model(model)), weight: 1.0 };
    }
    if !matches!(item.value(), Input::Record(_)) {
        item.expected("a worker such as `{ model: '…', weight: 2 }`, or the name of a model");
    }
    item.reject_unknown(&[&["id", "weight"], WORKER_FIELDS]);
    Voter {
        id: item.get("id").text().map_or_else(|| numbered(index), Rc::from),
        worker: worker(&WorkerSpec::read(item)),
        weight: item.get("weight").number(&WEIGHT).unwrap_or(1.0),
    }
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
    #[derive(Clone, Copy)]
    enum Tie {
        Judge,
        First,
        Null,
    }
    const TIE_BREAKS: &[(&str, Tie)] = &[("judge", Tie::Judge), ("first", Tie::First), ("null", Tie::Null)];
    const SHARE: Numbers = Numbers::new(f64::MIN_POSITIVE, 1.0, "a share of the votes, above 0 and up to 1");
    let threshold = reading.option("threshold").number(&SHARE);
    let tie_break = reading.option("tieBreak").one_of(TIE_BREAKS);
    // Looked at in any case for what is wrong with it. Only who may be asked needs a key.
    let judge_spec = spec(reading.option("judge"));
    let judge = || reading.role_of(&judge_spec);
    let tie_break = |default| match tie_break.unwrap_or(default) {
        Tie::Judge => TieBreak::Judge(judge()),
        Tie::First => TieBreak::First,
        Tie::Null => TieBreak::Null,
    };
    let field = reading.option("select");
    if let Input::JsHandle(_) = field.value() {
        return reading.function(field).map(Select::Function);
    }
    let way = field.one_of(WAYS);
    if field.is_given() && way.is_none() {
        return None;
    }
    Some(match way.unwrap_or(Way::Consensus) {
        Way::Consensus => Select::Count {
            bar: threshold.map_or(Bar::Majority, Bar::Share),
            tie_break: tie_break(Tie::Null),
        },
        Way::Weighted => {
            Select::Count { bar: threshold.map_or(Bar::Most, Bar::Share), tie_break: tie_break(Tie::Judge) }
        }
        Way::Judge => Select::Judge(judge()),
        Way::Rubric => Select::Rubric(read_criteria(reading, reading.option("criteria"), true)),
    })
}
