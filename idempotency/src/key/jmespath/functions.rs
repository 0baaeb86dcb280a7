//! The functions that Powertools for Python adds to JMESPath.

use std::io::Read;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use flate2::read::MultiGzDecoder;
use jmespath::{
    Context, ErrorReason, JmespathError, Rcvar, Runtime, Variable,
    functions::{ArgumentType, CustomFunction, Signature},
};

use super::{arithmetic, numbers::oversized};

/// How much a compressed text may unpack to: far more than an event can hold, far less than a bomb makes.
const MOST_UNPACKED: u64 = 10 * 1024 * 1024;

/// As Python reads it: bits that the last character has too many are ignored.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

type Function = fn(&str) -> Result<Variable, String>;

/// Returns the functions of JMESPath and the added ones.
pub(super) fn runtime() -> Runtime {
    let mut runtime = Runtime::new();
    runtime.register_builtin_functions();
    arithmetic::register(&mut runtime);
    add(&mut runtime, "powertools_json", json);
    add(&mut runtime, "powertools_base64", |text| unwrap(text).and_then(text_of));
    add(&mut runtime, "powertools_base64_gzip", |text| unwrap(text).and_then(unpack));
    runtime
}

fn add(runtime: &mut Runtime, name: &'static str, function: Function) {
    let call = move |arguments: &[Rcvar], context: &mut Context<'_>| {
        // The signature has seen to it that there is one text.
        let text = arguments.first().and_then(|argument| argument.as_string());
        function(text.map_or("", String::as_str)).map(Rcvar::new).map_err(|problem| {
            let reason = ErrorReason::Parse(format!("the argument of {name} {problem}"));
            JmespathError::from_ctx(context, reason)
        })
    };
    let signature = Signature::new(vec![ArgumentType::String], None);
    runtime.register_function(name, Box::new(CustomFunction::new(signature, Box::new(call))));
}

/// Reads JSON, unless JMESPath would change it.
pub(super) fn json(text: &str) -> Result<Variable, String> {
    let value = Variable::from_json(text).map_err(|error| format!("is not JSON: {error}"))?;
    match oversized(text) {
        None => Ok(value),
        Some(number) => Err(format!(
            "is a whole number of {} characters, which JMESPath can't keep exact; send it as a string",
            number.len()
        )),
    }
}

fn unwrap(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.split_ascii_whitespace().collect();
    BASE64.decode(text).map_err(|error| format!("is not base64: {error}"))
}

fn text_of(bytes: Vec<u8>) -> Result<Variable, String> {
    let text = String::from_utf8(bytes);
    text.map(Variable::String).map_err(|error| format!("is not UTF-8: {}", error.utf8_error()))
}

fn unpack(packed: Vec<u8>) -> Result<Variable, String> {
    let mut bytes = Vec::new();
    let mut unpacked = MultiGzDecoder::new(packed.as_slice()).take(MOST_UNPACKED + 1);
    unpacked.read_to_end(&mut bytes).map_err(|error| format!("is not gzip: {error}"))?;
    if bytes.len() as u64 > MOST_UNPACKED {
        return Err(format!("unpacks to more than {MOST_UNPACKED} bytes"));
    }
    text_of(bytes)
}
