//! Reads the address of an API as callers give it, and corrects what is plainly meant otherwise:
//! the address of one endpoint, a fragment, a scheme in capitals.

use std::rc::Rc;

use super::reader::Field;

/// Endpoints that documentation shows as part of the address. The formats add them themselves.
const ENDPOINTS: &[&str] = &["/chat/completions", "/completions", "/messages", "/responses"];

/// The address without a slash at its end; none, and an issue, where it cannot be one.
pub(super) fn base_url(field: Field<'_>) -> Option<Rc<str>> {
    const WHAT: &str = "an address such as `https://api.openai.com/v1` or `http://localhost:11434/v1`";
    let text = field.text()?.trim();
    // A page's own server.
    let own = field.issues().page().filter(|_| text.starts_with('/') && !text.starts_with("//"));
    let absolute = own.map(|origin| format!("{origin}{text}"));
    let text = absolute.as_deref().unwrap_or(text);
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    let (host, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if host.contains('@') {
        field.secret().wrong("A base URL must not hold a user name or password. Use `apiKey` or `headers`.");
        return None;
    }
    let plausible = matches!(&*scheme, "http" | "https")
        && !host.is_empty()
        && !host.starts_with(':')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if !plausible {
        // What is no address at all may be a key that was given in its place.
        let is_near =
            text.contains("://") || text.starts_with(['/', '.', ':']) || text.starts_with("localhost");
        if is_near {
            field.expected(WHAT)
        } else {
            field.secret().expected(WHAT)
        }
        return None;
    }
    // Nothing of a fragment would be sent.
    let tail = tail.split('#').next().unwrap_or_default();
    let (path, query) = tail.split_at(tail.find('?').unwrap_or(tail.len()));
    let path = without_endpoint(path.trim_end_matches('/'));
    Some(format!("{scheme}://{}{path}{query}", host.to_ascii_lowercase()).trim_end_matches('/').into())
}

fn without_endpoint(path: &str) -> &str {
    // Gemini's names the model, and what is asked of it.
    let method = [":generateContent", ":streamGenerateContent"].iter().any(|method| path.ends_with(method));
    let path = match path.rfind("/models/") {
        Some(at) if method => path.get(..at).unwrap_or(path),
        _ => path,
    };
    let endpoint = ENDPOINTS.iter().find_map(|endpoint| path.strip_suffix(endpoint));
    endpoint.unwrap_or(path).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::input::Input;
    use crate::api::issues::Issues;

    fn read(text: &str) -> Option<Rc<str>> {
        base_url(Field::new(&Input::Text(text.into()), "baseURL", &Issues::default()))
    }

    #[test]
    fn addresses_are_mended_where_it_is_plain_what_was_meant() {
        for (given, meant) in [
            ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
            ("https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1"),
            ("https://api.openai.com/v1/chat/completions/", "https://api.openai.com/v1"),
            ("HTTP://LocalHost:11434/v1", "http://localhost:11434/v1"),
            ("https://host.example/v1#section", "https://host.example/v1"),
            ("https://host.example/#/v1", "https://host.example"),
            ("https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1"),
            (
                "https://r.openai.azure.com/openai/deployments/D/chat/completions?api-version=1",
                "https://r.openai.azure.com/openai/deployments/D?api-version=1",
            ),
            (
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent",
                "https://generativelanguage.googleapis.com/v1beta",
            ),
            ("https://r.services.ai.azure.com/models", "https://r.services.ai.azure.com/models"),
        ] {
            assert_eq!(read(given).as_deref(), Some(meant), "{given}");
        }
        for wrong in
            ["ftp://host/v1", "host.example/v1", "https://", "https://:80/v1", "https://a b/v1", "http:/x"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
