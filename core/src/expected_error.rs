use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::interceptors::{Intercept, context::BeforeSerializationInterceptorContextRef},
};
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// An error of AWS's SDK that the caller expects, such as a condition that does not hold: an answer, not a failure.
///
/// It is an interceptor of the call, and does nothing but lie in the call's configuration, where a tracer finds it.
/// The span of a call that ends with the expected error is then neither a fault nor an error.
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
    /// Expects the error that the service names by this code.
    pub fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// Returns the code.
    pub fn code(&self) -> &'static str {
        self.0
    }

    /// Returns what a call expects.
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
