use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use jmespath::{Context, Expression, Rcvar, Runtime, interpret};

use super::{JmesPathError, calls, functions};

/// A JMESPath expression, compiled once; a clone is cheap.
///
/// Beside the functions of JMESPath it knows those of Powertools for Python: `powertools_json(text)`,
/// `powertools_base64(text)` and `powertools_base64_gzip(text)`, the last of texts that unpack to 10 MiB at
/// most. What they are given and can't read is an error that names the expression.
///
/// # Compared with Python
///
/// An expression finds what it finds there, and keys are equal, except that here
///
/// - whole numbers have 64 bits and others are doubles: a payload with a whole number beyond that, anywhere,
///   is an error, and so is a function that would give one, because rounding would make one key of two.
///   Powertools for Python takes it, and so do [`KeyFrom::Pointer`](crate::KeyFrom::Pointer) and
///   [`KeyFrom::Whole`](crate::KeyFrom::Whole) here. `-0` is `-0.0`;
/// - numbers are compared as doubles, and those that differ in the last bit are equal;
/// - `sum` of fractions rounds after each, as Python did before 3.12;
/// - members of an object have the order of their names where Python has that of the payload: for `*`, `keys`,
///   `values` and `to_string`;
/// - `to_string` of a list or an object leaves text as it is, and `to_number` reads numbers as JSON
///   writes them;
/// - base64 is read strictly, but for white space.
///
/// ```
/// use powertools_idempotency::KeyFrom;
///
/// let key = KeyFrom::jmespath("powertools_json(body).[user, id]")?;
/// let problem = KeyFrom::jmespath("powertools_jsn(body)").unwrap_err();
/// assert!(problem.to_string().contains("undefined function powertools_jsn"));
/// # Ok::<_, powertools_idempotency::JmesPathError>(())
/// ```
#[derive(Clone)]
pub struct JmesPath(Arc<Expression<'static>>);

impl JmesPath {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// The text is not an expression, or calls a function that does not exist.
    pub fn compile(expression: &str) -> Result<Self, JmesPathError> {
        let compiled = runtime().compile(expression)?;
        calls::check(expression, compiled.as_ast(), runtime())?;
        Ok(Self(Arc::new(compiled)))
    }

    /// Returns the expression's text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the JSON of what is found, `null` if nothing is.
    pub(crate) fn search(&self, payload: &str) -> Result<String, JmesPathError> {
        let refused = |reason| JmesPathError::of(self.as_str(), reason);
        let payload = functions::json(payload);
        let payload = payload.map_err(|problem| refused(format!("the payload {problem}")))?;
        // `Expression::search` would copy the payload first.
        let context = &mut Context::new(self.as_str(), runtime());
        let found = interpret(&Rcvar::new(payload), self.0.as_ast(), context)?;
        serde_json::to_string(&found).map_err(|error| refused(error.to_string()))
    }
}

impl fmt::Debug for JmesPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JmesPath({})", self.as_str())
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(functions::runtime);
    &RUNTIME
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::{Engine, prelude::BASE64_STANDARD};
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        BASE64_STANDARD.encode(encoder.finish().unwrap())
    }

    fn search(expression: &str, payload: &str) -> Result<String, JmesPathError> {
        JmesPath::compile(expression).unwrap().search(payload)
    }

    #[test]
    fn invalid_expression_is_reported_with_line_and_column() {
        let error = JmesPath::compile("powertools_json(body).[user,").unwrap_err();
        assert_eq!((error.line, error.expression.as_str()), (1, "powertools_json(body).[user,"));
        assert!(error.column > 20, "{error}");
        let error = JmesPath::compile("a ||\nmap(&nope(@), b)").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`a ||\nmap(&nope(@), b)`, line 2, column 10: Call to undefined function nope"
        );
        assert!(JmesPath::compile("").is_err());
        for reference in ["&id", "[a, &id]", "to_array(&id)", "map(&[&id], @)"] {
            let error = JmesPath::compile(reference).unwrap_err();
            assert!(error.reason.contains("reference outside"), "{reference}: {error}");
        }
        assert!(JmesPath::compile("map(&sort_by(@, &id), @)").is_ok());
    }

    #[test]
    fn unreadable_function_argument_is_an_error_with_its_reason() {
        for (expression, payload, problem) in [
            ("powertools_json(a)", r#"{"a":"{"}"#, "the argument of powertools_json is not JSON"),
            ("powertools_json(a)", "{}", "Argument 0 expects type string, given null"),
            ("powertools_json(a)", r#"{"a":"[18446744073709551616]"}"#, "of 20 characters"),
            ("a", r#"{"b":-18446744073709551616}"#, "the payload is a whole number of 21"),
            (
                "to_number(a)",
                r#"{"a":"18446744073709551616"}"#,
                "to_number has an argument that is a whole",
            ),
            ("sum(a)", r#"{"a":[18446744073709551615, 1]}"#, "sum gives a whole number beyond"),
            ("ceil(a)", r#"{"a":1e30}"#, "ceil gives a whole number beyond"),
            ("sum(a)", r#"{"a":[1e308, 1e308]}"#, "sum gives no finite number"),
            ("powertools_base64(a)", r#"{"a":"a!Gk="}"#, "is not base64"),
            ("powertools_base64(a)", r#"{"a":"/w=="}"#, "is not UTF-8"),
            ("powertools_base64_gzip(a)", r#"{"a":"aGk="}"#, "is not gzip"),
        ] {
            let error = search(expression, payload).unwrap_err();
            assert_eq!(error.expression, expression);
            assert!(error.reason.contains(problem), "{error}");
        }
    }

    #[test]
    fn gzip_bomb_is_not_unpacked() {
        let packed = |size| format!(r#"{{"a":"{}"}}"#, gzip(&vec![b'x'; size]));
        let search = |payload: &str| search("powertools_base64_gzip(a)", payload);
        assert_eq!(search(&packed(10 << 20)).unwrap().len(), (10 << 20) + 2);
        let error = search(&packed((10 << 20) + 1)).unwrap_err();
        assert!(error.reason.ends_with("more than 10485760 bytes"), "{error}");
        let cut = &gzip(b"hello")[..12];
        assert!(search(&format!(r#"{{"a":"{cut}"}}"#)).is_err());
    }
}
