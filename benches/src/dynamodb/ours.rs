//! The same by an operation.

use std::{cell::RefCell, convert::Infallible, hint::black_box, time::SystemTime};

use powertools_core::Environment;
use powertools_idempotency::{DynamoDbStore, Idempotency, ManualClock};

use super::{LATER, Receipt, TABLE, connected, new_key, wait};

struct Ours {
    charge: Idempotency<DynamoDbStore>,
    clock: ManualClock,
    key: u64,
}

thread_local! {
    static OURS: RefCell<Option<Ours>> = const { RefCell::new(None) };
}

/// Leaves a record that lasts.
pub(super) fn around(run: &mut dyn FnMut()) {
    connected(|client| {
        let clock = ManualClock::at(SystemTime::now());
        let environment = Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "orders")]);
        let charge = Idempotency::builder("charge", DynamoDbStore::new(client, TABLE))
            .environment(environment)
            .clock(clock.clone())
            .build();
        OURS.set(Some(Ours { charge, clock, key: new_key() }));
        fresh();
        run();
        OURS.take();
    });
}

pub(super) fn fresh() {
    OURS.with_borrow(|ours| ours.as_ref().expect("it is made around this").clock.advance(LATER));
    call(false);
}

pub(super) fn replay() {
    call(true);
}

fn call(is_replayed: bool) {
    OURS.with_borrow(|ours| {
        let Ours { charge, key, .. } = ours.as_ref().expect("it is made around this");
        let called = wait(charge.try_run(key, &(), async || Ok::<_, Infallible>(Receipt::new())));
        let called = called.expect("the database answers");
        assert_eq!(called.is_replayed(), is_replayed);
        black_box(called.into_inner());
    });
}
