//! Reads the arguments of `perspectives`.

use super::named::{Named, read_named};
use crate::api::reading::Reading;
use crate::api::work::{Work, work};
use crate::api::worker_spec::WorkerSpec;
use crate::strategy::perspectives::{Specialist, perspectives};

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let input = reading.text(0, "input");
    let specialist = |one: Named<'_>| Specialist {
        worker: match one.words {
            // Words that are not the name say how to work.
            Some(words) if *words != *one.name => {
                reading.worker("perspective", &WorkerSpec::instructed(words))
            }
            _ => one.worker(reading, "perspective"),
        },
        id: one.name,
    };
    let named = read_named(reading.argument(1, "workers"), "specialist", &[]);
    let specialists: Vec<Specialist> = named.into_iter().map(specialist).collect();
    let aggregate = reading.aggregate();
    let strategy =
        work(|run| async move { perspectives(&run, &input, &specialists, aggregate.as_ref()).await });
    Some(("perspectives", strategy))
}
