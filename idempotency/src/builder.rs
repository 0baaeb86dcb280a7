use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use powertools_core::{
    BuilderDefaults, Clock, Config, Environment, InitializationType, Warning, warn_on_stderr,
};
use serde_json::Value;

use crate::{
    CanonicalForm, Digest, Event, Idempotency, KeyFrom, OnInProgress, OnMissingKey, OnMissingPart,
    OnRecordFailure, PersistenceStore, Record, ResultCodec,
    budget::TimeLimits,
    cache::ResultCache,
    idempotency::{Hook, Listener, Settings},
    registry::{Duplicate, Registration},
};

const DISABLED: &str = "POWERTOOLS_IDEMPOTENCY_DISABLED";

/// How long a result is replayed, as in Powertools for Python.
const EXPIRES_AFTER: Duration = Duration::from_secs(60 * 60);

/// How long an attempt may run where the invocation's deadline is not known.
const DEFAULT_LEASE: Duration = Duration::from_secs(5 * 60);

/// How much memory results may take where they are kept in memory.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// The shortest lease that a heartbeat extends: a beat has to fit in although a call is retried.
const SHORTEST_HEARTBEAT: Duration = Duration::from_secs(1);

/// Configures the [`Idempotency`] of one operation.
#[must_use]
pub struct IdempotencyBuilder<S> {
    name: String,
    store: S,
    options: Options,
}

/// Everything that does not depend on the type of the store.
struct Options {
    environment: Environment,
    prefix: Option<String>,
    key_from: KeyFrom,
    validate: Option<KeyFrom>,
    expires_after: Duration,
    time_limits: TimeLimits,
    stop_at_lease_end: Option<bool>,
    digest: Digest,
    form: CanonicalForm,
    on_missing_key: OnMissingKey,
    on_missing_part: Option<OnMissingPart>,
    tenant_in_key: Option<bool>,
    on_in_progress: OnInProgress,
    on_record_failure: OnRecordFailure,
    cache: Option<NonZeroUsize>,
    cache_bytes: usize,
    codec: Option<Box<dyn ResultCodec>>,
    heartbeat: Option<Duration>,
    hook: Option<Box<Hook>>,
    listener: Option<Box<Listener>>,
    log_events: bool,
    disabled: Option<bool>,
    clock: Arc<dyn Clock>,
}

impl IdempotencyBuilder<()> {
    pub(crate) fn new(defaults: BuilderDefaults) -> Self {
        Self { name: String::new(), store: (), options: Options::new(defaults) }
    }

    /// Configures the operation `name`, whose records `store` keeps, with what has been set so far.
    pub fn operation<S: PersistenceStore>(
        self,
        name: impl Into<String>,
        store: S,
    ) -> IdempotencyBuilder<S> {
        IdempotencyBuilder { name: name.into(), store, options: self.options }
    }
}

impl Options {
    fn new(defaults: BuilderDefaults) -> Self {
        Self {
            environment: defaults.environment,
            prefix: None,
            key_from: KeyFrom::Whole,
            validate: None,
            expires_after: EXPIRES_AFTER,
            time_limits: TimeLimits::new(DEFAULT_LEASE),
            stop_at_lease_end: None,
            digest: Digest::default(),
            form: CanonicalForm::Exact,
            on_missing_key: OnMissingKey::default(),
            on_missing_part: None,
            tenant_in_key: None,
            on_in_progress: OnInProgress::default(),
            on_record_failure: OnRecordFailure::default(),
            cache: None,
            cache_bytes: CACHE_BYTES,
            codec: None,
            heartbeat: None,
            hook: None,
            listener: None,
            log_events: false,
            disabled: None,
            clock: defaults.clock,
        }
    }
}

