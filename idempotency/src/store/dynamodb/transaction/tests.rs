use super::*;
use crate::store::dynamodb::table::Table;

fn reason(code: &str, message: &str) -> CancellationReason {
    CancellationReason::builder().code(code).message(message).build()
}

/// Reads the reasons of two writes and the record.
fn read(codes: [&str; 3]) -> Result<Transacted, StoreError> {
    let table = Table::new("idempotency".to_owned());
    let reasons =
        codes.map(|code| reason(code, "Item size to update has exceeded the maximum allowed size"));
    meaning(&Action::transaction(&table, true), &reasons, 2, 7)
}

#[test]
fn condition_of_the_record_counts_more_than_those_of_the_writes() {
    for writes in ["None", "ConditionalCheckFailed", "TransactionConflict"] {
        let read = read([writes, "None", "ConditionalCheckFailed"]);
        assert!(matches!(read, Ok(Transacted::LeaseLost)), "{writes}");
    }
}

#[test]
fn conflicts_and_throttles_are_transient() {
    for codes in [
        ["TransactionConflict", "None", "None"],
        ["None", "ThrottlingError", "None"],
        ["ConditionalCheckFailed", "None", "TransactionConflict"],
        ["None", "ProvisionedThroughputExceeded", "ThrottlingError"],
    ] {
        let Err(error) = read(codes) else { panic!("{codes:?}") };
        assert!(error.is_transient(), "{error}");
    }
    let Err(error) = read(["None", "TransactionConflict", "None"]) else { panic!() };
    assert_eq!(
        error.to_string(),
        "the store is not available: TransactWriteItems with a record in table \"idempotency\": write 1: another \
         request was changing the item"
    );
}

#[test]
fn writes_that_cannot_be_made_are_named_with_their_reasons() {
    let read = read(["ConditionalCheckFailed", "ItemCollectionSizeLimitExceeded", "None"]);
    let Ok(Transacted::Rejected(failures)) = read else { panic!() };
    let texts: Vec<_> = failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        ["write 0: its condition was not met", "write 1: the item collection would be too large"]
    );
}

#[test]
fn result_is_too_large_only_if_the_record_is() {
    let too_large = read(["None", "None", "ValidationError"]);
    assert!(matches!(too_large, Err(StoreError::TooLarge { bytes: 7 })));
    let Ok(Transacted::Rejected(failures)) = read(["ValidationError", "None", "None"]) else {
        panic!()
    };
    assert!(matches!(failures[0].reason, WriteFailureReason::Invalid { .. }), "{failures:?}");
}
