//! Our logger as a scenario wants it.

use powertools_logger::{
    Buffering, ColdStart, CorrelationId, Environment, InitializationType, Levels, Logger,
    LoggerBuilder, MemorySink,
};
use tracing::Level;

use super::scenario::{self, Buffer, Handler, Scenario};

/// A logger of a process that has nothing but the scenario's environment.
pub(super) fn logger(scenario: &Scenario, lines: &MemorySink) -> Logger {
    let environment = Environment::of(scenario.env.clone());
    let initialization = InitializationType::from_environment(&environment);
    let builder = Logger::builder()
        .environment(environment)
        .cold_start(ColdStart::own(initialization))
        .sink(lines.clone());
    let builder = with_options(builder, &scenario.logger);
    with_wrapping(builder, &scenario.handler).build_with_warnings().0
}

/// What is an option of the logger for Python too.
fn with_options(mut builder: LoggerBuilder, options: &scenario::Logger) -> LoggerBuilder {
    for (key, value) in &options.persistent_keys {
        builder = builder.persistent_key(key, value);
    }
    match &options.buffer {
        Some(buffer) => builder.buffering(buffering(buffer)),
        None => builder,
    }
}

/// What Python's decorator of the handler is told.
fn with_wrapping(mut builder: LoggerBuilder, handler: &Handler) -> LoggerBuilder {
    if let Some(log_event) = handler.log_event {
        builder = builder.log_event(log_event);
    }
    match &handler.correlation_id {
        Some(path) => builder.correlation_id(correlation_id(path)),
        None => builder,
    }
}

fn buffering(buffer: &Buffer) -> Buffering {
    let mut buffering = Buffering::new();
    if let Some(max) = buffer.max_bytes {
        buffering = buffering.max_bytes(max);
    }
    if let Some(name) = &buffer.buffer_at_verbosity {
        buffering = buffering.level(level(name));
    }
    if let Some(flush) = buffer.flush_on_error_log {
        buffering = buffering.flush_on_error(flush);
    }
    buffering
}

/// A level by Python's name.
fn level(name: &str) -> Level {
    let levels = name.parse::<Levels>().expect("ours knows Python's names");
    levels.default_level().into_level().expect("it is a level")
}

fn correlation_id(path: &str) -> CorrelationId {
    match path {
        "API_GATEWAY_REST" => CorrelationId::ApiGatewayRest,
        "API_GATEWAY_HTTP" => CorrelationId::ApiGatewayHttp,
        "LAMBDA_FUNCTION_URL" => CorrelationId::FunctionUrl,
        "APPSYNC_AUTHORIZER" => CorrelationId::AppSyncAuthorizer,
        "APPSYNC_RESOLVER" => CorrelationId::AppSyncResolver,
        "APPLICATION_LOAD_BALANCER" => CorrelationId::ApplicationLoadBalancer,
        "VPC_LATTICE" => CorrelationId::VpcLattice,
        "EVENT_BRIDGE" => CorrelationId::EventBridge,
        "S3_OBJECT_LAMBDA" => CorrelationId::S3ObjectLambda,
        other => panic!("ours has no path {other}"),
    }
}
