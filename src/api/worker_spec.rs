//! What callers say of a worker: puts the layers over each other (defaults, the task's type, the
//! task) and makes a [`Worker`] of the result.

use std::rc::Rc;

use super::base_url::base_url;
use super::input::Input;
use super::issues::Issues;
use super::reader::Field;
use crate::json::Value;
use crate::model::call_settings::CallSettings;
use crate::model::function::ModelFunction;
use crate::model::message::{Execute, Tool};
use crate::model::provider::{Defaults, Provider};
use crate::model::quirks::Quirks;
use crate::model::schema::Schema;
use crate::model::worker::{MAX_ANSWER_BYTES, Secret, Worker};
use crate::platform::Platform;

/// How often a worker with tools is asked by default.
const MAX_STEPS: u32 = 8;

/// Headers, by names in lower case.
pub(super) type Headers = Rc<[(String, String)]>;

/// What one layer says; what it does not say comes from the layer below.
#[derive(Clone, Debug, Default)]
pub struct WorkerSpec {
    pub(super) provider: Option<Provider>,
    pub(super) base_url: Option<Rc<str>>,
    /// The address that the run's own options name: theirs is a key from the environment, too.
    pub(super) run_address: Option<Rc<str>>,
    pub(super) api_key: Option<Secret>,
    pub(super) key_source: Option<Execute>,
    pub(super) headers: Option<Headers>,
    pub(super) model: Option<Rc<str>>,
    pub(super) instructions: Option<Rc<str>>,
    pub(super) temperature: Option<f64>,
    pub(super) max_tokens: Option<u32>,
    pub(super) stop: Option<Rc<[String]>>,
    pub(super) seed: Option<i64>,
    pub(super) extra_body: Option<Rc<Value>>,
    pub(super) schema: Option<Schema>,
    pub(super) tools: Option<Rc<[Tool]>>,
    pub(super) max_steps: Option<u32>,
    pub(super) max_answer_bytes: Option<usize>,
    pub(super) warm_prefix: Option<bool>,
    pub(super) complete: Option<ModelFunction>,
    pub(super) settings: CallSettings,
    /// The deployments of the model, where it has several.
    pub(super) deployments: Option<Rc<[Self]>>,
}

impl WorkerSpec {
    /// The same as the options of a run: `run_address` is the address that they name.
    #[must_use]
    pub fn of_run(self) -> Self {
        Self { run_address: self.base_url.clone(), ..self }
    }

    /// Nothing but instructions.
    #[must_use]
    pub fn instructed(instructions: &str) -> Self {
        Self { instructions: Some(instructions.into()), ..Self::default() }
    }

    /// Nothing but a model.
    #[must_use]
    pub fn of_model(model: &str) -> Self {
        Self { model: Some(model.into()), ..Self::default() }
    }

    /// The same, with no instructions of its own: neither how to answer nor in what form nor with
    /// which tools.
    #[must_use]
    pub fn without_instructions(&self) -> Self {
        let settings = self.settings.of_any_question();
        Self { instructions: None, schema: None, tools: None, settings, ..self.clone() }
    }

