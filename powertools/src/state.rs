/// Makes a handler of a function that needs more than the event: clients, stores, configuration.
///
/// The function gets a reference to the state as its first argument, so that it may be a method:
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
/// or a plain function, or a closure:
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
/// The result is a function of the event, for [`run`](crate::run), [`start`](crate::start),
/// [`Captured::invoke`](crate::testing::Captured::invoke), `lambda_runtime::service_fn` and whatever else takes one.
/// With the feature `lambda-http` the function may take a `lambda_http::Request` instead of a `LambdaEvent`.
///
/// All invocations share the state, also those that run at once, so it is `Sync`; it needs no `Clone` and no `Arc`.
/// It is never dropped: a function's state lives as long as its process, and so do references to it, which may be
/// given to tasks. If it has to be dropped, as in a test, let a closure share it:
/// `move |event| { let app = Arc::clone(&app); async move { app.place(event).await } }`.
pub fn with_state<S, H, I, U>(state: S, handler: H) -> impl Fn(I) -> U + Clone
where
    S: Sync + 'static,
    H: Fn(&'static S, I) -> U + Clone,
{
    // A future that borrows from its handler would have a type for each call, which no `Service` can have.
    let state: &'static S = Box::leak(Box::new(state));
    move |input| handler(state, input)
}
