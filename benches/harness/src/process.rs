use std::{
    fs, io,
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Failure,
    api::{self, Api, Call},
    backends::Backends,
};

/// A function that runs; it ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    api: Api,
    started: Instant,
    waiting: Option<(Instant, TcpStream)>,
    invocations: usize,
}

/// How an invocation went.
pub(crate) struct Invoked {
    /// From the start of the process to the answer.
    pub(crate) since_start: Duration,
    /// What the caller waits: from handing it out to the answer.
    pub(crate) latency: Duration,
    /// The answer.
    pub(crate) answer: String,
}

impl Process {
    /// Starts a function, or an instrument with the function as its argument; nobody reads its output.
    pub(crate) fn start(command: Command, backends: &Backends) -> Result<Self, Failure> {
        Self::spawn(command, Stdio::null(), backends)
    }

    /// Starts a function whose output is kept.
    pub(crate) fn start_watched(command: Command, backends: &Backends) -> Result<Self, Failure> {
        Self::spawn(command, Stdio::piped(), backends)
    }

    /// Starts it among variables of which the command's own are worth more.
    fn spawn(mut command: Command, out: Stdio, backends: &Backends) -> Result<Self, Failure> {
        let api = Api::open()?;
        for (name, value) in backends.variables(api.address)? {
            if !command.get_envs().any(|(own, _)| own == name) {
                command.env(name, value);
            }
        }
        command.stdin(Stdio::null()).stdout(out);
        let started = Instant::now();
        let child = command.spawn()?;
        Ok(Self { child, api, started, waiting: None, invocations: 0 })
    }

    /// Waits until the function asks for an invocation, and returns how long after its start it did.
    pub(crate) fn poll(&mut self) -> Result<Duration, Failure> {
        if let Some((at, _)) = &self.waiting {
            return Ok(at.duration_since(self.started));
        }
        match self.api.call()? {
            Call::Next { at, waiting } => {
                self.waiting = Some((at, waiting));
                Ok(at.duration_since(self.started))
            }
            Call::Response { .. } => Err("an answer that nobody asked for".into()),
            Call::Error { body } => Err(format!("the function failed: {body}").into()),
        }
    }

    /// Invokes it once.
    pub(crate) fn invoke(&mut self) -> Result<Invoked, Failure> {
        self.poll()?;
        let (_, mut waiting) = self.waiting.take().ok_or("the function does not wait")?;
        self.invocations += 1;
        let handed_out = api::hand_out(&mut waiting, self.invocations)?;
        match self.api.call()? {
            Call::Response { at, body } => Ok(Invoked {
                since_start: at.duration_since(self.started),
                latency: at.duration_since(handed_out),
                answer: body,
            }),
            Call::Next { .. } => Err("the function has not answered".into()),
            Call::Error { body } => Err(format!("the function failed: {body}").into()),
        }
    }

    /// Invokes it often, and waits until it is done with the last.
    pub(crate) fn invoke_times(&mut self, times: usize) -> Result<(), Failure> {
        for _ in 0..times {
            self.invoke()?;
        }
        self.poll().map(drop)
    }

    /// Invokes it often, and each time lets all its threads come to rest before.
    ///
    /// Otherwise it is left to chance which of them find work without having slept, and how often.
    pub(crate) fn invoke_calmly(&mut self, times: usize, rest: Duration) -> Result<(), Failure> {
        for _ in 0..times {
            self.poll()?;
            thread::sleep(rest);
            self.invoke()?;
        }
        self.poll().map(drop)
    }

    /// Returns the resident memory in kB.
    pub(crate) fn resident(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(number.ok_or("no VmRSS in /proc")?.trim().parse()?)
    }

    /// Returns the processor time of all threads that run.
    #[cfg_attr(
        not(feature = "dynamodb"),
        expect(dead_code, reason = "asked of functions with a database")
    )]
    pub(crate) fn processor_time(&self) -> Result<Duration, Failure> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let statistics = fs::read_to_string(thread?.path().join("schedstat"))?;
            let first = statistics.split_whitespace().next().ok_or("no times in /proc")?;
            nanoseconds += first.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Ends it as `kill` does, and returns what it wrote to stderr if that is kept.
    pub(crate) fn terminate(mut self) -> Result<String, Failure> {
        let stderr = self.child.stderr.take();
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        let written = stderr.map(io::read_to_string).transpose()?;
        self.child.wait()?;
        Ok(written.unwrap_or_default())
    }

    /// Ends it, and returns what it wrote to stdout if that is kept.
    ///
    /// What is not read while it runs has to fit into a pipe.
    pub(crate) fn written(mut self) -> Result<String, Failure> {
        self.child.kill()?;
        let written = self.child.stdout.take().map(io::read_to_string).transpose()?;
        Ok(written.unwrap_or_default())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
