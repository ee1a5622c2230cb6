//! What is said of a connection that could not be made, or broke off.

use wasm_bindgen::JsValue;

use super::foreign::{field, words_of};
use crate::error::{Code, Failure};

/// What Node says of a connection that broke off, and not where there was none to begin with.
const BROKEN: &[&str] =
    &["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"];

/// A request that got no answer. Node hides the reason in `cause`.
pub fn network(host: &str, error: &JsValue) -> Failure {
    let reason = reason(error);
    if BROKEN.contains(&&*reason) {
        return broken_by(host, &reason);
    }
    let remedy = "Check that the server (and a proxy before it) runs, that `baseURL` is right, that its certificate is trusted and, in a page, that the server allows it (CORS).";
    let mut failure =
        Failure::transient(Code::Network, format!("Could not reach {host}: {reason}. {remedy}"));
    // A caller's own `fetch` may know better than "it failed".
    failure.status =
        field(error, "status").ok().and_then(|status| status.as_f64()).map(|status| status as u16);
    failure
}

/// An answer that broke off.
pub fn broken(host: &str, error: &JsValue) -> Failure {
    broken_by(host, &reason(error))
}

/// The server may have read the request, and written an answer. Node's `fetch` has time-outs of its
/// own, which no option of a request changes (undici's `headersTimeout` and `bodyTimeout`).
fn broken_by(host: &str, reason: &str) -> Failure {
    let what = match reason {
        "UND_ERR_HEADERS_TIMEOUT" => "did not begin its answer",
        "UND_ERR_BODY_TIMEOUT" => "sent nothing more of its answer",
        _ => {
            let message = format!("The connection to {host} broke off: {reason}.");
            let mut failure = Failure::transient(Code::Network, message);
            failure.accepted = true;
            return failure;
        }
    };
    let message = format!(
        "{host} {what} for as long as Node's `fetch` waits: 300 s, whatever `timeoutMs` says. Use `stream: true` if pieces of it \
         come sooner, or `fetch: nodeFetch()` of `parallelization-agent/node`."
    );
    Failure::transient(Code::Timeout, message)
}

/// Why, as far as it is told.
pub fn reason(error: &JsValue) -> String {
    let text = |value: &JsValue, name: &str| words_of(value, name).filter(|text| !text.is_empty());
    let cause = field(error, "cause").unwrap_or_default();
    text(&cause, "code")
        .or_else(|| text(&cause, "message"))
        .or_else(|| text(error, "message"))
        .map_or_else(|| "no reason given".into(), |text| text.trim_end_matches('.').into())
}

/// Whether a connection was lost that had served another request before. Node's `fetch` tells.
pub fn was_kept(error: &JsValue) -> bool {
    let path = ["cause", "socket", "bytesRead"];
    let read = path.iter().try_fold(error.clone(), |value, name| field(&value, name));
    read.is_ok_and(|bytes| bytes.as_f64() > Some(0.0))
}
