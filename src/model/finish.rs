//! Why a model stopped, in the words of all providers: those that end an answer, and those that
//! stand for none, which some servers give under status 200.
//!
//! Sources: platform.openai.com/docs/api-reference/chat/object,
//! api-docs.deepseek.com/api/create-chat-completion (`insufficient_system_resource`),
//! docs.z.ai/api-reference/llm/chat-completion (`sensitive`, `network_error`),
//! openrouter.ai/docs/api/api-reference/chat (`error`), docs.mistral.ai/api (`model_length`),
//! ai.google.dev/api/generate-content#FinishReason,
//! platform.claude.com/docs/en/build-with-claude/handling-stop-reasons.

use super::completion::Completion;
use super::format::refused;
use crate::error::{Code, Failure};

/// Puts the reason into OpenAI's words.
///
/// # Errors
/// When it stands for no answer. `words` is what the server says of it.
pub(super) fn finish(completion: &mut Completion, words: &str) -> Result<(), Failure> {
    let Some(reason) = &completion.finish_reason else { return Ok(()) };
    let reason = reason.to_ascii_lowercase();
    check(&reason, completion, words)?;
    completion.finish_reason = Some(match reason.as_str() {
        "end_turn" | "stop_sequence" => "stop".into(),
        "stop" if !completion.tool_calls.is_empty() && is_upper(completion) => "tool_calls".into(),
        "max_tokens" | "model_length" | "model_context_window_exceeded" => "length".into(),
        "tool_use" => "tool_calls".into(),
        _ => reason,
    });
    Ok(())
}

/// Gemini has one word for the end of an answer and for calls.
fn is_upper(completion: &Completion) -> bool {
    completion.finish_reason.as_deref() == Some("STOP")
}

/// Whether a reason, in small letters, stands for an answer.
pub(super) fn check(reason: &str, completion: &Completion, words: &str) -> Result<(), Failure> {
    match reason {
        "error" | "network_error" | "insufficient_system_resource" => {
            let message = format!("The server broke off its answer (`{reason}`).");
            Err(Failure::transient(Code::ApiError, message))
        }
        "malformed_function_call" | "unexpected_tool_call" | "malformed_response" => {
            let message = format!("The model called a tool in a way that cannot be read (`{reason}`).");
            Err(Failure::transient(Code::BadResponse, message))
        }
        "content_filter"
        | "sensitive"
        | "safety"
        | "recitation"
        | "language"
        | "blocklist"
        | "prohibited_content"
        | "spii"
        | "model_armor"
        | "guardrail_intervened" => withheld(reason, words),
        _ if reason.starts_with("image_") => withheld(reason, words),
        "other"
        | "too_many_tool_calls"
        | "missing_thought_signature"
        | "no_image"
        | "finish_reason_unspecified"
            if completion.text.is_empty() && completion.tool_calls.is_empty() =>
        {
            let message = format!("The model stopped without an answer (`{reason}`). {words}");
            Err(Failure::transient(Code::BadResponse, message.trim_end()))
        }
        _ => Ok(()),
    }
}

fn withheld(reason: &str, words: &str) -> Result<(), Failure> {
    let words = if words.is_empty() { "a filter of the provider held it back" } else { words };
    Err(refused(&format!("{words} (`{reason}`).")))
}
