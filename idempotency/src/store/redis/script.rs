//! The scripts that change records, each in one atomic step of the server.

use std::sync::OnceLock;

use redis::Cmd;

/// A script of the server.
pub(super) struct Script {
    /// What it does to a record.
    pub(super) name: &'static str,
    code: &'static str,
    digest: OnceLock<String>,
}

pub(super) static CLAIM: Script = Script::new("claim", include_str!("scripts/claim.lua"));
pub(super) static COMPLETE: Script = Script::new(
    "complete",
    concat!(include_str!("scripts/holds_lease.lua"), include_str!("scripts/complete.lua")),
);
pub(super) static RELEASE: Script = Script::new(
    "release",
    concat!(include_str!("scripts/holds_lease.lua"), include_str!("scripts/release.lua")),
);
pub(super) static EXTEND: Script = Script::new(
    "extend",
    concat!(include_str!("scripts/holds_lease.lua"), include_str!("scripts/extend.lua")),
);
pub(super) static READ: Script = Script::new("read", include_str!("scripts/read.lua"));

impl Script {
    const fn new(name: &'static str, code: &'static str) -> Self {
        Self { name, code, digest: OnceLock::new() }
    }

    /// Runs the script on `key`, if the server has it.
    pub(super) fn by_digest(&self, key: &str, arguments: &[&str]) -> Cmd {
        let digest =
            self.digest.get_or_init(|| redis::Script::new(self.code).get_hash().to_owned());
        command("EVALSHA", digest, key, arguments)
    }

    /// Sends the script, runs it on `key`, and lets the server keep it.
    pub(super) fn by_code(&self, key: &str, arguments: &[&str]) -> Cmd {
        command("EVAL", self.code, key, arguments)
    }
}

fn command(name: &str, script: &str, key: &str, arguments: &[&str]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(1).arg(key).arg(arguments);
    command
}
