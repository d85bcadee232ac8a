//! From the spans of our crates to those of OpenTelemetry.

use ledger::SPANS;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanExporter as _};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{Layer, Registry};

use super::Outlet;
use super::outlet::PATIENCE;
use super::queue::queue;
use crate::configuration::Traces;
use crate::failure::Failure;

/// What the log's subscriber has beside the log, when traces are on.
pub(crate) type SpanLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Makes what turns spans into those of a trace, and where they leave; nothing while traces are off.
///
/// # Errors
///
/// When there is no client that could speak to the collector.
pub(crate) fn start(traces: &Traces) -> Result<Option<(SpanLayer, Outlet)>, Failure> {
    let Some(endpoint) = &traces.endpoint else { return Ok(None) };
    let unusable = |error| Failure::internal("cannot send traces", error);
    let mut exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint.as_str())
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(PATIENCE)
        .build()
        .map_err(unusable)?;
    let resource = Resource::builder()
        .with_service_name(traces.service.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    exporter.set_resource(&resource);
    let (queue, spans) = queue();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(traces.sample)));
    let provider = SdkTracerProvider::builder()
        .with_span_processor(queue)
        .with_resource(resource)
        .with_sampler(sampler)
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("cinnabar"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false)
        .with_filter(Targets::new().with_target(SPANS, LevelFilter::INFO));
    let outlet = Outlet { spans, exporter, endpoint: endpoint.clone() };
    Ok(Some((Box::new(layer), outlet)))
}
