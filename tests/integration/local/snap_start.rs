//! The hooks around a snapshot, without the snapshot.

use std::sync::{Arc, Mutex};

use lambda_runtime::{BoxFuture, Error, LambdaEvent, Runtime, SnapStartResource, service_fn};
use powertools_local::Local;
use serde_json::Value;

use super::patient;

#[derive(Default)]
struct Resource {
    calls: Mutex<Vec<&'static str>>,
    fails: Option<&'static str>,
}

impl Resource {
    fn call(&self, hook: &'static str) -> BoxFuture<'_, Result<(), Error>> {
        self.calls.lock().unwrap().push(hook);
        let result =
            if self.fails == Some(hook) { Err(format!("{hook} failed").into()) } else { Ok(()) };
        Box::pin(async { result })
    }
}

impl SnapStartResource for Resource {
    fn before_snapshot(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.call("before")
    }

    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.call("after")
    }
}

async fn serving(resource: &Arc<Resource>) -> Local {
    let local =
        patient("snap").env("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start").start().await.unwrap();
    let echo = async |event: LambdaEvent<Value>| Ok::<_, Error>(event.payload);
    local
        .serve(|| Runtime::new(service_fn(echo)).register_snapstart_resource(resource.clone()))
        .unwrap();
    local
}

#[tokio::test]
async fn snap_start_hooks_run_and_the_first_invocation_is_warm() {
    let resource = Arc::<Resource>::default();
    let outcome = serving(&resource).await.invoke(&1).await.unwrap();
    assert_eq!(*resource.calls.lock().unwrap(), ["before", "after"]);
    assert_eq!((outcome.cold_start, outcome.function_error), (false, None));
}

#[tokio::test]
async fn failing_hook_is_returned_to_the_caller() {
    for hook in ["before", "after"] {
        let resource = Arc::new(Resource { fails: Some(hook), ..Resource::default() });
        let local = serving(&resource).await;
        let error = local.invoke(&1).await.unwrap().function_error.unwrap();
        assert_eq!(error.error_message, format!("{hook} failed"));
    }
}
