//! `#[derive(ErrorType)]`: the name that Lambda, logs and traces know an error by.

use std::fmt::Debug;

use powertools::ErrorType;

#[derive(Debug, thiserror::Error, ErrorType)]
enum OrderError<E: std::error::Error + 'static> {
    #[error("out of {0}")]
    OutOfStock(String),
    #[error("no card")]
    #[error_type = "Order.CardMissing"]
    NoCard { id: u32 },
    #[error("nothing")]
    #[error_type("Order:Nothing")]
    Nothing,
    #[error(transparent)]
    #[error_type(transparent)]
    Payment(#[from] PaymentError),
    #[error(transparent)]
    #[error_type(transparent)]
    Other { source: E },
}

#[derive(Debug, thiserror::Error, ErrorType)]
#[error("the bank said no")]
struct PaymentError;

/// All variants have one name but for the one that has its own.
#[derive(Debug, thiserror::Error, ErrorType)]
#[error_type = "Shipping"]
enum ShippingError {
    #[error("no address")]
    NoAddress,
    #[error("lost")]
    #[error_type = "ParcelLost"]
    Lost,
}

#[derive(Debug, thiserror::Error, ErrorType)]
#[error(transparent)]
#[error_type(transparent)]
struct Wrapped(ShippingError);

#[test]
fn derived_error_type_is_the_variant_or_the_given_name() {
    type Error = OrderError<Wrapped>;
    for (error, name) in [
        (Error::OutOfStock("tea".to_owned()), "OutOfStock"),
        (Error::NoCard { id: 17 }, "Order.CardMissing"),
        (Error::Nothing, "Order:Nothing"),
        (Error::from(PaymentError), "PaymentError"),
        (Error::Other { source: Wrapped(ShippingError::NoAddress) }, "Shipping"),
        (Error::Other { source: Wrapped(ShippingError::Lost) }, "ParcelLost"),
    ] {
        assert_eq!(error.error_type(), name);
    }
}

#[test]
fn expansion_uses_absolute_paths() {
    #[expect(dead_code, reason = "it is there to be in the way")]
    mod crowded {
        struct ErrorType;

        #[derive(Debug, thiserror::Error, powertools::ErrorType)]
        #[error("seven")]
        pub(super) struct Seven;
    }

    assert_eq!(crowded::Seven.error_type(), "Seven");
}

#[powertools::handler(error_types = [ShippingError, PaymentError])]
async fn ship(event: powertools::LambdaEvent<bool>) -> Result<(), powertools::Error> {
    if event.payload { Err(ShippingError::Lost.into()) } else { Err(Box::new(PaymentError)) }
}

#[tokio::test]
async fn error_types_of_the_handler_choose_their_names() {
    let captured = powertools::testing::Captured::new();
    for (lost, name) in [(true, "ParcelLost"), (false, "PaymentError")] {
        let answer = captured.invoke(ship, &lost).await;
        assert_eq!(answer.error().unwrap().error_type, name);
        assert_eq!(captured.lines().pop().unwrap()["exception_name"], name);
    }
}
