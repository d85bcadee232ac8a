//! The table that a person reads.

use std::fmt::Write;

use crate::figure::{Figure, Unit};
use crate::figures::Report;
use crate::statistics::Summary;

/// The report as lines of text.
pub(crate) fn render(report: &Report) -> String {
    let mut text = format!(
        "{}\n{} windows of {} s; references from between the windows\n\n",
        report.machine, report.windows, report.seconds
    );
    text += &line(["figure", "median", "min - max", "ratio", "p50 ms", "p99 ms", "CPU us", "aim"]);
    for figure in &report.figures {
        text += &line([
            &figure.title,
            &amount(figure.value.median, figure.unit),
            &range(&figure.value),
            &ratio(figure.value.median, figure.aim),
            &figure.latency.map(|l| number(l.p50_ms)).unwrap_or_default(),
            &figure.latency.map(|l| number(l.p99_ms)).unwrap_or_default(),
            &figure.server_cpu_us.map(number).unwrap_or_default(),
            &aim(figure),
        ]);
        for reference in &figure.references {
            let of = ratio(figure.value.median, reference.value.median);
            let title = format!("  {}", reference.title);
            let median = amount(reference.value.median, figure.unit);
            text += &line([&title, &median, &range(&reference.value), &of, "", "", "", ""]);
        }
    }
    text += "\nratio: the figure's median to its aim, and to each reference's median\n";
    text += "CPU us: the server's processor time for a request\n";
    text
}

fn line(cells: [&str; 8]) -> String {
    let [title, median, range, ratio, p50, p99, cpu, aim] = cells;
    let mut line = String::new();
    // Writing to a String cannot fail.
    let _written =
        write!(line, "{title:<46}{median:>12}{range:>18}{ratio:>9}{p50:>9}{p99:>9}{cpu:>9}  {aim}");
    line.truncate(line.trim_end().len());
    line + "\n"
}

fn aim(figure: &Figure) -> String {
    let verdict = if figure.meets_its_aim() { "met" } else { "MISSED" };
    format!("{} {verdict}", amount(figure.aim, figure.unit))
}

fn amount(value: f64, unit: Unit) -> String {
    let unit = match unit {
        Unit::Megabytes => " MB",
        Unit::Milliseconds => " ms",
        Unit::PerSecond => " /s",
    };
    number(value) + unit
}

fn range(summary: &Summary) -> String {
    format!("{} - {}", number(summary.min), number(summary.max))
}

fn ratio(value: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{} %", number(value / whole * 100.0)) } else { String::new() }
}

/// One decimal place below a hundred, none above; thousands are set apart.
fn number(value: f64) -> String {
    if value < 99.95 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Errors, Reference};
    use crate::machine::Machine;

    #[test]
    fn numbers_have_as_many_digits_as_mean_something() {
        let cases = [
            (0.0, "0.0"),
            (9.94, "9.9"),
            (99.96, "100"),
            (999.6, "1,000"),
            (66_012.3, "66,012"),
            (1_234_567.0, "1,234,567"),
        ];

        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn a_figure_stands_above_its_references() {
        let value = Summary { median: 2000.0, min: 1900.0, max: 2100.0 };
        let report = Report {
            machine: Machine { cores: 2, model: "Fast One".to_owned() },
            seconds: 3,
            windows: 5,
            figures: vec![Figure {
                title: "create".to_owned(),
                unit: Unit::PerSecond,
                value,
                aim: 4000.0,
                latency: None,
                server_cpu_us: Some(150.0),
                references: vec![Reference {
                    title: "raw".to_owned(),
                    value: Summary { median: 8000.0, min: 8000.0, max: 8000.0 },
                }],
                errors: Errors::default(),
            }],
        };

        let text = render(&report);

        let lines: Vec<Vec<&str>> =
            text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["2", "cores,", "Fast", "One"]);
        let figure = "create 2,000 /s 1,900 - 2,100 50.0 % 150 4,000 /s MISSED";
        assert_eq!(lines[4].join(" "), figure);
        assert_eq!(lines[5].join(" "), "raw 8,000 /s 8,000 - 8,000 25.0 %");
    }
}
