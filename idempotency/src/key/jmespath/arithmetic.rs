//! The functions of JMESPath that compute numbers, with whole numbers kept whole, as Python does.
//!
//! The crate's own ones make doubles of them all, so that two keys beyond 2^53 may become one.

use jmespath::{
    Context, ErrorReason, JmespathError, Rcvar, Runtime, Variable,
    functions::{ArgumentType, CustomFunction, Signature},
};
use serde_json::Number;

use super::{functions::json, numbers::oversized};

type Function = fn(&Variable) -> Result<Variable, String>;

/// Puts them in the place of the crate's.
pub(super) fn register(runtime: &mut Runtime) {
    let numbers = || ArgumentType::TypedArray(Box::new(ArgumentType::Number));
    add(runtime, "abs", ArgumentType::Number, |number| match whole(number) {
        Some(number) => of_whole(number.abs()),
        None => of_double(double(number).abs()),
    });
    add(runtime, "ceil", ArgumentType::Number, |number| rounded(number, f64::ceil));
    add(runtime, "floor", ArgumentType::Number, |number| rounded(number, f64::floor));
    add(runtime, "sum", numbers(), |list| sum(elements(list)));
    add(runtime, "avg", numbers(), |list| match elements(list) {
        [] => Ok(Variable::Null),
        numbers => of_double(double(&sum(numbers)?) / numbers.len() as f64),
    });
    add(runtime, "to_number", ArgumentType::Any, to_number);
}

fn add(runtime: &mut Runtime, name: &'static str, takes: ArgumentType, function: Function) {
    let call = move |arguments: &[Rcvar], context: &mut Context<'_>| {
        // The signature has seen to it that there is one.
        let argument = arguments.first().map_or(&Variable::Null, AsRef::as_ref);
        function(argument).map(Rcvar::new).map_err(|problem| {
            JmespathError::from_ctx(context, ErrorReason::Parse(format!("{name} {problem}")))
        })
    };
    let signature = Signature::new(vec![takes], None);
    runtime.register_function(name, Box::new(CustomFunction::new(signature, Box::new(call))));
}

fn rounded(number: &Variable, round: fn(f64) -> f64) -> Result<Variable, String> {
    match whole(number) {
        Some(number) => of_whole(number),
        // What lies beyond ends up at the limits of an `i128`, and is refused.
        None => of_whole(round(double(number)) as i128),
    }
}

fn sum(numbers: &[Rcvar]) -> Result<Variable, String> {
    let whole: Option<Vec<i128>> = numbers.iter().map(|number| whole(number)).collect();
    match whole {
        // Numbers of 64 bits, of which no memory holds so many.
        Some(whole) => of_whole(whole.iter().sum()),
        None => of_double(numbers.iter().fold(0.0, |sum, number| sum + double(number))),
    }
}

/// Reads a number from a text, as JSON writes it; `null` if the text is not a number.
fn to_number(value: &Variable) -> Result<Variable, String> {
    match value {
        Variable::Number(_) => Ok(value.clone()),
        Variable::String(text) => match Variable::from_json(text) {
            Ok(number @ Variable::Number(_)) if oversized(text).is_none() => Ok(number),
            Ok(Variable::Number(_)) => {
                json(text).map_err(|problem| format!("has an argument that {problem}"))
            }
            _ => Ok(Variable::Null),
        },
        _ => Ok(Variable::Null),
    }
}

fn elements(list: &Variable) -> &[Rcvar] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn whole(number: &Variable) -> Option<i128> {
    let Variable::Number(number) = number else { return None };
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn double(number: &Variable) -> f64 {
    number.as_number().unwrap_or_default()
}

fn of_whole(number: i128) -> Result<Variable, String> {
    let small = i64::try_from(number).map(Number::from);
    let small = small.or_else(|_| u64::try_from(number).map(Number::from));
    small.map(Variable::Number).map_err(|_| "gives a whole number beyond 64 bits".to_owned())
}

fn of_double(number: f64) -> Result<Variable, String> {
    let number = Number::from_f64(number).map(Variable::Number);
    number.ok_or_else(|| "gives no finite number".to_owned())
}
