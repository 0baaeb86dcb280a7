//! Functions of times.

use super::Function;
use crate::engine::Datum;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "frommillis" => Function::One(|x| {
            x.as_number().map_or(Datum::Absent, |millis| Datum::Time(millis as i64))
        }),
        "tomillis" => Function::One(|x| x.as_time().map_or(Datum::Absent, Datum::integer)),
        _ => return None,
    })
}