    /// This layer over `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        #[inline(never)]
        fn put<T: Clone>(below: &mut Option<T>, above: &Option<T>) {
            if above.is_some() {
                below.clone_from(above);
            }
        }
        // A provider has its own addresses and models. A key belongs to an address: one from below
        // must not go to an address from above. OpenAI's two formats are spoken at one address.
        let below = base.provider.unwrap_or_default().defaults();
        let other_provider = self.provider.is_some_and(|own| own.defaults().base_url != below.base_url);
        // A model's name is not for a function that always asks the same model.
        let other_model = self.model.is_some()
            && self.complete.is_none()
            && base.complete.as_ref().is_some_and(|function| function.0.model().is_some());
        let has_key = self.api_key.is_some() || self.key_source.is_some();
        let new_address = self.base_url.is_some() && (self.base_url != base.base_url || has_key);
        let other_address = other_provider || other_model || new_address;
        let mut layer = base.clone();
        if other_provider {
            layer = Self { base_url: None, model: None, extra_body: None, ..layer };
        }
        if other_address {
            layer = Self { headers: None, complete: None, ..layer };
            layer.provider = layer.provider.filter(|below| *below != Provider::Custom);
        }
        if other_address || has_key {
            layer = Self { api_key: None, key_source: None, ..layer };
        }
        put(&mut layer.provider, &self.provider);
        put(&mut layer.base_url, &self.base_url);
        put(&mut layer.api_key, &self.api_key);
        put(&mut layer.key_source, &self.key_source);
        put(&mut layer.headers, &self.headers);
        put(&mut layer.model, &self.model);
        put(&mut layer.instructions, &self.instructions);
        put(&mut layer.temperature, &self.temperature);
        put(&mut layer.max_tokens, &self.max_tokens);
        put(&mut layer.stop, &self.stop);
        put(&mut layer.seed, &self.seed);
        put(&mut layer.extra_body, &self.extra_body);
        put(&mut layer.schema, &self.schema);
        put(&mut layer.tools, &self.tools);
        put(&mut layer.max_steps, &self.max_steps);
        put(&mut layer.max_answer_bytes, &self.max_answer_bytes);
        put(&mut layer.warm_prefix, &self.warm_prefix);
        put(&mut layer.complete, &self.complete);
        layer.settings = self.settings.over(&layer.settings);
        if self.model.is_some() || self.complete.is_some() || self.deployments.is_some() {
            layer.deployments.clone_from(&self.deployments);
        }
        layer
    }

    /// Makes the worker. Fields that no layer has come from the environment and the defaults.
    #[must_use]
    pub fn resolve(self, platform: &dyn Platform, issues: &Issues) -> Rc<Worker> {
        if let Some(specs) = &self.deployments {
            let base = Self { deployments: None, ..self.clone() };
            let deployments: Rc<[Rc<Worker>]> =
                specs.iter().map(|spec| spec.over(&base).resolve(platform, issues)).collect();
            if let Some(first) = deployments.first() {
                return Rc::new(Worker { deployments: Rc::clone(&deployments), ..(**first).clone() });
            }
        }
        let variable = |names: &[&str]| {
            names.iter().find_map(|name| platform.variable(name)).filter(|value| !value.trim().is_empty())
        };
        let provider = self.provider.unwrap_or_default();
        let defaults = provider.defaults();
        let set_address = |issues: &Issues| {
            let input = variable(defaults.base_url_variables).map_or(Input::Undefined, Input::Text);
            base_url(Field::new(
                &input,
                defaults.base_url_variables.first().copied().unwrap_or_default(),
                issues,
            ))
        };
        let base_url =
            self.base_url.or_else(|| set_address(issues)).unwrap_or_else(|| defaults.base_url.into());
        // A key from the environment was given to nobody by name. It goes to its provider, and to
        // the server that the environment or the run's own options put in the provider's place, as
        // with the SDKs of the providers.
        let is_home = origin(&base_url).eq_ignore_ascii_case(origin(defaults.base_url));
        let is_trusted = || {
            is_home
                || self.run_address.as_ref() == Some(&base_url)
                || set_address(&Issues::default()).as_ref() == Some(&base_url)
        };
        let of_environment = || {
            let key =
                variable(defaults.key_variables).filter(|_| self.key_source.is_none() && is_trusted())?;
            Some(Secret::new(&key))
        };
        let api_key = self.api_key.clone().or_else(of_environment);
        let has_key = api_key.is_some() || self.key_source.is_some();
        if self.complete.is_none() && !has_key && is_home && self.headers.is_none() {
            issues.add("options.apiKey", no_key(defaults, platform.is_page()), "undefined");
        }
        let model = self.model.or_else(|| variable(defaults.model_variables).map(Rc::from));
        let model = model.unwrap_or_else(|| defaults.model.into());
        issues.will_ask(&model);
        let worker = Worker {
            provider,
            headers: sent_headers(self.headers.unwrap_or_default(), provider, platform),
            base_url,
            api_key,
            key_source: self.key_source,
            model,
            instructions: self.instructions,
            temperature: self.temperature,
            max_tokens: self.max_tokens,
            stop: self.stop.unwrap_or_default(),
            seed: self.seed,
            schema: self.schema,
            complete: self.complete,
            tools: self.tools.unwrap_or_default(),
            max_steps: self.max_steps.unwrap_or(MAX_STEPS),
            max_answer_bytes: self.max_answer_bytes.unwrap_or(MAX_ANSWER_BYTES),
            warm_prefix: self.warm_prefix,
            extra_body: self.extra_body,
            settings: self.settings,
            quirks: Quirks::default(),
            deployments: Rc::default(),
            deployment: 0,
        };
        if let Some((option, message)) = worker.unfit_option() {
            issues.add(format!("options.{option}"), message, "");
        }
        Rc::new(worker)
    }
}

/// Anthropic answers pages of other origins when it is asked to.
fn sent_headers(own: Headers, provider: Provider, platform: &dyn Platform) -> Headers {
    if provider != Provider::Anthropic || !platform.is_page() {
        return own;
    }
    let asked = ("anthropic-dangerous-direct-browser-access".into(), "true".into());
    own.iter().cloned().chain([asked]).collect()
}

fn no_key(defaults: &Defaults, is_page: bool) -> String {
    if is_page {
        return format!(
            "No key for {}. Set `baseURL` to a server of yours that adds the key, such as `'/api/v1'`, or the option `apiKey`, which all visitors can read.",
            defaults.base_url
        );
    }
    format!(
        "No key for {}. Set the environment variable {}, or the option `apiKey`; for another server set `baseURL`.",
        defaults.base_url,
        defaults.key_variables.join(" or "),
    )
}

/// Scheme, host and port.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map(|length| host + length);
    address.get(..end.unwrap_or(address.len())).unwrap_or(address)
}
