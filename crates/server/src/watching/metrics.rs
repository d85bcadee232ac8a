//! The metrics' recorder: what all crates count, in Prometheus' text format.

use std::sync::Arc;
use std::time::Duration;

use metrics::{describe_gauge, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use crate::failure::Failure;
use crate::{listener, rotation, scheduler, traces};

/// Between two moves of what was measured into the histograms, which bounds what waits there.
pub(crate) const UPKEEP: Duration = Duration::from_secs(5);

const TASKS: &str = "cinnabar_tasks";
const TASKS_WAITING: &str = "cinnabar_tasks_waiting";

/// Bounds of durations, in seconds: from a read in memory to a client that gave up.
const SECONDS: [f64; 15] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Bounds of batches: powers of two up to the largest.
const CHANGE_SETS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// All metrics of the process. Clones share them.
#[derive(Clone)]
pub(crate) struct Metrics {
    recorded: PrometheusHandle,
    process: Arc<Collector>,
}

impl Metrics {
    /// Records from now on, for the life of the process.
    ///
    /// # Errors
    ///
    /// `Internal` when something records already.
    pub(crate) fn record() -> Result<Self, Failure> {
        let unusable = |error| Failure::internal("cannot record metrics", error);
        let recorder = builder().map_err(unusable)?.build_recorder();
        let recorded = recorder.handle();
        ::metrics::set_global_recorder(recorder)
            .map_err(|error| Failure::internal("cannot record metrics", error.to_string()))?;
        api::describe_metrics();
        iam::describe_metrics();
        keys::describe_metrics();
        listener::describe_metrics();
        rotation::describe_metrics();
        scheduler::describe_metrics();
        store::describe_metrics();
        traces::describe_metrics();
        let process = Collector::default();
        process.describe();
        describe_gauge!(TASKS, "Tasks of the runtime: connections, requests, jobs.");
        describe_gauge!(
            TASKS_WAITING,
            "Tasks that wait for a thread and are in no thread's own queue."
        );
        describe_gauge!("cinnabar_build_info", "Always 1; the label tells the version.");
        gauge!("cinnabar_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
        Ok(Self { recorded, process: Arc::new(process) })
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn render(&self) -> String {
        self.process.collect();
        let tasks = tokio::runtime::Handle::try_current().map(|runtime| runtime.metrics());
        if let Ok(tasks) = tasks {
            gauge!(TASKS).set(count(tasks.num_alive_tasks()));
            gauge!(TASKS_WAITING).set(count(tasks.global_queue_depth()));
        }
        self.recorded.render()
    }

    /// Moves what was measured into the histograms.
    pub(crate) fn keep_up(&self) {
        self.recorded.run_upkeep();
    }
}

fn count(count: usize) -> u32 {
    // No number of tasks is so large that it is not exact.
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn builder() -> Result<PrometheusBuilder, metrics_exporter_prometheus::BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_batch_size".to_owned()), &CHANGE_SETS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_bounds_of_durations_and_batches_those_of_batches() {
        let recorder = builder().unwrap().build_recorder();

        ::metrics::with_local_recorder(&recorder, || {
            ::metrics::histogram!("cinnabar_a_duration_seconds").record(0.003);
            ::metrics::histogram!("cinnabar_commit_batch_size").record(3.0);
        });

        let text = recorder.handle().render();
        assert!(text.contains("cinnabar_a_duration_seconds_bucket{le=\"0.0025\"} 0"), "{text}");
        assert!(text.contains("cinnabar_a_duration_seconds_bucket{le=\"0.005\"} 1"), "{text}");
        assert!(text.contains("cinnabar_commit_batch_size_bucket{le=\"4\"} 1"), "{text}");
    }
}
