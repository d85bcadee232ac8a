//! Whether traces are sent, where to, and how many.

use api::Network;

use super::file::TraceSettings;
use crate::cli::TraceArguments;
use crate::failure::Failure;

/// What a collector is asked under its address (OTLP/HTTP).
const PATH: &str = "/v1/traces";

/// How traces are sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Traces {
    /// The collector's URL for traces; `None` is off.
    pub(crate) endpoint: Option<String>,
    /// Which part of all traces is kept, from 0 to 1.
    pub(crate) sample: f64,
    /// What the server is called in traces.
    pub(crate) service: String,
    /// The networks of callers whose own traces are continued.
    pub(crate) continue_from: Vec<Network>,
}

impl Traces {
    /// Decides it: flags and variables over the settings file over the default, which is off.
    pub(crate) fn of(arguments: &TraceArguments, file: &TraceSettings) -> Result<Self, Failure> {
        let endpoint = arguments.traces_endpoint.as_ref().or(file.endpoint.as_ref());
        let endpoint = match endpoint.map(String::as_str) {
            None | Some("") => None,
            Some(url) => Some(of_traces(url)?),
        };
        let sample = arguments.traces_sample.or(file.sample).unwrap_or(1.0);
        if !(0.0..=1.0).contains(&sample) {
            return Err(Failure::Contradiction {
                problem: format!("[traces] sample is {sample}, not 0 to 1"),
                hint: "correct [traces] sample, CINNABAR_TRACES_SAMPLE or --traces-sample; 0.1 \
                       keeps every tenth trace",
            });
        }
        let service = arguments.traces_service.as_ref().or(file.service.as_ref());
        let continue_from = arguments.traces_continue_from.as_ref().or(file.continue_from.as_ref());
        Ok(Self {
            endpoint,
            sample,
            service: service.map_or_else(|| "cinnabar".to_owned(), Clone::clone),
            continue_from: continue_from.cloned().unwrap_or_default(),
        })
    }
}

/// The collector's URL for traces, from its own.
fn of_traces(url: &str) -> Result<String, Failure> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}?#@".contains(c);
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain) => {
            let own = url.trim_end_matches('/');
            Ok(if own.ends_with(PATH) { own.to_owned() } else { format!("{own}{PATH}") })
        }
        _ => Err(Failure::Contradiction {
            problem: format!("[traces] endpoint {url:?} is no URL of a collector"),
            hint: "write it as http://127.0.0.1:4318 or https://HOST:PORT; credentials come in the \
                   variable OTEL_EXPORTER_OTLP_HEADERS",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(endpoint: Option<&str>, sample: Option<f64>) -> Result<Traces, Failure> {
        let file = TraceSettings {
            endpoint: endpoint.map(str::to_owned),
            sample,
            ..TraceSettings::default()
        };
        Traces::of(&TraceArguments::default(), &file)
    }

    #[test]
    fn traces_are_off_until_a_collector_is_named() {
        assert_eq!(decided(None, None).unwrap().endpoint, None);
        assert_eq!(decided(Some(""), None).unwrap().endpoint, None);
    }

    #[test]
    fn traces_have_a_path_of_their_own_under_the_address() {
        for (given, asked) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
            ("https://otel.example/in/v1/traces", "https://otel.example/in/v1/traces"),
        ] {
            assert_eq!(decided(Some(given), None).unwrap().endpoint.as_deref(), Some(asked));
        }
    }

    #[test]
    fn what_is_no_collector_is_refused_by_name() {
        for url in ["127.0.0.1:4318", "grpc://h:4317", "http://", "http://u:p@h", "http://h?x"] {
            let refused = decided(Some(url), None).unwrap_err().to_string();
            assert!(refused.contains("[traces] endpoint"), "{refused}");
        }
    }

    #[test]
    fn a_sample_is_a_part_of_all() {
        for (sample, accepted) in
            [(0.0, true), (0.5, true), (1.0, true), (1.1, false), (-0.1, false), (f64::NAN, false)]
        {
            let refused = decided(None, Some(sample));
            assert_eq!(refused.is_ok(), accepted, "{sample}");
        }
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let arguments = TraceArguments {
            traces_endpoint: Some(String::new()),
            traces_service: Some("a".to_owned()),
            ..TraceArguments::default()
        };
        let file = TraceSettings {
            endpoint: Some("http://h".to_owned()),
            service: Some("b".to_owned()),
            ..TraceSettings::default()
        };

        let traces = Traces::of(&arguments, &file).unwrap();

        assert_eq!((traces.endpoint, traces.service.as_str()), (None, "a"));
    }
}
