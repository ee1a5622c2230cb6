//! Tells functions of the caller's that are stopped why: their time is over, or they are not needed
//! any more.

use std::cell::Cell;

thread_local! {
    static IS_LATE: Cell<bool> = const { Cell::new(false) };
}

/// From now on, what is dropped took longer than it may; or does so no more. There is no wait
/// between the two.
pub fn set_late(late: bool) {
    IS_LATE.set(late);
}

/// Whether what is dropped now took longer than it may.
#[must_use]
pub fn is_late() -> bool {
    IS_LATE.get()
}
