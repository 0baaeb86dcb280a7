//! The meaning of errors for an operation.

use std::{error::Error, io, sync::Arc};

use redis::{ErrorKind, RedisError};

use crate::StoreError;

/// A call that was made.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) action: &'static str,
    pub(super) server: &'a str,
    /// Whether the connection follows no key to another server.
    pub(super) is_single: bool,
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
            ErrorKind::Io if error.is_timeout() => Transient(NO_ANSWER.to_owned()),
            ErrorKind::Io if is_tls(error) => Final(TLS.to_owned()),
            ErrorKind::Io | ErrorKind::ClusterConnectionNotFound => {
                Transient(NO_CONNECTION.to_owned())
            }
            ErrorKind::AuthenticationFailed => Final(WRONG_PASSWORD.to_owned()),
            ErrorKind::Server(_) | ErrorKind::Extension => {
                self.reported(code(error.code().unwrap_or_default(), detail), detail)
            }
            ErrorKind::InvalidClientConfig if !detail.is_empty() => Final(detail.to_owned()),
            ErrorKind::InvalidClientConfig | ErrorKind::Client | ErrorKind::RESP3NotSupported => {
                Final(error.to_string())
            }
            _ => Transient(SENSELESS.to_owned()),
        }
    }

    /// The meaning of an error that the server tells.
    fn reported(self, code: &str, detail: &str) -> Meaning {
        let Self { prefix, key, is_single, .. } = self;
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
            "ASK" | "MOVED" if is_single => Final(CLUSTER.to_owned()),
            "ASK" | "MOVED" => Transient(format!(
                "the node of the key is down or changes ({code} {detail}); only a client of clusters can follow it"
            )),
            "WRONGTYPE" => Unreadable(format!(
                "`{prefix}{key}` should be a hash, and another program has put something else there; give the \
                 store another key prefix"
            )),
            // Before it knows the user, a server takes ten words at most, and does not say `NOAUTH` to more.
            "ERR" if detail.contains("unauthenticated") => Final(NO_PASSWORD.to_owned()),
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

const NO_ANSWER: &str = "no answer in time; if it stays so, check the address, the subnets and security groups, \
                         and whether the URL should begin with redis:// or with rediss:// (TLS)";
const NO_CONNECTION: &str = "no connection; check the address, the subnets and security groups, and whether the URL \
                             should begin with redis:// or with rediss:// (TLS)";
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
    let source =
        error.source().and_then(|source| source.downcast_ref::<Arc<dyn Error + Send + Sync>>());
    let source = source.and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

#[cfg(test)]
mod tests {
    use redis::Value;

    use super::*;

    fn failed(answer: &str, is_single: bool) -> StoreError {
        let answer = redis::parse_redis_value(format!("-{answer}\r\n").as_bytes());
        let error = answer.and_then(Value::extract_error).unwrap_err();
        let (action, server) = ("claim", "the server cache:6379");
        Asked { action, server, is_single, prefix: "idempotency:", key: "k", bytes: 7 }
            .failed(error)
    }

    #[test]
    fn errors_that_pass_are_unavailable() {
        for (answer, expected) in [
            ("LOADING Redis is loading the dataset in memory", "loading the dataset"),
            ("BUSY Redis is busy running a script.", "busy running a script"),
            ("CLUSTERDOWN The cluster is down", "The cluster is down"),
            ("MASTERDOWN Link with MASTER is down", "Link with MASTER is down"),
            ("TRYAGAIN Multiple keys request during rehashing", "TRYAGAIN"),
            ("NOREPLICAS Not enough good replicas to write.", "Not enough good replicas"),
            ("MISCONF Valkey is configured to save RDB snapshots", "save RDB snapshots"),
            ("OOM command not allowed when used memory > 'maxmemory'.", "memory is full"),
            ("READONLY You can't write against a read only replica.", "read-only replica"),
            ("ERR max number of clients reached", "no connection left"),
        ] {
            let error = failed(answer, true);
            assert!(error.is_transient(), "{error:?}");
            assert!(error.to_string().contains(expected), "{error}");
        }
        let moved = failed("MOVED 1 10.0.0.1:6379", false);
        assert!(moved.is_transient() && moved.to_string().contains("MOVED 1 10.0.0.1"), "{moved}");
    }

    #[test]
    fn errors_that_stay_are_refused_and_say_what_to_do() {
        for (answer, expected) in [
            ("NOAUTH Authentication required.", "give it one in the URL"),
            ("WRONGPASS invalid username-password pair", "correct the credentials"),
            ("NOPERM this user has no permissions", "allow it on the keys `idempotency:*`"),
            ("MOVED 1 10.0.0.1:6379", "RedisStore::from_cluster_urls"),
            ("ASK 1 10.0.0.1:6379", "RedisStore::from_cluster_urls"),
            ("ERR unknown command 'EVALSHA'", "must run scripts by EVAL and EVALSHA"),
            ("DENIED Redis is running in protected mode", "protected mode"),
        ] {
            let error = failed(answer, true);
            assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");
            let error = error.to_string();
            assert!(error.contains("claim on the server cache:6379: "), "{error}");
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn errors_inside_of_scripts_are_understood_from_older_servers_too() {
        let inside = |text: &str| {
            failed(
                &format!("ERR Error running script (call to f_1f): @user_script:9: {text}"),
                true,
            )
        };
        assert!(
            inside("@user_script: 9: -READONLY You can't write").to_string().contains("replica")
        );
        assert!(
            inside("-OOM command not allowed when used").to_string().contains("memory is full")
        );
        assert!(matches!(inside("WRONGTYPE Operation against"), StoreError::Unreadable { .. }));
        let forbidden = "The user executing the script can't run this command or subcommand";
        assert!(inside(forbidden).to_string().contains("allow it on the keys"));
        assert!(matches!(inside("Wrong number of args"), StoreError::Refused { .. }));
        let ordinary = failed("ERR OOM is not the code of this", true);
        assert!(matches!(ordinary, StoreError::Refused { .. }), "{ordinary:?}");
    }
}
