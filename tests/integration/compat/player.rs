//! Plays the scenarios with our logger, through both of its tower layers.

use std::convert::Infallible;
use std::sync::Arc;

use lambda_runtime::tower::ServiceExt;
use lambda_runtime::{Config, Context, LambdaEvent, LambdaInvocation, service_fn};
use powertools_logger::{Logger, MemorySink};
use serde_json::Value;
use tower_layer::Layer;

use super::agreement::Written;
use super::scenario::{self, Document, Invocation, Scenario};
use super::{settings, steps};

/// Plays every scenario and returns what our logger wrote.
pub(super) fn written() -> Written {
    let document = Document::read();
    let written = |each: &Scenario| (each.name.clone(), play(each, &document));
    document.scenarios.iter().map(written).collect()
}

/// Plays one scenario as if in a process of its own.
fn play(scenario: &Scenario, document: &Document) -> Vec<Value> {
    let sink = MemorySink::new();
    let logger = settings::logger(scenario, &sink);
    tracing::subscriber::with_default(logger.subscriber(), || {
        for invocation in &scenario.invocations {
            invoke(&logger, invocation, context(&document.context_of(invocation)));
        }
    });
    let value = |line: &String| serde_json::from_str(line).expect("a line is JSON");
    sink.lines().iter().map(value).collect()
}

/// Does what the runtime does with one invocation.
#[tokio::main(flavor = "current_thread")]
async fn invoke(logger: &Logger, invocation: &Invocation, context: Context) {
    let handler = service_fn(async |_: LambdaEvent<()>| steps::take(&invocation.steps));
    let handler = logger.handler_layer().layer(handler);
    let runtime = service_fn(async |request: LambdaInvocation| {
        // Lambda would report the failure; the logger has had its say.
        let _ = handler.clone().oneshot(LambdaEvent::new((), request.context)).await;
        Ok::<_, Infallible>(())
    });
    let body = serde_json::to_vec(&invocation.event).expect("it is JSON").into();
    let parts = http::Response::new(()).into_parts().0;
    let request = LambdaInvocation { parts, body, context };
    let Ok(()) = logger.runtime_layer().layer(runtime).oneshot(request).await;
}

/// The context under the names that `lambda_runtime` has.
fn context(of: &scenario::Context) -> Context {
    let mut config = Config::default();
    config.function_name.clone_from(&of.function_name);
    config.memory = of.memory_limit_in_mb.parse().expect("it is a number of MB");
    let mut context = Context::default();
    context.env_config = Arc::new(config);
    context.request_id.clone_from(&of.aws_request_id);
    context.invoked_function_arn.clone_from(&of.invoked_function_arn);
    context.tenant_id.clone_from(&of.tenant_id);
    context.xray_trace_id.clone_from(&of.trace_header);
    context
}
