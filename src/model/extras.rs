//! What comes with an answer beside its text: where it is from, files that the model made, and the
//! body as it came. The providers have a shape of their own for each; here there is one.
//!
//! Sources: platform.openai.com/docs/guides/tools-web-search (`url_citation`),
//! docs.perplexity.ai/api-reference (`search_results`, `citations`),
//! platform.claude.com/docs/en/build-with-claude/citations,
//! ai.google.dev/gemini-api/docs/google-search (`groundingChunks`), openrouter.ai/docs (`images`).

use serde::Serialize;

use crate::json::{Fields, Map, Value, json};

/// What comes with an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Extras {
    /// Where the answer is from: `{ url, title, text }`, each where it is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Value>,
    /// What the model made: `{ mediaType, url }`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Value>,
    /// The body as it came, or the events of a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Value>,
}

/// The most of each that are kept of one answer.
const MOST: usize = 1_024;

impl Extras {
    /// Takes in a list of citations in any of the shapes that there are; a source that is there
    /// already is not repeated.
    pub fn cite(&mut self, list: Option<&Value>) {
        for citation in list.and_then(Value::as_array).into_iter().flatten() {
            if let Some(source) = source(citation)
                && !self.sources.contains(&source)
                && self.sources.len() < MOST
            {
                self.sources.push(source);
            }
        }
    }

    /// Takes in a file by its address; a `data:` one holds it.
    pub fn file(&mut self, media_type: &str, url: &str) {
        if !url.is_empty() && self.files.len() < MOST {
            self.files.push(json!({ "mediaType": media_type, "url": url }));
        }
    }

    /// The same of what holds it in base64.
    pub fn data(&mut self, media_type: &str, data: &str) {
        if !data.is_empty() {
            self.file(media_type, &format!("data:{media_type};base64,{data}"));
        }
    }

    /// Puts those of an earlier step in front of these.
    pub fn after(&mut self, earlier: Self) {
        self.sources.splice(..0, earlier.sources);
        self.files.splice(..0, earlier.files);
    }

    /// Reads them among the fields of a result.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let list = |name| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        Self { sources: list("sources"), files: list("files"), raw: value.get("raw").cloned() }
    }
}

fn source(citation: &Value) -> Option<Value> {
    if let Some(url) = citation.as_str() {
        return Some(json!({ "url": url }));
    }
    let inner =
        ["url_citation", "web", "retrievedContext", "maps"].into_iter().find_map(|name| citation.get(name));
    let fields = inner.unwrap_or(citation);
    let first = |names: &[&str]| {
        names.iter().find_map(|name| fields.get(name)?.as_str()).filter(|text| !text.is_empty())
    };
    let url = first(&["url", "uri"]);
    let title = first(&["title", "document_title", "filename"]);
    url.or(title)?;
    let mut source = Map::new();
    source.set_some("url", url);
    source.set_some("title", title);
    source.set_some("text", first(&["cited_text", "content", "snippet", "text"]));
    Some(source.into())
}

/// The type of what a `data:` address holds, else `otherwise`.
pub(super) fn type_of<'a>(url: &'a str, otherwise: &'a str) -> &'a str {
    url.strip_prefix("data:").and_then(|data| data.split([';', ',']).next()).unwrap_or(otherwise)
}
