//! Events that are about somebody's identity.

/// How such events are told from others: by members that stand together at the top. The shapes are those that AWS
/// documents, and that `aws_lambda_events` has types for.
const MARKS: [&[&str]; 7] = [
    // User pools of Cognito.
    &["triggerSource", "userPoolId"],
    // Cognito Sync.
    &["identityPoolId", "datasetName"],
    // Authorizers of API Gateway's REST and WebSocket APIs; policies of Verified Permissions are asked there.
    &["methodArn"],
    // Authorizers of its HTTP APIs.
    &["routeArn"],
    // Authorizers of AppSync.
    &["authorizationToken"],
    // Authorizers of IoT Core.
    &["signatureVerified", "protocols"],
    // Identity providers of Transfer Family.
    &["serverId", "username", "protocol"],
];

/// No such event is longer than this, in bytes.
const LONGEST: usize = 2 * 1024 * 1024;

/// Tells whether an event is about somebody's identity, so that the response is as well.
///
/// This is no part of the feature `triggers`: privacy does not depend on it.
pub(super) fn is_identity(event: &[u8]) -> bool {
    if event.len() > LONGEST {
        return false;
    }
    let mut found = [0_u8; MARKS.len()];
    members(event, |name| {
        for (mark, found) in MARKS.iter().zip(&mut found) {
            let known = mark.iter().position(|known| known.as_bytes() == name);
            *found |= known.map_or(0, |known| 1 << known);
        }
    });
    MARKS.iter().zip(found).any(|(mark, found)| found.count_ones() as usize == mark.len())
}

/// Calls `f` with the name of each member of the outermost object; escapes in names are not looked into.
fn members(json: &[u8], mut f: impl FnMut(&[u8])) {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = json.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at;
                while json.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if json[at] == b'\\' { 2 } else { 1 };
                }
                let rest = json.get(at + 1..).unwrap_or_default();
                let is_name = rest.trim_ascii_start().starts_with(b":");
                if let Some(name) = json.get(start..at).filter(|_| depth == 1 && is_name) {
                    f(name);
                }
                at += 1;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_events_are_told_from_others() {
        for event in [
            r#"{"version": "1", "triggerSource": "PreSignUp_SignUp", "userPoolId": "eu_1", "request": {}}"#,
            r#"{"type":"TOKEN","authorizationToken":"x","methodArn":"arn:aws:execute-api:eu-west-1"}"#,
            r#"{"version" : "2.0", "type" : "REQUEST", "routeArn" : "arn"}"#,
            r#"{"authorizationToken": "x", "requestContext": {"apiId": "a"}}"#,
            r#"{"token": "x", "signatureVerified": true, "protocols": ["tls"], "protocolData": {}}"#,
            r#"{"username": "ada", "protocol": "SFTP", "serverId": "s-1", "sourceIp": "1.2.3.4"}"#,
        ] {
            assert!(is_identity(event.as_bytes()), "{event}");
        }
        for event in [
            r#"{"triggerSource": "mine"}"#,
            r#"{"detail": {"methodArn": "arn"}}"#,
            r#"[{"methodArn": "arn"}]"#,
            r#"{"a": "methodArn", "b": "\\", "c": ["routeArn"]}"#,
            r#"{"a": "\"routeArn\":1"}"#,
            "",
            "{",
            "\"",
            r#"{"a\"#,
            "null",
            "7",
        ] {
            assert!(!is_identity(event.as_bytes()), "{event}");
        }
    }
}
