//! Several functions in one test process.

use lambda_runtime::{Context, Error, LambdaEvent, Runtime, service_fn};
use serde_json::Value;

use super::{PROBE, patient, succeed};

async fn context(event: LambdaEvent<Value>) -> Result<Context, Error> {
    Ok(event.context)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_locals_are_independent() {
    let mut all = Vec::new();
    for number in 0..6 {
        let local =
            patient(&format!("function-{number}")).memory_mb(128 + number).start().await.unwrap();
        match number % 3 {
            0 => local.serve(|| Runtime::new(service_fn(context))).unwrap(),
            1 => local.serve_concurrent(|| Runtime::new(service_fn(context))).unwrap(),
            _ => local.spawn(PROBE).unwrap(),
        }
        all.push(local);
    }
    for (number, local) in all.iter().enumerate() {
        if number % 3 == 2 {
            assert_eq!(
                local.invoke(&succeed(number)).await.unwrap().json::<usize>().unwrap(),
                number
            );
        } else {
            let context: Value = local.invoke(&1).await.unwrap().json().unwrap();
            assert_eq!(context["env_config"]["function_name"], format!("function-{number}"));
            assert_eq!(context["env_config"]["memory"], 128 + number);
        }
        let stream = &local.logs()[0].stream;
        assert!(local.logs().iter().all(|event| event.stream == *stream));
    }
    let mut streams: Vec<_> = all.iter().map(|local| local.logs()[0].stream.clone()).collect();
    streams.sort();
    streams.dedup();
    assert_eq!(streams.len(), 6);
}
