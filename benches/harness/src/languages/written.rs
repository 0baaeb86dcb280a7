//! Whether a function does what all are compared for, before it is measured: less work is less time.

use serde_json::Value;

use crate::{Failure, backends::Backends, function::Function, process::Process};

const MESSAGES: [&str; 5] =
    ["order received", "order priced", "card charged", "order shipped", "order placed"];
const METRICS: [&str; 3] = ["OrdersPlaced", "Total", "Latency"];
const SPANS: [&str; 3] = ["price", "charge", "ship"];

/// The second invocation replays the charge of the first: its own total is 19.
const ANSWERS: [(u64, u64); 2] = [(1, 18), (2, 18)];

/// What two invocations of a function have left behind.
struct Written {
    answers: Vec<String>,
    stdout: String,
    datagrams: Vec<String>,
}

/// Fails where a function does not write what it should.
pub(super) fn check(function: &dyn Function) -> Result<(), Failure> {
    eprintln!("checking what {} writes", function.name());
    let wrong = invoke(function)?.wrong();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{} does not do what is measured: {}", function.name(), wrong.join("; ")).into())
}

fn invoke(function: &dyn Function) -> Result<Written, Failure> {
    // A daemon of its own, to which no other function has sent.
    let backends = Backends::start()?;
    let mut process = Process::start_watched(function.command(), &backends)?;
    let answers = ANSWERS.iter().map(|_| process.invoke().map(|invoked| invoked.answer));
    let answers = answers.collect::<Result<_, _>>()?;
    process.poll()?;
    let datagrams = backends.received()?;
    Ok(Written { answers, stdout: process.written()?, datagrams })
}

impl Written {
    /// Says what is wrong.
    fn wrong(&self) -> Vec<String> {
        let lines = self.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_default());
        let lines: Vec<Value> = lines.collect();
        let messages = lines.iter().filter_map(|line| line["message"].as_str()).collect();
        let metrics = lines.iter().flat_map(metrics_of).collect();
        let documents = self.datagrams.iter().filter_map(|datagram| datagram.split_once('\n'));
        let documents = documents.filter_map(|(_, document)| serde_json::from_str(document).ok());
        let documents: Vec<Value> = documents.collect();
        let wrong = [
            differs("messages", &messages, &MESSAGES.repeat(ANSWERS.len())),
            differs("metrics", &metrics, &METRICS.repeat(ANSWERS.len())),
            self.wrong_answers(),
        ];
        wrong.into_iter().flatten().chain(wrong_spans(&documents)).collect()
    }

    fn wrong_answers(&self) -> Option<String> {
        let answers = self.answers.iter().map(|answer| {
            let answer: Value = serde_json::from_str(answer).unwrap_or_default();
            Some((answer["id"].as_u64()?, answer["charged"].as_u64()?))
        });
        let right = answers.eq(ANSWERS.map(Some));
        (!right).then(|| format!("its answers are {:?}", self.answers))
    }
}

fn differs(what: &str, found: &Vec<&str>, wanted: &[&str]) -> Option<String> {
    (found != wanted).then(|| format!("its {what} are {found:?}"))
}

/// Returns the metrics of an EMF document that it has values for.
fn metrics_of(line: &Value) -> Vec<&str> {
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().into_iter().flatten();
    let metrics = directives.flat_map(|it| it["Metrics"].as_array().into_iter().flatten());
    let names = metrics.filter_map(|metric| metric["Name"].as_str());
    names.filter(|name| line.get(name).is_some()).collect()
}

fn wrong_spans(documents: &[Value]) -> Option<String> {
    let mut names = Vec::new();
    documents.iter().for_each(|document| names_in(document, &mut names));
    let times = |span: &str| names.iter().filter(|name| is_of(name, span)).count();
    let right = SPANS.iter().all(|span| times(span) == ANSWERS.len());
    (!right).then(|| format!("its spans are {names:?}"))
}

/// Collects the names of what has ended; spans are sent one by one, or in the document of the one backends them.
fn names_in<'a>(document: &'a Value, names: &mut Vec<&'a str>) {
    if document.get("end_time").is_some() {
        names.extend(document["name"].as_str());
    }
    for subsegment in document["subsegments"].as_array().into_iter().flatten() {
        names_in(subsegment, names);
    }
}

/// Tells whether a span is this function's, whatever stands before it: modules, or number signs.
fn is_of(name: &str, function: &str) -> bool {
    name.rsplit(|c: char| !c.is_alphanumeric()).next() == Some(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Written {
        let mut stdout = String::new();
        for _ in ANSWERS {
            for message in MESSAGES {
                stdout += &format!("{{\"message\":\"{message}\"}}\n");
            }
            stdout += r#"{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"OrdersPlaced"},{"Name":"Total"},"#;
            stdout += r#"{"Name":"Latency"}]}]},"OrdersPlaced":[1],"Total":18,"Latency":3.5}"#;
            stdout += "\n";
        }
        let document = r####"{"name":"## handler","end_time":1,"subsegments":[{"name":"## f.price","end_time":1},
            {"name":"### charge","end_time":1},{"name":"## a::ship","end_time":1}]}"####;
        let datagram = format!("{{\"format\":\"json\",\"version\":1}}\n{document}");
        let answers =
            ANSWERS.map(|(id, charged)| format!("{{\"id\": {id}, \"charged\": {charged}}}"));
        Written { answers: answers.into(), stdout, datagrams: vec![datagram.clone(), datagram] }
    }

    #[test]
    fn complete_function_is_accepted() {
        assert_eq!(written().wrong(), Vec::<String>::new());
    }

    #[test]
    fn missing_or_additional_line_is_found() {
        let less =
            Written { stdout: written().stdout.replacen("card charged", "", 1), ..written() };
        assert!(less.wrong()[0].starts_with("its messages are"));
        let more = written().stdout + "{\"message\":\"a warning\"}\n";
        let more = Written { stdout: more, ..written() };
        assert!(more.wrong()[0].contains("a warning"));
    }

    #[test]
    fn metric_without_a_value_is_found() {
        let stdout = written().stdout.replacen(",\"Total\":18", "", 1);
        assert!(Written { stdout, ..written() }.wrong()[0].starts_with("its metrics are"));
    }

    #[test]
    fn missing_or_unfinished_spans_are_found() {
        let none = Written { datagrams: Vec::new(), ..written() };
        assert_eq!(none.wrong(), ["its spans are []"]);
        let mut open = written();
        open.datagrams[1] =
            open.datagrams[1].replacen("\"## f.price\",\"end_time\"", "\"## f.price\",\"x\"", 1);
        assert!(open.wrong()[0].starts_with("its spans are"));
    }

    #[test]
    fn double_charge_is_found() {
        let mut twice = written();
        twice.answers[1] = r#"{"id": 2, "charged": 19}"#.to_owned();
        assert!(twice.wrong()[0].starts_with("its answers are"));
    }
}
