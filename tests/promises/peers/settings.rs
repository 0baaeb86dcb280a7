//! Our logger as a scenario wants it.

use powertools_logger::{
    Buffering, ColdStart, CorrelationId, Environment, InitializationType, Levels, Logger,
    MemorySink,
};
use tracing::Level;

use super::scenario::{Buffer, Scenario};

/// A logger of a process that has nothing but the scenario's environment.
pub(super) fn logger(scenario: &Scenario, lines: &MemorySink) -> Logger {
    let environment = Environment::of(scenario.env.clone());
    let initialization = InitializationType::from_environment(&environment);
    let mut builder = Logger::builder()
        .environment(environment)
        .cold_start(ColdStart::own(initialization))
        .sink(lines.clone());
    for (key, value) in &scenario.logger.persistent_keys {
        builder = builder.persistent_key(key, value);
    }
    if let Some(buffer) = &scenario.logger.buffer {
        builder = builder.buffering(buffering(buffer));
    }
    if let Some(log_event) = scenario.handler.log_event {
        builder = builder.log_event(log_event);
    }
    if let Some(path) = &scenario.handler.correlation_id {
        builder = builder.correlation_id(correlation_id(path));
    }
    let (logger, warnings) = builder.build_with_warnings();
    assert!(warnings.len() <= usize::from(scenario.env.contains_key("AWS_LAMBDA_LOG_LEVEL")));
    logger
}

fn buffering(buffer: &Buffer) -> Buffering {
    let default = Buffering::new();
    let sized = buffer.max_bytes.map_or(default, |max| default.max_bytes(max));
    let leveled =
        buffer.buffer_at_verbosity.as_deref().map_or(sized, |name| sized.level(level(name)));
    buffer.flush_on_error_log.map_or(leveled, |flush| leveled.flush_on_error(flush))
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
