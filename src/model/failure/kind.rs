//! What errors are, by the names and words that servers give them.
//!
//! Sources: platform.openai.com/docs/guides/error-codes, platform.claude.com/docs/en/api/errors,
//! cloud.google.com/apis/design/errors, docs.z.ai/api-reference/api-code, platform.minimaxi.com
//! (error codes), help.aliyun.com (DashScope), platform.moonshot.ai.

use super::body::ErrorBody;

/// A kind of error, and what has to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Kind {
    /// The account has nothing left: final.
    NoCredit,
    /// Too much at once: passes.
    RateLimit,
    /// A filter held the prompt or the answer back: final.
    Filtered,
    /// The request itself is wrong, whatever the status: final.
    Final,
    /// The same, said so loosely that a status knows better.
    FinalUnlessStatus,
    /// The server's own trouble: passes.
    Passing,
}

use Kind::{Filtered, Final, FinalUnlessStatus, NoCredit, Passing, RateLimit};

/// Names in small letters and digits alone, their kind, and the status that they have elsewhere.
const NAMES: &[(&[&str], Kind, Option<u16>)] = &[
    (
        &[
            "insufficientquota",
            "billingerror",
            "billinghardlimitreached",
            "billingnotactive",
            "exceededcurrentquotaerror",
            "insufficientbalance",
            "insufficientcredits",
            "insufficientuserquota",
            "paymentrequired",
            "creditlimit",
            "creditlimitexceeded",
            "arrearage",
            "accountoverdueerror",
            "quotaperday",
            "1113",
            "minimax1008",
            "402",
        ],
        NoCredit,
        None,
    ),
    (
        &[
            "resourceexhausted",
            "toomanyrequests",
            "throttling",
            "throttlingexception",
            "1302",
            "1303",
            "minimax1002",
            "minimax1039",
        ],
        RateLimit,
        Some(429),
    ),
    (
        &[
            "contentfilter",
            "contentpolicyviolation",
            "contentfiltererror",
            "responsibleaipolicyviolation",
            "datainspectionfailed",
            "1301",
            "minimax1026",
            "minimax1027",
        ],
        Filtered,
        Some(400),
    ),
    (
        &[
            "badrequesterror",
            "contextlengthexceeded",
            "exceedcontextsizeerror",
            "unsupportedparameter",
            "unsupportedvalue",
            "invalidprompt",
            "unknownparameter",
            "unprocessableentityerror",
            "validation",
            "minimax2013",
        ],
        Final,
        Some(400),
    ),
    (
        &[
            "invalidapikey",
            "apikeyinvalid",
            "incorrectapikey",
            "authenticationerror",
            "unauthenticated",
            "invalidauthenticationerror",
            "minimax1004",
            "minimax2049",
        ],
        Final,
        Some(401),
    ),
    (&["permissionerror", "permissiondenied", "permissiondeniederror"], Final, Some(403)),
    (&["modelnotfound", "modelnotfounderror", "1211"], Final, Some(404)),
    (&["requesttoolarge"], Final, Some(413)),
    (
        &["invalidrequesterror", "invalidargument", "failedprecondition", "badrequest", "validationerror"],
        FinalUnlessStatus,
        Some(400),
    ),
    (&["unauthorized"], FinalUnlessStatus, Some(401)),
    (&["forbidden"], FinalUnlessStatus, Some(403)),
    (&["notfounderror", "notfound"], FinalUnlessStatus, Some(404)),
    (&["apierror", "servererror", "internalservererror", "internal"], Passing, Some(500)),
    (&["unavailable", "serviceunavailable"], Passing, Some(503)),
    (&["timeouterror", "deadlineexceeded"], Passing, Some(504)),
    (&["overloadederror", "1305"], Passing, Some(529)),
];

/// Words that say it under names that servers have for every mistake.
const WORDS: &[(&[&str], Kind, Option<u16>)] = &[
    (
        &[
            "credit balance is too low",
            "insufficient balance",
            "balance is insufficient",
            "insufficient credits",
            "used all available credits",
            "monthly spending limit",
            "reached your specified api usage limits",
            "余额不足",
            "欠费",
        ],
        NoCredit,
        None,
    ),
    // xAI and Google, under status 400.
    (&["incorrect api key", "api key not valid", "api key not found", "api key expired"], Final, Some(401)),
    // LM Studio, under status 200.
    (&["unexpected endpoint"], Final, Some(404)),
];

/// Whether an error with this status and of this kind is that the key is wrong. Google and xAI say
/// so under 400.
pub(in crate::model) fn is_of_key(status: Option<u16>, kind: Option<(Kind, Option<u16>)>) -> bool {
    status == Some(401) || kind == Some((Final, Some(401)))
}

/// What kind of error it is, and the status that such have; none where nobody knows.
pub(in crate::model) fn kind_of(error: &ErrorBody) -> Option<(Kind, Option<u16>)> {
    let lower = error.words.to_ascii_lowercase();
    let by_words = || WORDS.iter().find(|(words, ..)| words.iter().any(|words| lower.contains(words)));
    let named = |name: &str| NAMES.iter().find(|(names, ..)| names.contains(&name));
    // A quota for the day that opens again soon is no want of credit.
    let opens_soon = |name: &str| name == "quotaperday" && error.wait_ms.is_some();
    let names = error.names.iter().map(String::as_str).filter(|name| !opens_soon(name));
    by_words().map(|&(_, kind, status)| (kind, status)).or_else(|| {
        let known = names.filter_map(|name| {
            let limited = || name.starts_with("ratelimit").then_some((RateLimit, Some(429)));
            named(name).map(|&(_, kind, status)| (kind, status)).or_else(limited)
        });
        known.min_by_key(|(kind, _)| *kind as u8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_in_the_table_once_and_as_names_are_compared() {
        let names: Vec<&str> = NAMES.iter().flat_map(|(names, ..)| names.iter().copied()).collect();
        for (index, name) in names.iter().enumerate() {
            assert!(name.chars().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase()), "{name}");
            assert!(!names[..index].contains(name), "{name}");
        }
    }
}
