use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;

use super::output::pass_on;
use super::parameter::Parameter;
use super::query::Asked;
use super::{Failure, Out, files};
use crate::input::{self, Reading};
use crate::{Engine, LogEvent};

/// Runs a command and shows a query's rows over the lines that it writes to stdout, as they arrive.
///
/// The command's stderr is passed through, and its exit code is returned.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A query, the name of one that comes with the program, or the path of a file `*.query`.
    query: String,
    /// A parameter's value.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<Parameter>,
    /// The command and its arguments.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// How often rows are drawn anew.
const REFRESH: Duration = Duration::from_millis(200);

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<ExitCode, Failure> {
    let asked = Asked::of(&arguments.query, &arguments.parameters)?;
    let engine = asked.engine()?;
    asked.warn();
    let mut child = start(&arguments.command)?;
    let (sender, receiver) = sync_channel(1024);
    if let Some(aside) = child.stderr.take() {
        let sender = sender.clone();
        thread::spawn(move || pass(aside, &sender));
    }
    let lines = child.stdout.take().ok_or_else(|| Failure::told("the command has no stdout"))?;
    let reader = thread::spawn(move || read(lines, &sender));
    let shown = show(engine, &receiver, out);
    drop(receiver);
    finish(&mut child, reader, shown)
}

/// What the command wrote.
enum Written {
    Line(Line),
    /// To stderr.
    Aside(Vec<u8>),
}

struct Line {
    timestamp: Option<i64>,
    log_stream: Option<String>,
    message: String,
}

/// Starts the command; where rows are drawn, its stderr is written between two drawings.
fn start(command: &[String]) -> Result<Child, Failure> {
    let (program, arguments) = command.split_first().ok_or_else(|| Failure::told("no command"))?;
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped());
    if Out::is_watched() {
        command.stderr(Stdio::piped());
    }
    command.spawn().map_err(|error| Failure::with_file(Path::new(program), &error))
}

fn pass(mut aside: ChildStderr, sender: &SyncSender<Written>) {
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = aside.read(&mut bytes) {
        if sender.send(Written::Aside(bytes[..length].to_vec())).is_err() {
            break;
        }
    }
}

fn read(lines: ChildStdout, sender: &SyncSender<Written>) -> io::Result<Reading> {
    input::read_live(lines, &mut |event| {
        // A line without a time is as old as its arrival.
        let timestamp = event.timestamp.or_else(|| Some(Timestamp::now().as_millisecond()));
        let log_stream = event.log_stream.map(str::to_owned);
        let line = Line { timestamp, log_stream, message: event.message.to_owned() };
        match sender.send(Written::Line(line)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })
}

/// Draws the rows while lines arrive, or only the last of them where there is no terminal.
fn show(mut engine: Engine, written: &Receiver<Written>, out: &mut Out) -> Result<(), Failure> {
    let (mut drawn_at, mut is_new) = (Instant::now(), true);
    loop {
        match written.recv_timeout(REFRESH) {
            Ok(Written::Line(line)) => {
                feed(&mut engine, &line);
                is_new = true;
            }
            Ok(Written::Aside(bytes)) => {
                out.erase()?;
                out.flush()?;
                pass_on(&bytes);
                is_new = true;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if Out::is_watched() && is_new && drawn_at.elapsed() >= REFRESH {
            out.redraw(&engine.rows())?;
            (drawn_at, is_new) = (Instant::now(), false);
        }
    }
    out.erase()?;
    out.table(&engine.finish())?;
    out.flush()
}

fn feed(engine: &mut Engine, line: &Line) {
    let event = LogEvent {
        timestamp: line.timestamp,
        log_stream: line.log_stream.as_deref(),
        ..LogEvent::new(&line.message)
    };
    // The command runs on, also if the query has seen enough.
    let _ = engine.feed(&event);
}

/// Waits for the command; ends it if nobody sees its rows any more.
fn finish(
    child: &mut Child,
    reader: JoinHandle<io::Result<Reading>>,
    shown: Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    if shown.is_err() {
        let _ = child.kill();
    }
    let status = child.wait()?;
    if let Ok(read) = reader.join() {
        // What a command writes need not be an export.
        files::report(Path::new("-"), &Reading { is_assumed: false, ..read? });
    }
    shown?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
