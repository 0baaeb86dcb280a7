use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, Update};

use super::*;

const TABLE: &str = "idempotency";

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn put(table: &str, item: &[(&str, &str)]) -> TransactWriteItem {
    let item = item.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
    let put = Put::builder().table_name(table).set_item(Some(item));
    TransactWriteItem::builder().put(put.build().unwrap()).build()
}

fn update(table: &str, id: &str) -> TransactWriteItem {
    let update =
        Update::builder().table_name(table).key("id", text(id)).update_expression("ADD n :n");
    TransactWriteItem::builder().update(update.build().unwrap()).build()
}

fn delete(table: &str, id: &str) -> TransactWriteItem {
    let delete = Delete::builder().table_name(table).key("id", text(id));
    TransactWriteItem::builder().delete(delete.build().unwrap()).build()
}

fn check_of(table: &str, id: &str) -> TransactWriteItem {
    let check = ConditionCheck::builder().table_name(table).key("id", text(id));
    let check = check.condition_expression("attribute_exists(id)");
    TransactWriteItem::builder().condition_check(check.build().unwrap()).build()
}

fn record() -> OwnRecord<'static> {
    OwnRecord { table: TABLE, key: [("id".to_owned(), text("place#1f"))].into(), bytes: 2 }
}

fn checked(writes: &[TransactWriteItem]) -> Result<(), InvalidWrites> {
    check(writes, Some(&record()))
}

#[test]
fn every_write_on_the_record_is_found() {
    let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/idempotency";
    for own in [
        update(TABLE, "place#1f"),
        delete(TABLE, "place#1f"),
        check_of(arn, "place#1f"),
        put(TABLE, &[("id", "place#1f"), ("status", "COMPLETED")]),
    ] {
        let writes = [update(TABLE, "place#2a"), own];
        assert_eq!(checked(&writes), Err(InvalidWrites::OwnRecord { index: 1 }));
        assert_eq!(check(&writes, None), Ok(()), "without a record it is a write as others");
    }
    assert_eq!(checked(&[update("other", "place#1f"), update(TABLE, "place#2a")]), Ok(()));
}

#[test]
fn two_writes_on_one_item_are_found() {
    let same = InvalidWrites::SameItem { first: 0, second: 2 };
    for (first, second) in [
        (update("t", "a"), delete("t", "a")),
        (check_of("t", "a"), put("t", &[("id", "a"), ("n", "1")])),
        (put(TABLE, &[("id", "a"), ("n", "1")]), put(TABLE, &[("id", "a"), ("n", "2")])),
    ] {
        assert_eq!(checked(&[first, update("t", "b"), second]), Err(same.clone()));
    }
    let one_name = [put("t", &[("n", "1")]), put("t", &[("n", "1")]), update("u", "a")];
    assert_eq!(checked(&one_name), Ok(()), "nothing tells the keys of the table");
}

#[test]
fn limits_of_a_transaction_are_checked() {
    let updates =
        |count: usize| (0..count).map(|id| update("t", &id.to_string())).collect::<Vec<_>>();
    assert_eq!(checked(&updates(99)), Ok(()));
    assert_eq!(checked(&updates(100)), Err(InvalidWrites::TooMany { count: 100, max: 99 }));
    assert_eq!(check(&updates(100), None), Ok(()));
    let large = "x".repeat(400 * 1024);
    let error =
        checked(&[update("t", "a"), put("t", &[("id", "b"), ("large", &large)])]).unwrap_err();
    assert!(
        matches!(error, InvalidWrites::ItemTooLarge { index: 1, bytes: 409_608, .. }),
        "{error}"
    );
    let half = "x".repeat(390 * 1024);
    let many: Vec<_> =
        (0..11).map(|id| put("t", &[("id", &id.to_string()), ("half", &half)])).collect();
    let error = checked(&many).unwrap_err();
    assert!(matches!(error, InvalidWrites::TooLarge { max: 4_194_304, .. }), "{error}");
    assert_eq!(checked(&many[..10]), Ok(()));
}

#[test]
fn sizes_of_values_are_counted_from_below() {
    let item: Item = [
        ("text", text("four")),
        ("set", AttributeValue::Ns(vec!["1".into(), "2".into()])),
        ("list", AttributeValue::L(vec![AttributeValue::Bool(true), AttributeValue::Null(true)])),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    assert_eq!(least_size(&item), 4 + 4 + 3 + 2 + 4 + 2);
}
