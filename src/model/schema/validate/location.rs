//! Where a value is within the data that is checked.

/// Where a value is. Its path is made when there is something to say of it.
pub(super) struct Location<'a> {
    pub above: Option<&'a Location<'a>>,
    pub step: Step<'a>,
}

/// The last step of the path to a value.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Whole,
    Field(&'a str),
    Item(usize),
}

/// Where the value is, if problems are to be told and not only counted.
pub(super) type At<'a> = Option<&'a Location<'a>>;

impl Location<'_> {
    /// From the root on: `authors[2].name`.
    pub fn path(&self) -> String {
        let above = self.above.map(Location::path).unwrap_or_default();
        match self.step {
            Step::Whole => above,
            Step::Item(index) => format!("{above}[{index}]"),
            Step::Field(name) if above.is_empty() => name.into(),
            Step::Field(name) => format!("{above}.{name}"),
        }
    }
}
