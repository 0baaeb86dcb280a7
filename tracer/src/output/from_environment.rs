//! The exporter that the environment asks for.

use powertools_core::{Environment, Warning};

use super::{Exporter, NoopExporter};

const EXPORTER: &str = "POWERTOOLS_TRACER_EXPORTER";
#[cfg(any(feature = "xray", feature = "otlp-udp"))]
const DAEMON: &str = "AWS_XRAY_DAEMON_ADDRESS";
#[cfg(any(feature = "xray", feature = "otlp-udp"))]
const DEFAULT_DAEMON: &str = "127.0.0.1:2000";

/// Makes the exporter that the environment names.
pub(crate) fn exporter_from(
    environment: &Environment,
    warnings: &mut Vec<Warning>,
) -> Box<dyn Exporter> {
    let expected = CHOICES.iter().fold("one of".to_owned(), |text, (name, _)| text + " " + name);
    let expected = expected + LEFT_OUT;
    let instead = format!("using {}", DEFAULT.0);
    let choose = |text: &str| CHOICES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    let chosen = environment.parsed(EXPORTER, &expected, &instead, choose, warnings);
    let (_, make) = chosen.unwrap_or(DEFAULT);
    make(environment, warnings)
}

type Make = fn(&Environment, &mut Vec<Warning>) -> Box<dyn Exporter>;

/// The exporters that this build has; the first is the default.
const CHOICES: &[(&str, Make)] = &[
    #[cfg(feature = "xray")]
    ("xray", |environment, warnings| {
        Box::new(crate::XRayExporter::to_daemon(daemon_address(environment, warnings)))
    }),
    #[cfg(feature = "otlp-udp")]
    ("otlp-udp", |environment, warnings| {
        Box::new(crate::OtlpUdpExporter::to_daemon(daemon_address(environment, warnings)))
    }),
    #[cfg(feature = "stdout")]
    ("stdout", |_, _| Box::new(crate::JsonLinesExporter::new())),
    ("none", |_, _| Box::new(NoopExporter)),
];

const DEFAULT: &(&str, Make) = &CHOICES[0];

/// What the warning adds about exporters that this build does not have.
const LEFT_OUT: &str = if cfg!(all(feature = "stdout", feature = "otlp-udp")) {
    ""
} else {
    "; stdout and otlp-udp are features"
};

/// Reads where the daemon listens for datagrams: `host:port`, or `tcp:host:port udp:host:port` in either order.
#[cfg(any(feature = "xray", feature = "otlp-udp"))]
pub(crate) fn daemon_address(environment: &Environment, warnings: &mut Vec<Warning>) -> String {
    let parse = |text: &str| {
        let mut parts = text.split_whitespace();
        let udp = parts.find_map(|part| part.strip_prefix("udp:"));
        let address = udp.or_else(|| Some(text).filter(|text| !text.contains(char::is_whitespace)));
        address.filter(|address| is_address(address)).map(str::to_owned)
    };
    let expected = "host:port, or tcp:host:port udp:host:port";
    let instead = format!("using {DEFAULT_DAEMON}");
    let address = environment.parsed(DAEMON, expected, &instead, parse, warnings);
    address.unwrap_or_else(|| DEFAULT_DAEMON.to_owned())
}

#[cfg(any(feature = "xray", feature = "otlp-udp"))]
fn is_address(text: &str) -> bool {
    let is_host = |host: &str| !host.is_empty() && (!host.contains(':') || host.starts_with('['));
    text.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "xray")]
    #[test]
    fn daemon_address_has_two_forms() {
        let read = |text: &str| {
            let mut warnings = Vec::new();
            let environment = Environment::of([(DAEMON, text)]);
            (daemon_address(&environment, &mut warnings), warnings.len())
        };
        for (text, address, warnings) in [
            ("169.254.79.129:2000", "169.254.79.129:2000", 0),
            ("tcp:1.2.3.4:2000 udp:5.6.7.8:2001", "5.6.7.8:2001", 0),
            ("udp:5.6.7.8:2001 tcp:1.2.3.4:2000", "5.6.7.8:2001", 0),
            ("[::1]:2000", "[::1]:2000", 0),
            ("", "127.0.0.1:2000", 0),
            ("localhost", "127.0.0.1:2000", 1),
            ("tcp:1.2.3.4:2000", "127.0.0.1:2000", 1),
            ("1.2.3.4:70000", "127.0.0.1:2000", 1),
        ] {
            assert_eq!(read(text), (address.to_owned(), warnings), "{text}");
        }
    }

    #[test]
    fn unknown_exporter_is_a_warning_with_the_choices() {
        let mut warnings = Vec::new();
        exporter_from(&Environment::of([(EXPORTER, "zipkin")]), &mut warnings);
        assert!(
            warnings[0]
                .to_string()
                .contains("POWERTOOLS_TRACER_EXPORTER=\"zipkin\": expected one of")
        );
    }
}
