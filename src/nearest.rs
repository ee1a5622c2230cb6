//! The name that was probably meant, in place of one that nobody knows.

/// The known name that is nearest, if it is near.
#[must_use]
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (near, distance) = closest(name, known)?;
    (distance <= 2.max(name.len() / 3)).then_some(near)
}

/// The known name that this one is a slip of the pen for, where other names are allowed as well.
#[must_use]
pub fn slip<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (near, distance) = closest(name, known)?;
    (distance <= near.len() / 4).then_some(near)
}

fn closest<'a>(name: &str, known: &[&'a str]) -> Option<(&'a str, usize)> {
    let name = name.to_ascii_lowercase();
    let distances =
        known.iter().map(|other| (*other, strsim::osa_distance(&name, &other.to_ascii_lowercase())));
    distances.min_by_key(|(_, distance)| *distance)
}
