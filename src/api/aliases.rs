//! Names that options go by elsewhere, with ours.

/// The option that was meant, by a name that other packages have for it.
#[must_use]
pub fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let ours = ALIASES.iter().filter(|(other, _)| *other == name).map(|(_, ours)| *ours);
    ours.filter_map(|ours| known.iter().copied().find(|known| *known == ours)).next()
}

const ALIASES: &[(&str, &str)] = &[
    ("abortSignal", "signal"),
    ("api_key", "apiKey"),
    ("base_url", "baseURL"),
    ("cache", "store"),
    ("deadline", "deadlineMs"),
    ("depends", "dependencies"),
    ("dependsOn", "dependencies"),
    ("depends_on", "dependencies"),
    ("deps", "dependencies"),
    ("endpoint", "baseURL"),
    ("func", "execute"),
    ("functions", "tools"),
    ("handler", "execute"),
    ("input", "content"),
    ("inputSchema", "parameters"),
    ("input_schema", "parameters"),
    ("instruction", "instructions"),
    ("key", "apiKey"),
    ("kind", "type"),
    ("maxAttempts", "maxRetries"),
    ("maxCompletionTokens", "maxTokens"),
    ("maxConcurrency", "concurrency"),
    ("maxOutputTokens", "maxTokens"),
    ("max_completion_tokens", "maxTokens"),
    ("max_output_tokens", "maxTokens"),
    ("max_tokens", "maxTokens"),
    ("messages", "content"),
    ("modelId", "model"),
    ("name", "id"),
    ("needs", "dependencies"),
    ("onProgress", "onEvent"),
    ("outputSchema", "schema"),
    ("parallelism", "concurrency"),
    ("prompt", "content"),
    ("prompt", "instructions"),
    ("responseFormat", "schema"),
    ("response_format", "schema"),
    ("retries", "maxRetries"),
    ("rpm", "requestsPerMinute"),
    ("stopSequences", "stop"),
    ("stop_sequences", "stop"),
    ("system", "instructions"),
    ("systemPrompt", "instructions"),
    ("text", "content"),
    ("timeout", "timeoutMs"),
    ("tpm", "tokensPerMinute"),
    ("url", "baseURL"),
];
