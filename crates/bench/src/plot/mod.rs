//! Plots in SVG, of lines alone.

mod axis;
mod chart;

pub(crate) use axis::Axis;
pub(crate) use chart::{Chart, Line};

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// How wide a chart is, in pixels.
const WIDTH: f64 = 840.0;
/// How high.
const HEIGHT: f64 = 300.0;

/// Writes these charts into a file, one below the other.
///
/// # Errors
///
/// The file cannot be written.
pub(crate) fn write(file: &Path, charts: &[Chart]) -> Result<(), Failure> {
    fs::write(file, render(charts)).map_err(Failure::file(file))
}

fn render(charts: &[Chart]) -> String {
    let height = HEIGHT * charts.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for (place, chart) in charts.iter().enumerate() {
        // Writing to a String cannot fail.
        let _written = writeln!(svg, "<g transform=\"translate(0 {})\">", HEIGHT * place as f64);
        svg += &chart.render();
        svg += "</g>\n";
    }
    svg + "</svg>\n"
}

/// Text between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_chart_is_drawn_and_named() {
        let line = |name: &str| Line {
            name: name.to_owned(),
            points: vec![(0.0, 1.0), (1.0, 2.0), (2.0, 1.5)],
        };
        let chart = |lines| Chart {
            title: "rate & latency".to_owned(),
            x: Axis::linear("s"),
            y: Axis::linear("ms"),
            lines,
        };

        let svg = render(&[chart(vec![line("p50"), line("p99")]), chart(vec![line("rate")])]);

        assert_eq!(svg.matches("<polyline").count(), 3);
        for text in ["p50", "p99", "rate &amp; latency"] {
            assert!(svg.contains(text), "{text}");
        }
        assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
    }
}
