//! Reads the argument of `run`: a prompt that says by a command or by its shape which pattern it is
//! for.

use super::PATTERNS;
use crate::api::input::Input;
use crate::api::reading::Reading;
use crate::api::work::Work;

pub(super) const OPTIONS: &[&str] = &["defaultStrategy"];

/// What a plain prompt can be for.
const PLAIN: &[(&str, &str)] = &[
    ("sectioning", "sectioning"),
    ("voting", "voting"),
    ("mapReduce", "mapReduce"),
    ("bestOf", "bestOf"),
    ("batch", "batch"),
];

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let fallback = reading.option("defaultStrategy").one_of(PLAIN).unwrap_or("sectioning");
    let prompt = reading.text(0, "prompt");
    let prompt = prompt.trim();
    let (name, rest) = match command(prompt) {
        Some((name, rest)) => match PATTERNS
            .iter()
            .find(|pattern| takes_prompt(pattern.name) && pattern.name.eq_ignore_ascii_case(name))
        {
            Some(pattern) => (pattern.name, rest),
            None => {
                let known = PATTERNS.iter().map(|pattern| pattern.name).filter(|name| takes_prompt(name));
                let known: Vec<String> =
                    known.map(|name| format!("/{}", name.to_ascii_lowercase())).collect();
                let message = format!("There is no command `/{name}`. There are {}.", known.join(", "));
                reading.argument(0, "prompt").wrong(&message);
                return None;
            }
        },
        None => (shape(prompt).unwrap_or(fallback), prompt),
    };
    let pattern = PATTERNS.iter().find(|pattern| pattern.name == name)?;
    // What is to be done with each document. Summaries are what is made of them anyway.
    let map = task_before_list(rest)
        .map(|(task, _)| task)
        .filter(|task| name == "mapReduce" && !asks_for_summary(task));
    let map = map.map_or(Input::Undefined, |task| Input::Record(vec![("map".into(), text(task))]));
    let all = map.overlaid_with(reading.all);
    (pattern.read)(&Reading { arguments: &arguments(name, rest), all: &all, ..*reading })
}

/// Whether a pattern has a command. A graph does not fit into a line, and a prompt within a prompt
/// has no use.
fn takes_prompt(name: &str) -> bool {
    !matches!(name, "run" | "parallelProcess")
}

/// `/name rest`. A path such as `/usr/bin` is none.
fn command(prompt: &str) -> Option<(&str, &str)> {
    let after = prompt.strip_prefix('/')?;
    let (name, rest) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    is_name.then(|| (name, rest.trim()))
}

fn shape(prompt: &str) -> Option<&'static str> {
    let start = prompt.to_ascii_lowercase();
    let asks = ["summarize these", "summarise these", "summarize the following", "summarise the following"];
    if parts(prompt).len() > 1 || asks.iter().any(|words| start.starts_with(words)) {
        return Some("mapReduce");
    }
    if prompt.ends_with(['?', '？']) {
        return Some("voting");
    }
    topic_and_list(prompt).map(|_| "sectioning")
}

fn arguments(name: &str, rest: &str) -> Vec<Input> {
    let texts = |list: Vec<&str>| Input::List(list.into_iter().map(text).collect());
    let divided = || {
        topic_and_list(rest)
            .map_or_else(|| (text(rest), Input::List(Vec::new())), |(topic, list)| (text(topic), texts(list)))
    };
    match name {
        // Each input is a request of its own.
        "batch" if task_before_list(rest).is_some() => {
            let task = task_before_list(rest).map(|(task, _)| task).unwrap_or_default();
            let input = |(index, part): (usize, &str)| match index {
                0 => text(part),
                _ => text(&format!("{task}: {part}")),
            };
            vec![Input::List(parts(rest).into_iter().enumerate().map(input).collect())]
        }
        "mapReduce" | "batch" => vec![Input::List(documents(rest))],
        "perspectives" | "evaluate" | "guarded" => {
            let (subject, list) = divided();
            vec![subject, list]
        }
        "clones" => {
            let (content, contexts) = divided();
            let context =
                |name: Input| Input::Record(vec![("id".into(), name.clone()), ("context".into(), name)]);
            let Input::List(names) = contexts else { return Vec::new() };
            vec![Input::List(names.into_iter().map(context).collect()), content]
        }
        "bestOf" => match rest.split_once(char::is_whitespace).map(|(count, input)| (count.parse(), input)) {
            Some((Ok(count), input)) => {
                vec![text(input.trim()), Input::Number(f64::from(u16::min(count, 1000)))]
            }
            _ => vec![text(rest)],
        },
        _ => vec![text(rest)],
    }
}

fn text(text: &str) -> Input {
    Input::Text(text.into())
}

fn parts(prompt: &str) -> Vec<&str> {
    prompt.split('|').map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// `doc1: text | doc2: text`; or, after "Summarize these …:", a document a paragraph or line.
fn documents(rest: &str) -> Vec<Input> {
    let mut texts = parts(rest);
    if let [only] = texts.as_slice() {
        let body = only.split_once(":\n").or_else(|| only.split_once('\n')).map_or(*only, |(_, body)| body);
        let by = |mark: &str| -> Vec<&str> {
            body.split(mark).map(str::trim).filter(|text| !text.is_empty()).collect()
        };
        let split = if by("\n\n").len() > 1 { by("\n\n") } else { by("\n") };
        if split.len() > 1 {
            texts = split;
        }
    }
    if let (Some((_, content)), [first, ..]) = (task_before_list(rest), texts.as_mut_slice()) {
        *first = content;
    }
    let document = |part: &str| match label(part) {
        Some((id, content)) => {
            Input::Record(vec![("id".into(), text(id)), ("content".into(), text(content))])
        }
        None => text(part),
    };
    texts.into_iter().map(document).collect()
}

fn asks_for_summary(task: &str) -> bool {
    task.to_ascii_lowercase().starts_with("summar")
}

/// The task before a list whose other parts have no labels, and the first part without it:
/// `Summarize: this | that`.
fn task_before_list(rest: &str) -> Option<(&str, &str)> {
    let parts = parts(rest);
    let (first, others) = parts.split_first()?;
    let alone = !others.is_empty() && !others.iter().any(|part| label(part).is_some());
    label(first).filter(|_| alone)
}

/// `id: content`.
fn label(part: &str) -> Option<(&str, &str)> {
    let (id, content) = part.split_once(':')?;
    (is_label(id) && !content.trim().is_empty()).then(|| (id.trim(), content.trim()))
}

/// One word that can be a name; `https` before `://` is none.
fn is_label(id: &str) -> bool {
    let id = id.trim();
    !id.is_empty() && !id.contains(char::is_whitespace) && !matches!(id, "http" | "https")
}

/// `Topic: A, B, C`. What reads like a sentence is no list.
pub(super) fn topic_and_list(prompt: &str) -> Option<(&str, Vec<&str>)> {
    const LONGEST: usize = 60;
    let (topic, list) = prompt.split_once(": ")?;
    let items: Vec<&str> = list
        .split([',', ';', '\n'])
        .map(|item| item.trim().trim_end_matches('.'))
        .map(|item| item.strip_prefix("and ").unwrap_or(item).trim_start_matches(['-', '*']).trim())
        .filter(|item| !item.is_empty())
        .collect();
    let short = items.iter().all(|item| item.chars().count() <= LONGEST && !item.contains(". "));
    (items.len() > 1 && short && !topic.trim().is_empty() && !topic.contains(". "))
        .then(|| (topic.trim(), items))
}
