//! The calls that wait for a slot: those that go first stand in front.

use std::collections::VecDeque;
use std::rc::Rc;

use super::pool::{Place, Waiter};

/// In their order. Mostly the first goes, and who comes stands last: a list with two ends is quick at both.
#[derive(Debug, Default)]
pub(in crate::engine) struct Queue(VecDeque<(Place, Rc<Waiter>)>);

impl Queue {
    pub fn first(&self) -> Option<&(Place, Rc<Waiter>)> {
        self.0.front()
    }

    pub fn head(&self) -> Option<Place> {
        self.first().map(|(place, _)| *place)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn get(&self, place: Place) -> Option<&Rc<Waiter>> {
        self.0.get(self.find(place)?).map(|(_, waiter)| waiter)
    }

    pub fn insert(&mut self, place: Place, waiter: &Rc<Waiter>) {
        let index = self.0.partition_point(|(other, _)| *other < place);
        self.0.insert(index, (place, Rc::clone(waiter)));
    }

    pub fn remove(&mut self, place: Place) -> Option<Rc<Waiter>> {
        self.0.remove(self.find(place)?).map(|(_, waiter)| waiter)
    }

    fn find(&self, place: Place) -> Option<usize> {
        self.0.binary_search_by_key(&place, |(other, _)| *other).ok()
    }
}
