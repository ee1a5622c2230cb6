//! Schemas of libraries such as Zod: they check by themselves, and may change the data.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture, ready};
use parallelization_agent::api::input::{Input, JsHandle, LibrarySchema};
use parallelization_agent::json::{Value, json};
use parallelization_agent::model::schema::{Schema, Validate};
use parallelization_agent::platform::Callback;

use crate::structured::{body, server, task};
use crate::world::{call, call_with};

/// As a library would: names are put into upper case, and short ones refused.
struct Upper;

impl Validate for Upper {
    fn validate(&self, data: Value) -> LocalBoxFuture<'_, Result<Value, Vec<String>>> {
        let name = data["name"].as_str().unwrap_or_default();
        let outcome = if name.len() < 2 {
            Err(vec!["`name` is too short".to_string()])
        } else {
            Ok(json!({ "name": name.to_ascii_uppercase() }))
        };
        ready(outcome).boxed_local()
    }
}

/// A schema of a library that cannot say it as JSON Schema, and what its caller says of it.
fn untold(json_schema: Input) -> Input {
    let schema = Schema::new(None, Some(Rc::new(Upper)));
    Input::Record(vec![
        ("aggregate".into(), Input::Bool(false)),
        ("schema".into(), Input::Schema(LibrarySchema { schema, remedy: "Pass `jsonSchema`.".into() })),
        ("jsonSchema".into(), json_schema),
    ])
}

fn no_functions(_: JsHandle) -> Callback {
    panic!("no functions")
}

#[test]
fn a_library_checks_by_itself_and_may_change_the_data() {
    let world = server(&["{\"name\": \"x\"}", "{\"name\": \"Ada\"}"]);
    let told = json!({ "type": "object", "properties": { "name": { "type": "string" } } });
    let options = untold(told.clone().into());
    let (outcome, _) = call_with(&world, "parallelProcess", Input::from(task()), options, &no_functions);
    assert_eq!(outcome.resolved().results[0].data.as_deref(), Some(&json!({ "name": "ADA" })));
    for (index, last) in [(0, "name it"), (1, "`name` is too short")] {
        let body = body(&world, index);
        assert_eq!(body.pointer("/response_format/json_schema/schema/properties"), told.get("properties"));
        let messages = body["messages"].as_array().unwrap();
        let asked = messages.last().unwrap()["content"].as_str().unwrap();
        assert!(asked.contains(last), "{asked}");
    }
}

#[test]
fn a_schema_that_no_model_can_be_told_of_is_refused_with_the_remedy_before_any_call() {
    let world = server(&["{}"]);
    let options = untold(Input::Undefined);
    let (outcome, _) = call_with(&world, "parallelProcess", Input::from(task()), options, &no_functions);
    let issues = outcome.invalid();
    assert_eq!(
        (issues[0].path.as_str(), issues[0].message.as_str()),
        ("options.schema", "Pass `jsonSchema`.")
    );
    assert!(world.log().is_empty());
    let alone = json!({ "jsonSchema": { "type": "object" } });
    assert_eq!(call(&world, "parallelProcess", task(), alone).invalid()[0].path, "options.jsonSchema");
}
