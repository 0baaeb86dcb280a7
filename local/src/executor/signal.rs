//! Signals to and from a child process.

use std::process::ExitStatus;

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

/// Sends SIGTERM; does nothing on systems other than Unix.
#[cfg(unix)]
pub(super) fn terminate(child: &Child) {
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // This only fails if the process has already ended, as intended.
        let _ = kill_process(pid, Signal::TERM);
    }
}

#[cfg(not(unix))]
pub(super) fn terminate(_child: &Child) {}

/// The name of the signal that ended a process, as Lambda writes it.
#[cfg(unix)]
pub(super) fn name(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;

    let Some(number) = status.signal() else {
        return "unknown".to_owned();
    };
    match Signal::from_named_raw(number) {
        Some(Signal::ABORT) => "aborted".to_owned(),
        Some(Signal::BUS) => "bus error".to_owned(),
        Some(Signal::FPE) => "floating point exception".to_owned(),
        Some(Signal::HUP) => "hangup".to_owned(),
        Some(Signal::ILL) => "illegal instruction".to_owned(),
        Some(Signal::INT) => "interrupt".to_owned(),
        Some(Signal::KILL) => "killed".to_owned(),
        Some(Signal::PIPE) => "broken pipe".to_owned(),
        Some(Signal::QUIT) => "quit".to_owned(),
        Some(Signal::SEGV) => "segmentation fault".to_owned(),
        Some(Signal::TERM) => "terminated".to_owned(),
        _ => format!("signal {number}"),
    }
}

#[cfg(not(unix))]
pub(super) fn name(_status: ExitStatus) -> String {
    "unknown".to_owned()
}
