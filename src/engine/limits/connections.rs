//! The connections of a host, where they are few: a page has six to each over HTTP/1.1, and a
//! caller's own `fetch` may say how many it has. A call that would have to wait for one is held
//! back, and its time-out does not run.

use std::cell::Cell;
use std::rc::Rc;

/// Those of one host, whichever of its models is asked.
#[derive(Debug)]
pub(in crate::engine) struct Connections {
    pub most: usize,
    in_use: Cell<usize>,
}

impl Connections {
    pub fn are_left(&self) -> bool {
        self.in_use.get() < self.most
    }

    pub fn take(&self) {
        self.in_use.set(self.in_use.get() + 1);
    }

    pub fn give_back(&self) {
        self.in_use.set(self.in_use.get().saturating_sub(1));
    }
}

/// The hosts whose connections are few.
#[derive(Debug, Default)]
pub(in crate::engine) struct Hosts(Vec<(Box<str>, Rc<Connections>)>);

impl Hosts {
    pub fn connections(&mut self, host: &str, most: usize) -> Rc<Connections> {
        if let Some((_, known)) = self.0.iter().find(|(name, _)| **name == *host) {
            return Rc::clone(known);
        }
        let new = Rc::new(Connections { most: most.max(1), in_use: Cell::new(0) });
        self.0.push((host.into(), Rc::clone(&new)));
        new
    }
}
