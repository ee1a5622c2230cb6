//! Reads the arguments of `guarded`.

use std::rc::Rc;

use super::named::{Named, read_named};
use crate::api::reading::Reading;
use crate::api::work::{Work, work};
use crate::strategy::guarded::{Guard, Guarded, guarded};

pub(super) const OPTIONS: &[&str] = &["mode", "failOpen"];

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let input = Guarded {
        input: reading.text(0, "input"),
        guards: read_named(reading.argument(1, "guards"), "guard", &["on"])
            .into_iter()
            .map(|one| guard(reading, &one))
            .collect(),
        blocking: reading
            .option("mode")
            .one_of(&[("parallel", false), ("blocking", true)])
            .unwrap_or_default(),
        fail_open: reading.option("failOpen").boolean().unwrap_or_default(),
        worker: reading.plain_worker("answer"),
    };
    Some(("guarded", work(|run| async move { guarded(&run, &input).await })))
}

fn guard(reading: &Reading<'_>, named: &Named<'_>) -> Guard {
    if &*named.name == "answer" {
        named.field.wrong("`answer` is the name of the answer itself. Call the guard something else.");
    }
    let on = named
        .words
        .map_or_else(|| named.field.get("on").one_of(&[("input", false), ("output", true)]), |_| None);
    let instructed = named.field.get("instructions").is_given();
    Guard {
        id: Rc::clone(&named.name),
        screens_for: match named.words {
            Some(words) => Some(words.into()),
            None => (!instructed).then(|| Rc::clone(&named.name)),
        },
        // The instructions of the one who answers is not that of those who screen.
        worker: reading.role_of(&named.spec),
        on_output: on.unwrap_or_default(),
    }
}