impl<S> IdempotencyBuilder<S> {
    /// Reads `environment` instead of the process's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.options.environment = environment;
        self
    }

    /// Sets the prefix of keys, before the digest; `{function name}.{operation}` by default.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.options.prefix = Some(prefix.into());
        self
    }

    /// Sets where the key is in a payload; by default the payload is the key.
    pub fn key_from(mut self, from: KeyFrom) -> Self {
        self.options.key_from = from;
        self
    }

    /// Requires that calls with one key have the same in this part of their payloads.
    ///
    /// A call that differs gets [`IdempotencyError::PayloadMismatch`](crate::IdempotencyError::PayloadMismatch).
    pub fn validate(mut self, part: KeyFrom) -> Self {
        self.options.validate = Some(part);
        self
    }

    /// Sets how long a result is replayed; an hour by default. Whole seconds count.
    pub fn expires_after(mut self, period: Duration) -> Self {
        self.options.expires_after = period;
        self
    }

    /// Sets how long an attempt may run if the invocation's deadline is unknown; 5 minutes by default.
    pub fn default_lease(mut self, lease: Duration) -> Self {
        self.options.time_limits.default_lease = lease;
        self
    }

    /// Sets how long before the invocation's deadline every call of the store has ended, so that the function can
    /// still answer and write its logs; 200 ms by default.
    ///
    /// No operation starts in the reserve: it is refused with
    /// [`IdempotencyError::TooLate`](crate::IdempotencyError::TooLate). A result that is ready only then still gets
    /// half of the time that is left to be recorded.
    pub fn reserve(mut self, reserve: Duration) -> Self {
        self.options.time_limits.reserve = reserve;
        self
    }

    /// Sets how long claiming may take if the store does not answer; 10 seconds by default, and never more than half
    /// of the time before the reserve.
    pub fn claim_timeout(mut self, timeout: Duration) -> Self {
        self.options.time_limits.claim_timeout = timeout;
        self
    }

    /// Claims for `lease` only, and extends the lease while an asynchronous operation runs, three times in that period.
    ///
    /// Without a heartbeat a lease lasts until the invocation's deadline, so that a retry after a crash may have to wait
    /// for up to 15 minutes; with one, for at most `lease`. It costs a call of the store for each third of `lease` that
    /// the operation takes. The operation must not block its thread, and an environment that is frozen while it runs
    /// loses its lease. The lease never lasts beyond the deadline. A period of less than a second is taken as a second.
    pub fn heartbeat(mut self, lease: Duration) -> Self {
        self.options.heartbeat = Some(lease.max(SHORTEST_HEARTBEAT));
        self
    }

    /// Sets whether an asynchronous operation is stopped when its lease ends, because another attempt may take over
    /// then.
    ///
    /// By default it is on Lambda Managed Instances only: elsewhere Lambda itself ends the function at its deadline,
    /// which is when the lease ends. A stopped operation is dropped at the await it has reached, and its call gives
    /// [`IdempotencyError::LeaseEnded`](crate::IdempotencyError::LeaseEnded). One that
    /// [extends](crate::Attempt::extend) its lease goes on.
    pub fn stop_at_lease_end(mut self, stop: bool) -> Self {
        self.options.stop_at_lease_end = Some(stop);
        self
    }

    /// Sets the digest; SHA-256 by default.
    pub fn digest(mut self, digest: Digest) -> Self {
        self.options.digest = digest;
        self
    }

    /// Makes keys and records as Powertools for Python does, so that both can serve one table.
    ///
    /// Its prefix is `{function name}.{module}.{qualified name}`, such as `orders.handler.place_order`, which
    /// can't be known here. Digests are MD5. Numbers are what Python makes of them: integers of any size are exact, and
    /// others are doubles.
    ///
    /// Records that this crate writes have an owner, which Python ignores. It completes and deletes records without a
    /// look at the lease; our attempts notice that they were overtaken, and its attempts do not.
    #[cfg(feature = "md5")]
    pub fn python_compatible(mut self, prefix: impl Into<String>) -> Self {
        self.options.prefix = Some(prefix.into());
        self.options.digest = Digest::Md5;
        self.options.form = CanonicalForm::Python;
        self
    }

    /// Makes keys and records as Powertools for AWS Lambda (TypeScript) does, so that both can serve one table.
    ///
    /// Its prefix is the option `keyPrefix`, or the name of the Lambda function, such as `orders`. Digests are MD5 in
    /// Base64. Stores that can, such as `DynamoDbStore`, keep results as attribute values instead of JSON text.
    ///
    /// Numbers are what JavaScript makes of them. Integers beyond 2<sup>53</sup> that are rounded to one double have
    /// one key, there as here, so send larger ones as strings. A whole number comes back without its fraction, `1.0`
    /// as `1`. Results that DynamoDB has no form for, with numbers beyond 38 digits or 1e126 or deeper than 31 levels,
    /// are not kept.
    ///
    /// Records that this crate writes have an owner, which TypeScript ignores. It completes and deletes records without
    /// a look at the lease; our attempts notice that they were overtaken, and its attempts do not.
    #[cfg(feature = "md5")]
    pub fn typescript_compatible(mut self, prefix: impl Into<String>) -> Self {
        self.options.prefix = Some(prefix.into());
        self.options.digest = Digest::Md5;
        self.options.form = CanonicalForm::TypeScript;
        self
    }

    /// Sets what to do with a call whose payload lacks what is [validated](Self::validate), or a part of it; refused by
    /// default, and compared as `null` if `python_compatible` or `typescript_compatible`.
    pub fn on_missing_part(mut self, policy: OnMissingPart) -> Self {
        self.options.on_missing_part = Some(policy);
        self
    }

    /// Sets whether the tenant of the invocation is a part of the key, so that tenants never share a record; it is by
    /// default, unless `python_compatible` or `typescript_compatible`.
    pub fn tenant_in_key(mut self, is_part: bool) -> Self {
        self.options.tenant_in_key = Some(is_part);
        self
    }

    /// Sets what to do with a call that has no key, or lacks a part of one; refused by default.
    pub fn on_missing_key(mut self, policy: OnMissingKey) -> Self {
        self.options.on_missing_key = policy;
        self
    }

    /// Sets what to do while another attempt is running; refused by default.
    pub fn on_in_progress(mut self, policy: OnInProgress) -> Self {
        self.options.on_in_progress = policy;
        self
    }

    /// Sets what to do with a result that could not be recorded; by default it is returned unless the lease was lost.
    pub fn on_record_failure(mut self, policy: OnRecordFailure) -> Self {
        self.options.on_record_failure = policy;
        self
    }

    /// Keeps up to `max_results` results in memory; the least recently used leave first; off by default.
    ///
    /// A result from memory costs no call of the store. Together the results take at most 16 MiB, or as many bytes as
    /// [`local_cache_bytes`](Self::local_cache_bytes) says.
    pub fn local_cache(mut self, max_results: usize) -> Self {
        self.options.cache = NonZeroUsize::new(max_results);
        self
    }

    /// Sets how many bytes the results in the [local cache](Self::local_cache) may take; a larger result is not kept
    /// there.
    pub fn local_cache_bytes(mut self, max_bytes: usize) -> Self {
        self.options.cache_bytes = max_bytes;
        self
    }

    /// Encodes results before they are stored, such as to encrypt or to compress them.
    ///
    /// Results that were recorded without the codec, or with another, can't be replayed with it.
    pub fn result_codec(mut self, codec: impl ResultCodec) -> Self {
        self.options.codec = Some(Box::new(codec));
        self
    }

    /// Has `hook` change a result before it is replayed, such as to say that it is one.
    pub fn response_hook(
        mut self,
        hook: impl Fn(Value, &Record) -> Value + Send + Sync + 'static,
    ) -> Self {
        self.options.hook = Some(Box::new(hook));
        self
    }

    /// Calls `listener` with the outcome of each call, after the listeners that were added before.
    ///
    /// Use it to count outcomes in a metric, for example.
    pub fn on_event(mut self, listener: impl Fn(Event) + Send + Sync + 'static) -> Self {
        self.options.listener = Some(match self.options.listener {
            None => Box::new(listener),
            Some(earlier) => Box::new(move |event| {
                earlier(event);
                listener(event);
            }),
        });
        self
    }

    /// Sets whether what happens to calls is logged at INFO, as `idempotency_operation` and `idempotency_event`.
    pub fn log_events(mut self, log: bool) -> Self {
        self.options.log_events = log;
        self
    }

    /// Sets whether operations just run, and no store is asked.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.options.disabled = Some(disabled);
        self
    }

    /// Sets the clock that leases are compared with.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.options.clock = Arc::new(clock);
        self
    }
}

