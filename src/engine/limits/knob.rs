//! Experiments.
#![allow(missing_docs)]
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! { static KNOBS: RefCell<HashMap<&'static str, f64>> = RefCell::default(); }

pub fn knob(name: &'static str, default: f64) -> f64 {
    KNOBS.with(|knobs| {
        *knobs
            .borrow_mut()
            .entry(name)
            .or_insert_with(|| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default))
    })
}
