//! Addresses of servers.

/// The part of an address that is safe to show: no query, no user name, no password.
#[must_use]
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let rest = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
    rest.rsplit_once('@').map_or(rest, |(_, host)| host)
}
