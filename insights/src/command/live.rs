use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;

use super::parameter::Parameter;
use super::query::Asked;
use super::{Failure, Out, run};
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
    let (mut child, lines) = start(&arguments.command)?;
    let (sender, receiver) = sync_channel(1024);
    let reader = thread::spawn(move || read(lines, &sender));
    let shown = show(engine, &receiver, out);
    drop(receiver);
    finish(&mut child, reader, shown)
}

/// A line that the command wrote.
struct Line {
    timestamp: Option<i64>,
    log_stream: Option<String>,
    message: String,
}

fn start(command: &[String]) -> Result<(Child, ChildStdout), Failure> {
    let (program, arguments) = command.split_first().ok_or_else(|| Failure::told("no command"))?;
    let child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| Failure::with_file(Path::new(program), &error))?;
    let lines = child.stdout.take().ok_or_else(|| Failure::told("the command has no stdout"))?;
    Ok((child, lines))
}

fn read(lines: ChildStdout, sender: &SyncSender<Line>) -> std::io::Result<Reading> {
    input::read(lines, &mut |event| {
        // A line without a time is as old as its arrival.
        let timestamp = event.timestamp.or_else(|| Some(Timestamp::now().as_millisecond()));
        let log_stream = event.log_stream.map(str::to_owned);
        let line = Line { timestamp, log_stream, message: event.message.to_owned() };
        match sender.send(line) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })
}

/// Draws the rows while lines arrive, or only the last of them where there is no terminal.
fn show(mut engine: Engine, lines: &Receiver<Line>, out: &mut Out) -> Result<(), Failure> {
    let is_terminal = Out::is_watched();
    let (mut drawn_at, mut is_new) = (Instant::now(), true);
    loop {
        match lines.recv_timeout(REFRESH) {
            Ok(line) => {
                let Line { timestamp, log_stream, message } = &line;
                let event = LogEvent {
                    timestamp: *timestamp,
                    ingestion_time: None,
                    log_stream: log_stream.as_deref(),
                    log: None,
                    message,
                };
                // The command runs on, also if the query has seen enough.
                let _ = engine.feed(&event);
                is_new = true;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if is_terminal && is_new && drawn_at.elapsed() >= REFRESH {
            out.redraw(&engine.rows())?;
            (drawn_at, is_new) = (Instant::now(), false);
        }
    }
    out.erase()?;
    out.table(&engine.finish())?;
    out.flush()?;
    Ok(())
}

/// Waits for the command; ends it if nobody sees its rows any more.
fn finish(
    child: &mut Child,
    reader: JoinHandle<std::io::Result<Reading>>,
    shown: Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    if shown.is_err() {
        let _ = child.kill();
    }
    let status = child.wait()?;
    if let Ok(read) = reader.join() {
        run::report(Path::new("-"), &read?);
    }
    shown?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
