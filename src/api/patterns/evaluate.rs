//! Reads the arguments of `evaluate`.

use super::criteria::read_criteria;
use crate::api::reading::Reading;
use crate::api::work::{Work, work};
use crate::strategy::evaluate::evaluate;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let subject = reading.text(0, "subject");
    let criteria = read_criteria(reading, reading.argument(1, "criteria"), false);
    Some(("evaluate", work(|run| async move { evaluate(&run, &subject, &criteria).await })))
}
