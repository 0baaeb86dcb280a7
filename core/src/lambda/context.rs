use std::time::{Duration, SystemTime};

use lambda_runtime::Context;

use crate::{ColdStart, Invocation};

/// Returns the current invocation if it is the one that `context` describes, and otherwise creates it.
///
/// Layers of several utilities may be stacked in any order: the outermost one takes the cold-start flag and opens the
/// invocation, and the others find it.
pub fn open_invocation(context: &Context, cold_start: &ColdStart, now: SystemTime) -> Invocation {
    let is_it = |known: &Invocation| known.request_id() == context.request_id;
    Invocation::in_this_scope()
        .filter(is_it)
        .or_else(|| Invocation::current().filter(is_it))
        .unwrap_or_else(|| describe(context, cold_start.take(), now))
}

fn describe(context: &Context, cold_start: bool, now: SystemTime) -> Invocation {
    let config = &context.env_config;
    let builder = Invocation::builder(&context.request_id)
        .function_name(&config.function_name)
        .function_version(&config.version)
        .function_arn(&context.invoked_function_arn)
        .trace_header(context.xray_trace_id.as_deref().unwrap_or_default())
        .started(now)
        .tenant_id(context.tenant_id.as_deref().unwrap_or_default())
        .cold_start(cold_start);
    let builder = match u32::try_from(config.memory) {
        Ok(memory) if memory > 0 => builder.memory_mb(memory),
        _ => builder,
    };
    match SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(context.deadline)) {
        Some(deadline) => builder.deadline(deadline, now).build(),
        None => builder.build(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InitializationType;

    fn context(request_id: &str, deadline: u64) -> Context {
        let mut context = Context::default();
        context.request_id = request_id.to_owned();
        context.deadline = deadline;
        context
    }

    #[test]
    fn only_the_request_id_is_required() {
        let flag = ColdStart::own(InitializationType::OnDemand);
        for deadline in [0, u64::MAX] {
            let invocation = open_invocation(&context("a", deadline), &flag, SystemTime::now());
            assert_eq!(invocation.request_id(), "a");
            assert_eq!((invocation.deadline(), invocation.memory_mb()), (None, None));
            assert_eq!((invocation.trace_header(), invocation.tenant_id()), (None, None));
        }
    }

    #[test]
    fn stacked_layers_share_one_invocation() {
        let flag = ColdStart::own(InitializationType::OnDemand);
        let outer = open_invocation(&context("a", 0), &flag, SystemTime::now());
        outer.in_scope(|| {
            let inner = open_invocation(&context("a", 0), &flag, SystemTime::now());
            assert!(inner.is(&outer));
            let other = open_invocation(&context("b", 0), &flag, SystemTime::now());
            assert_eq!((other.request_id(), other.is_cold_start()), ("b", false));
        });
        assert!(outer.is_cold_start());
    }
}
