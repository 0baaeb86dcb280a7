//! Every `json` block of the book is what its page's program reads or prints.

use powertools::{
    Environment, MemorySink, PowertoolsBuilder, logger::CorrelationId, metrics::Namespace,
    testing::Captured,
};
use serde_json::{Map, Value, json};

use super::{page, programs};

const SHOP: Namespace = Namespace::new("Shop");

/// Runs a program of a page, with the service and the namespace of the book.
struct Run {
    captured: Captured,
    output: MemorySink,
    /// The JSON blocks that the page should have, as they should be.
    expected: Vec<Vec<Value>>,
    /// How many lines of the output are expected already.
    read: usize,
    page: &'static str,
}

impl Run {
    fn of(page: &'static str) -> Self {
        Self::with(page, |powertools| powertools)
    }

    fn with(
        page: &'static str,
        configure: impl FnOnce(PowertoolsBuilder) -> PowertoolsBuilder,
    ) -> Self {
        let output = MemorySink::new();
        let (lines, documents) = (output.clone(), output.clone());
        let captured = Captured::with(|powertools| {
            let environment = Environment::of([("POWERTOOLS_SERVICE_NAME", "checkout")]);
            configure(powertools.environment(environment))
                .logger(|logger| logger.sink(lines))
                .metrics(|metrics| metrics.namespace(SHOP).sink(documents))
        });
        Self { captured, output, expected: Vec::new(), read: 0, page }
    }

    /// Returns the next JSON block of the page, as input.
    fn event(&mut self) -> String {
        let blocks = page::blocks(self.page).into_iter().filter(|block| block.is("json"));
        let block = blocks.into_iter().nth(self.expected.len());
        let block = block.unwrap_or_else(|| panic!("{} has no further event", self.page));
        self.expected.push(block.values());
        block.text
    }

    /// Expects what was written since the last time in the next block, with its keys in this order.
    fn prints(&mut self) {
        let lines = self.output.lines();
        let new = &lines[self.read..];
        let mut blocks = page::blocks(self.page).into_iter().filter(|block| block.is("json"));
        let block = blocks.nth(self.expected.len());
        if let Some(block) = block.filter(|block| !block.is_excerpt()) {
            assert_eq!(keys(&block.text), keys(&new.concat()), "{}: the keys in order", self.page);
        }
        let new = new.iter().map(|line| serde_json::from_str(line).unwrap());
        self.expected.push(new.collect());
        self.read = lines.len();
    }

    /// Expects what was written after the line with this message in the next block.
    fn prints_after(&mut self, message: &str) {
        let lines = self.output.lines();
        let message = format!(r#""message":"{message}""#);
        self.read = 1 + lines.iter().position(|line| line.contains(&message)).expect(&message);
        self.prints();
    }

    /// Expects the log lines that were written since the last time in the next block, without metrics.
    fn prints_lines(&mut self) {
        self.prints();
        let lines = self.expected.last_mut().expect("some were just added");
        lines.retain(|line| line.get("_aws").is_none());
    }

    /// Expects a value in the next block.
    fn shows(&mut self, value: Value) {
        self.expected.push(vec![value]);
    }

    /// Compares the page with what is expected.
    fn check(self) {
        let blocks = page::blocks(self.page).into_iter().filter(|block| block.is("json"));
        let blocks = blocks.collect::<Vec<_>>();
        let actual = self.expected.iter().map(|values| {
            let texts = values.iter().map(|value| masked(value.clone()).to_string());
            texts.collect::<Vec<_>>().join("\n")
        });
        let actual = actual.collect::<Vec<_>>().join("\n\n");
        assert_eq!(blocks.len(), self.expected.len(), "{} has to show\n{actual}", self.page);
        for (block, expected) in blocks.iter().zip(self.expected) {
            let shown = block.values().into_iter().map(masked).collect::<Vec<_>>();
            let expected = expected.into_iter().map(masked).collect::<Vec<_>>();
            let agrees = shown.len() == expected.len()
                && shown.iter().zip(&expected).all(|(shown, expected)| {
                    shown == expected || (block.is_excerpt() && is_part(shown, expected))
                });
            assert!(agrees, "{} shows\n{}\nand has to show\n{actual}", self.page, block.text);
        }
    }
}

/// Returns the keys of JSON text in their order.
fn keys(text: &str) -> Vec<String> {
    let key = regex::Regex::new(r#""([A-Za-z_]+)" ?:"#).unwrap();
    key.captures_iter(text).map(|captures| captures[1].to_owned()).collect()
}

/// Returns whether all members of `part` are in `whole` with the same values.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(name, part)| whole.get(name).is_some_and(|whole| is_part(part, whole))),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len() && part.iter().zip(whole).all(|(a, b)| is_part(a, b))
        }
        _ => part == whole,
    }
}

