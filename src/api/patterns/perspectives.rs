//! Reads the arguments of `perspectives`.

use super::named::{Named, read_named};
use crate::api::job::{Work, work};
use crate::api::reading::Reading;
use crate::strategy::perspectives::{Specialist, perspectives};

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let input = reading.text(0, "input");
    let named = read_named(&reading.argument(1, "workers"), "specialist", &[]);
    let specialist = |one: &Named<'_>| Specialist {
        id: one.words.map_or_else(|| one.name.clone(), Into::into),
        worker: one.worker(reading, "perspective"),
    };
    let specialists: Option<Vec<Specialist>> = named.map(|named| named.iter().map(specialist).collect());
    let aggregate = reading.aggregate();
    let (input, specialists) = (input?, specialists?);
    let strategy =
        work(|run| async move { perspectives(&run, &input, &specialists, aggregate.as_ref()).await });
    Some(("perspectives", strategy))
}
