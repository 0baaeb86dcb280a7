use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::interceptors::{Intercept, context::BeforeSerializationInterceptorContextRef},
};
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// An error of the AWS SDK that the caller expects as a result, such as a condition that is not met.
///
/// It is added to a call as an interceptor that does nothing; a tracer finds it in the configuration of the call. If
/// the call ends with the expected error, its span is marked neither as a fault nor as an error.
///
/// ```
/// # mod aws_sdk_dynamodb { pub struct Put; impl Put {
/// #     pub fn customize(self) -> Self { self }
/// #     pub fn interceptor<T>(self, _: T) -> Self { self }
/// # } }
/// # fn put(put_item: aws_sdk_dynamodb::Put) {
/// use powertools_core::ExpectedError;
///
/// let put = put_item.customize().interceptor(ExpectedError::new("ConditionalCheckFailedException"));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedError(&'static str);

impl ExpectedError {
    /// Creates the expectation of the error with this code of the service.
    pub fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// Returns the code.
    pub fn code(&self) -> &'static str {
        self.0
    }

    /// Returns the expected error of a call.
    pub fn of_call(config: &ConfigBag) -> Option<&Self> {
        config.load::<Self>()
    }
}

impl Storable for ExpectedError {
    type Storer = StoreReplace<Self>;
}

impl Intercept for ExpectedError {
    fn name(&self) -> &'static str {
        "PowertoolsExpectedError"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(*self);
        Ok(())
    }
}
