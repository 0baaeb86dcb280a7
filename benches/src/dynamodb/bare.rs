//! The least that an effect and a replay need of DynamoDB: the same attributes and conditions, without a library.

use std::{cell::RefCell, collections::HashMap, hint::black_box, time::SystemTime};

use aws_sdk_dynamodb::{
    Client,
    operation::put_item::{PutItemError, builders::PutItemFluentBuilder},
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};

use super::{LATER, Receipt, TABLE, connected, milliseconds, new_key, wait};

const OWNER: &str = "4e07408562bedb8b60ce05c1decfe3ad";
const IS_FREE: &str = "attribute_not_exists(#id) OR #expiry < :now OR (#status = :inprogress AND \
                       attribute_exists(#in_progress_expiry) AND #in_progress_expiry < :now_in_millis)";
const IS_MINE: &str = "#status = :inprogress AND #in_progress_expiry = :mine AND #owner = :owner";

struct Bare {
    client: Client,
    now: SystemTime,
    /// As long as ours.
    key: String,
}

thread_local! {
    static BARE: RefCell<Option<Bare>> = const { RefCell::new(None) };
}

/// Leaves a record that lasts.
pub(super) fn around(run: &mut dyn FnMut()) {
    connected(|client| {
        let key = format!("orders.charge#{:064x}", new_key());
        BARE.set(Some(Bare { client, now: SystemTime::now(), key }));
        fresh();
        run();
        BARE.take();
    });
}

fn with(act: impl FnOnce(&mut Bare)) {
    BARE.with_borrow_mut(|bare| act(bare.as_mut().expect("it is made around this")));
}

/// Claims and completes.
pub(super) fn fresh() {
    with(|bare| {
        bare.now += LATER;
        let now = milliseconds(bare.now);
        let until = (now + 300_000).to_string();
        wait(async {
            let claimed = claim(bare, now, &until).send().await;
            black_box(claimed.expect("what was there has expired"));
            let completed = complete(bare, now, &until).await;
            assert!(completed, "nobody else holds it");
        });
    });
}

/// Claims what is completed, and gets the record instead.
pub(super) fn refused() {
    with(|bare| {
        let now = milliseconds(bare.now);
        let until = (now + 300_000).to_string();
        let refused = wait(claim(bare, now, &until).send());
        let error = refused.expect_err("it is there").into_service_error();
        let PutItemError::ConditionalCheckFailedException(refusal) = error else {
            unreachable!("the only condition is whether it is there")
        };
        let item = refusal.item().expect("the old item is asked for");
        let data = item["data"].as_s().map_or("", String::as_str);
        black_box(serde_json::from_str::<Receipt>(data).expect("it is complete"));
    });
}

fn claim(bare: &Bare, now: u64, until: &str) -> PutItemFluentBuilder {
    let item = HashMap::from([
        ("id".to_owned(), text(&bare.key)),
        ("status".to_owned(), text("INPROGRESS")),
        ("expiration".to_owned(), number(now / 1000 + 3600)),
        ("in_progress_expiration".to_owned(), AttributeValue::N(until.to_owned())),
        ("owner".to_owned(), text(OWNER)),
    ]);
    bare.client
        .put_item()
        .table_name(TABLE)
        .set_item(Some(item))
        .condition_expression(IS_FREE)
        .expression_attribute_names("#id", "id")
        .expression_attribute_names("#expiry", "expiration")
        .expression_attribute_names("#in_progress_expiry", "in_progress_expiration")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":now", number(now / 1000))
        .expression_attribute_values(":now_in_millis", number(now))
        .expression_attribute_values(":inprogress", text("INPROGRESS"))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
}

async fn complete(bare: &Bare, now: u64, until: &str) -> bool {
    let result = serde_json::to_string(&Receipt::new()).unwrap_or_default();
    let update = bare
        .client
        .update_item()
        .table_name(TABLE)
        .key("id", text(&bare.key))
        .condition_expression(IS_MINE)
        .update_expression("SET #status = :completed, #expiry = :expiry, #data = :data")
        .expression_attribute_names("#status", "status")
        .expression_attribute_names("#in_progress_expiry", "in_progress_expiration")
        .expression_attribute_names("#expiry", "expiration")
        .expression_attribute_names("#owner", "owner")
        .expression_attribute_names("#data", "data")
        .expression_attribute_values(":inprogress", text("INPROGRESS"))
        .expression_attribute_values(":mine", AttributeValue::N(until.to_owned()))
        .expression_attribute_values(":owner", text(OWNER))
        .expression_attribute_values(":completed", text("COMPLETED"))
        .expression_attribute_values(":expiry", number(now / 1000 + 3600))
        .expression_attribute_values(":data", AttributeValue::S(result));
    update.send().await.is_ok()
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