/// Members that differ from run to run, or between a test and a function.
const VARYING: [&str; 13] = [
    "id",
    "parent_id",
    "trace_id",
    "span_id",
    "xray_trace_id",
    "function_request_id",
    "function_name",
    "function_arn",
    "timestamp",
    "Timestamp",
    "start_time",
    "end_time",
    "duration_ms",
];

/// Masks ids and times, and gives the program's module the name of its crate.
fn masked(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let is_varying = VARYING.contains(&name.as_str()) && !value.is_object();
                let value = if is_varying { "masked".into() } else { masked(value) };
                (named_as_crate(&name), value)
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(values) => values.into_iter().map(masked).collect(),
        Value::String(text) => named_as_crate(&text).into(),
        other => other,
    }
}

/// Replaces `integration::book::programs::<module>` by `checkout`.
fn named_as_crate(text: &str) -> String {
    let module = regex::Regex::new(r"integration::book::programs::[a-z_0-9]+").unwrap();
    module.replace_all(text, "checkout").into_owned()
}

/// Runs checks in a runtime for tests.
macro_rules! pages {
    ($($test:ident($run:ident: $page:literal $(, $configure:expr)?) $body:block)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                #[allow(unused_mut, reason = "not each page has blocks")]
                let mut $run = pages!(@run $page $(, $configure)?);
                $body
                $run.check();
            }
        )*

        /// The pages whose JSON is checked.
        const CHECKED: &[&str] = &[$($page),*];
    };
    (@run $page:literal) => { Run::of($page) };
    (@run $page:literal, $configure:expr) => { Run::with($page, $configure) };
}

pages! {
    tutorial_create(run: "tutorial/01-create.md") {
        let event = run.event();
        let response = programs::create::invoke(&run.captured, &event).await;
        run.shows(response.value());
    }

    tutorial_log(run: "tutorial/02-log.md") {
        let event = run.event();
        programs::log::invoke(&run.captured, &event).await;
        run.prints();
    }

    tutorial_configure(run: "tutorial/03-configure.md", |powertools| {
        powertools.logger(|logger| logger.correlation_id(CorrelationId::pointer("/request_id")))
    }) {
        let event = run.event();
        programs::configure::invoke(&run.captured, &event).await;
        run.prints();
    }

    tutorial_count(run: "tutorial/04-count.md") {
        programs::count::invoke(&run.captured, ORDER).await;
        run.prints_after("order placed");
    }

    tutorial_trace(run: "tutorial/05-trace.md") {
        programs::trace::invoke(&run.captured, ORDER).await;
        run.expected.push(run.captured.spans());
    }

    tutorial_errors(run: "tutorial/06-errors.md") {
        let event = run.event();
        let response = programs::errors::invoke(&run.captured, &event).await;
        run.prints();
        let error = response.error().expect("the order is too large");
        let (name, message) = (&error.error_type, &error.error_message);
        run.shows(json!({"errorType": name, "errorMessage": message}));
    }

    tutorial_idempotency(run: "tutorial/09-idempotency.md") {
        let event = run.event();
        let first = programs::idempotency::invoke(&run.captured, &event).await;
        let second = programs::idempotency::invoke(&run.captured, &event).await;
        run.expected.push(vec![first.value(), second.value()]);
        run.prints_lines();
    }

    cookbook(run: "cookbook.md") {
        let order = r#"{"product": "tea", "quantity": 2}"#;
        programs::nested_object::invoke(&run.captured, order).await;
        run.prints();
        programs::appended_key::invoke(&run.captured, ORDER).await;
        run.prints();
        let request = json!({"headers": {"Authorization": "Basic YTpi", "X-Card": "4242", "Accept": "*/*"}});
        programs::logged_event::invoke(&run.captured, &request.to_string()).await;
        run.prints();
        let message = |id: &str, body: &str| json!({"messageId": id, "body": body});
        let batch = json!({"Records": [message("m-1", "2"), message("m-2", "two")]});
        programs::sqs::invoke(&run.captured, &batch.to_string()).await;
        run.prints();
        programs::anyhow_error::invoke(&run.captured, r#"{"quantity": "two"}"#).await;
        run.prints();
        programs::dimension::invoke(&run.captured, "{}").await;
        run.prints();
        programs::annotation::invoke(&run.captured, r#"{"id": "o-17"}"#).await;
        run.expected.push(run.captured.spans().split_off(7 - 1));
    }
}

/// The order of the tutorial.
const ORDER: &str = r#"{"customer": "c-1029", "product": "tea", "quantity": 2}"#;

#[test]
fn json_of_every_page_is_checked() {
    let unchecked = page::names().into_iter().filter(|name| {
        let shows_json = page::blocks(name).iter().any(|block| block.is("json"));
        shows_json && !CHECKED.contains(&name.as_str())
    });
    assert_eq!(unchecked.collect::<Vec<_>>(), Vec::<String>::new(), "nothing runs their programs");
}