impl<S: PersistenceStore> IdempotencyBuilder<S> {
    /// Builds the operation, and writes a line to stderr for each invalid setting.
    pub fn build(self) -> Idempotency<S> {
        let (idempotency, warnings) = self.build_with_warnings();
        warnings.iter().for_each(warn_on_stderr);
        idempotency
    }

    /// Finishes it and returns the warnings instead of writing them.
    pub fn build_with_warnings(self) -> (Idempotency<S>, Vec<Warning>) {
        let config = Config::from_environment(&self.options.environment);
        let mut warnings = config.warnings;
        let disabled = self.options.environment.flag(DISABLED, false, &mut warnings);
        let disabled = self.options.disabled.unwrap_or(disabled);
        if disabled {
            let remedy = "operations run as often as they are asked for";
            warnings.push(Warning::new(DISABLED, "true", remedy));
        }
        let is_managed = config.initialization == InitializationType::ManagedInstances;
        let is_shared = self.options.form != CanonicalForm::Exact;
        let on_missing_part =
            if is_shared { OnMissingPart::CompareAsNull } else { OnMissingPart::default() };
        let name = self.name;
        let prefix =
            self.options.prefix.unwrap_or_else(|| format!("{}.{name}", config.function_name));
        let is_on_lambda = !config.function_name.is_empty();
        let registration = is_on_lambda.then(|| Registration::new(&prefix));
        if let Some(Err(Duplicate { is_first: true })) = registration {
            let remedy = "another operation in this process has the same prefix, so that their calls share records; \
                          give one of them another name";
            warnings.push(Warning::new("idempotency prefix", &prefix, remedy));
        }
        for from in
            [Some(&self.options.key_from), self.options.validate.as_ref()].into_iter().flatten()
        {
            warnings.extend(from.invalid_pointer().map(|pointer| {
                let remedy = "a JSON pointer is empty or begins with `/`; every call is refused";
                Warning::new("idempotency pointer", pointer, remedy)
            }));
        }
        let settings = Settings {
            prefix,
            name,
            key_from: self.options.key_from,
            validate: self.options.validate,
            expires_after: self.options.expires_after,
            time_limits: self.options.time_limits,
            stop_at_lease_end: self.options.stop_at_lease_end.unwrap_or(is_managed),
            is_on_lambda,
            has_warned: AtomicBool::new(false),
            digest: self.options.digest,
            form: self.options.form,
            on_missing_key: self.options.on_missing_key,
            on_missing_part: self.options.on_missing_part.unwrap_or(on_missing_part),
            tenant_in_key: self.options.tenant_in_key.unwrap_or(!is_shared),
            on_in_progress: self.options.on_in_progress,
            on_record_failure: self.options.on_record_failure,
            cache: self
                .options
                .cache
                .map(|max_results| ResultCache::new(max_results, self.options.cache_bytes)),
            codec: self.options.codec,
            heartbeat: self.options.heartbeat,
            has_checked_replay: AtomicBool::new(false),
            hook: self.options.hook,
            listener: self.options.listener,
            log_events: self.options.log_events,
            disabled,
            _registration: registration.and_then(Result::ok),
            clock: self.options.clock,
        };
        let store = self.store;
        #[cfg(feature = "md5")]
        let store = match settings.form {
            // What a codec makes of a result is text.
            CanonicalForm::TypeScript if settings.codec.is_none() => store.with_native_data(),
            _ => store,
        };
        (Idempotency::new(settings, store), warnings)
    }
}

impl<S> fmt::Debug for IdempotencyBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
