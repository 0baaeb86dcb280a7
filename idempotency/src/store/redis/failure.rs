//! The meaning of errors for an operation.

use redis::{ErrorKind, RedisError};

use crate::StoreError;

/// A call that was made.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) action: &'static str,
    pub(super) server: &'a str,
    pub(super) prefix: &'a str,
    pub(super) key: &'a str,
    /// How large the result is that was to be kept.
    pub(super) bytes: usize,
}

/// What an error calls for.
enum Meaning {
    /// Another attempt may succeed.
    Transient(String),
    /// Somebody has to change something.
    Final(String),
    TooLarge,
    Unreadable(String),
}

use Meaning::{Final, TooLarge, Transient, Unreadable};

impl Asked<'_> {
    /// Returns what the error means.
    pub(super) fn failed(self, error: RedisError) -> StoreError {
        match self.meaning(&error) {
            Transient(why) => {
                StoreError::Unavailable { what: self.what(&why), source: Some(error.into()) }
            }
            Final(why) => StoreError::Refused { what: self.what(&why), source: Some(error.into()) },
            TooLarge => StoreError::TooLarge { bytes: self.bytes },
            Unreadable(problem) => StoreError::Unreadable { key: self.key.to_owned(), problem },
        }
    }

    /// Returns the error of an answer that no script gives.
    pub(super) fn senseless(self) -> StoreError {
        StoreError::Unavailable { what: self.what(SENSELESS), source: None }
    }

    fn what(self, why: &str) -> String {
        format!("{} on {}: {why}", self.action, self.server)
    }

    fn meaning(self, error: &RedisError) -> Meaning {
        let detail = error.detail().unwrap_or_default();
        match error.kind() {
            ErrorKind::Io if error.is_timeout() => Transient("no answer in time".to_owned()),
            ErrorKind::Io if is_tls(error) => Final(TLS.to_owned()),
            ErrorKind::Io | ErrorKind::ClusterConnectionNotFound => {
                Transient(NO_CONNECTION.to_owned())
            }
            ErrorKind::AuthenticationFailed => Final(WRONG_PASSWORD.to_owned()),
            ErrorKind::Server(_) | ErrorKind::Extension => {
                self.told(code(error.code().unwrap_or_default(), detail), detail)
            }
            ErrorKind::InvalidClientConfig if !detail.is_empty() => Final(detail.to_owned()),
            ErrorKind::InvalidClientConfig | ErrorKind::Client | ErrorKind::RESP3NotSupported => {
                Final(error.to_string())
            }
            _ => Transient(SENSELESS.to_owned()),
        }
    }

    /// The meaning of an error that the server tells.
    fn told(self, code: &str, detail: &str) -> Meaning {
        let Self { prefix, key, .. } = self;
        match code {
            "READONLY" => Transient(REPLICA.to_owned()),
            "OOM" => Transient(MEMORY.to_owned()),
            "BUSY" | "CLUSTERDOWN" | "LOADING" | "MASTERDOWN" | "MISCONF" | "NOREPLICAS"
            | "TRYAGAIN" => Transient(format!("{code} {detail}")),
            "NOAUTH" => Final(NO_PASSWORD.to_owned()),
            "WRONGPASS" => Final(WRONG_PASSWORD.to_owned()),
            "NOPERM" => Final(format!(
                "the user may not do that ({detail}); allow it on the keys `{prefix}*` with the commands that \
                 the documentation of RedisStore lists"
            )),
            "ASK" | "CROSSSLOT" | "MOVED" => Final(CLUSTER.to_owned()),
            "WRONGTYPE" => Unreadable(format!(
                "`{prefix}{key}` should be a hash, and another program has put something else there; give the \
                 store another key prefix"
            )),
            "ERR" if detail.contains("invalid bulk length") => TooLarge,
            "ERR" if detail.contains("max number of clients") => {
                Transient("the server has no connection left (`maxclients`)".to_owned())
            }
            "ERR" if detail.contains("unknown command") => Final(format!(
                "the server must run scripts by EVAL and EVALSHA, and says: {detail}"
            )),
            _ => Final(format!("{code} {detail}")),
        }
    }
}

const NO_CONNECTION: &str = "no connection; check the address, the subnets and security groups, and that the URL \
                             begins with rediss:// if the server expects TLS";
const TLS: &str = "the TLS handshake failed; the server must expect TLS at this port, and its certificate be valid \
                   for this name and issued by an authority that is trusted here";
const NO_PASSWORD: &str = "the server asks for a password; give it one in the URL, as in rediss://user:password@host:6379";
const WRONG_PASSWORD: &str =
    "the server does not accept this user with this password; correct the credentials";
const REPLICA: &str = "the server is a read-only replica, as after a failover; if it stays so, connect to the \
                       primary's endpoint";
const MEMORY: &str =
    "the server's memory is full (`maxmemory`); give it more memory, or keep less in it";
const CLUSTER: &str = "the key belongs to another node of a cluster; connect with RedisStore::from_cluster_urls \
                       (feature `redis-cluster`)";
const SENSELESS: &str = "an answer that makes no sense";

/// What may have failed inside of a script, as the texts of servers before Redis 7 have it.
const INSIDE: [&str; 8] = [
    "READONLY",
    "OOM",
    "WRONGTYPE",
    "NOPERM",
    "MISCONF",
    "NOREPLICAS",
    "MASTERDOWN",
    "CLUSTERDOWN",
];

/// Returns the code of an error, which older servers wrap if it comes from a script: `ERR Error running script (call
/// to f_…): @user_script:1: READONLY You can't write …`.
fn code<'a>(code: &'a str, detail: &str) -> &'a str {
    if code != "ERR" {
        return code;
    }
    if detail.contains("ACL failure in script") || detail.contains("can't run this command") {
        return "NOPERM";
    }
    let is_script = detail.starts_with("Error running script");
    let words = || detail.split([' ', '-']);
    let inside = INSIDE.into_iter().find(|inside| words().any(|word| word == *inside));
    inside.filter(|_| is_script).unwrap_or(code)
}

/// Tells whether the error comes from TLS: what the other side sent is not what it should be.
fn is_tls(error: &RedisError) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
            == Some(std::io::ErrorKind::InvalidData)
        {
            return true;
        }
        source = error.source();
    }
    false
}
