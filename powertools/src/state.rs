/// Creates a handler from a function that needs more than the event, such as clients, stores, or configuration.
///
/// The function receives a reference to the state as its first argument, so it can be a method:
///
/// ```no_run
/// use powertools::{Error, LambdaEvent, with_state};
///
/// struct App {
///     table: String,
/// }
///
/// impl App {
///     async fn new() -> Result<Self, Error> {
///         let table = std::env::var("ORDERS_TABLE").map_err(|error| format!("ORDERS_TABLE: {error}"))?;
///         Ok(Self { table })
///     }
///
///     async fn place(&self, event: LambdaEvent<String>) -> Result<String, Error> {
///         Ok(format!("{} is in {}", event.payload, self.table))
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Error> {
///     powertools::start(async || -> Result<_, Error> {
///         let app = App::new().await?;
///         Ok(with_state(app, App::place))
///     })
///     .await
/// }
/// ```
///
/// It can also be a plain function or a closure:
///
/// ```
/// # use powertools::{Error, LambdaEvent, check_handler, with_state};
/// # struct App;
/// # impl App {
/// #     async fn place(&self, event: LambdaEvent<String>) -> Result<(), Error> { Ok(()) }
/// # }
/// async fn place(app: &App, event: LambdaEvent<String>) -> Result<(), Error> {
///     app.place(event).await
/// }
///
/// let handler = with_state(App, place);
/// # check_handler(&handler);
/// let handler = with_state(App, |app, event| app.place(event));
/// # check_handler(&handler);
/// ```
///
/// The result is a function of the event. Pass it to [`run`](crate::run), [`start`](crate::start),
/// [`Captured::invoke`](crate::testing::Captured::invoke), `lambda_runtime::service_fn`, or anything else that takes
/// such a function. With the feature `lambda-http`, the function may take a `lambda_http::Request` instead of a
/// `LambdaEvent`.
///
/// All invocations share the state, including those that run concurrently, so it must be `Sync`; it does not need to be
/// `Clone` or in an `Arc`. The state is never dropped: it lives as long as the process, so you can pass references to
/// it to spawned tasks. If it has to be dropped, as in a test, share it with a closure instead:
/// `move |event| { let app = Arc::clone(&app); async move { app.place(event).await } }`.
pub fn with_state<S, H, I, U>(state: S, handler: H) -> impl Fn(I) -> U + Clone
where
    S: Sync + 'static,
    H: Fn(&'static S, I) -> U + Clone,
{
    // A future that borrowed from its handler would have a different type for each call, which `Service` can't express.
    let state: &'static S = Box::leak(Box::new(state));
    move |input| handler(state, input)
}
