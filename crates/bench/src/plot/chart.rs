//! Lines over two axes.

use std::fmt::Write;

use super::axis::{Fitted, told};
use super::{Axis, HEIGHT, WIDTH, escaped};

/// The room around what is drawn, in pixels.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 130.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
/// Told apart by those who see no red or green as well (Okabe and Ito).
const COLOURS: [&str; 5] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];

/// Lines over two axes.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    /// What it shows.
    pub(crate) title: String,
    /// From left to right.
    pub(crate) x: Axis,
    /// From the bottom to the top.
    pub(crate) y: Axis,
    /// What is drawn.
    pub(crate) lines: Vec<Line>,
}

/// A line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// What it is.
    pub(crate) name: String,
    /// Where it goes through.
    pub(crate) points: Vec<(f64, f64)>,
}

impl Chart {
    /// Its elements.
    pub(super) fn render(&self) -> String {
        let points = || self.lines.iter().flat_map(|line| line.points.iter());
        let x = self.x.fitted(points().map(|(x, _)| *x));
        let y = self.y.fitted(points().map(|(_, y)| *y));
        let title = escaped(&self.title);
        let mut svg = format!("<text x=\"{LEFT}\" y=\"22\" font-size=\"15\">{title}</text>\n");
        for mark in y.marks() {
            let (at, right) = (down(&y, mark), WIDTH - RIGHT);
            let text = told(mark);
            line(&mut svg, (LEFT, at), (right, at));
            let before = LEFT - 6.0;
            put(&mut svg, (before, at + 4.0), "end", &text);
        }
        for mark in x.marks() {
            let at = across(&x, mark);
            line(&mut svg, (at, TOP), (at, HEIGHT - BOTTOM));
            put(&mut svg, (at, HEIGHT - BOTTOM + 18.0), "middle", &told(mark));
        }
        put(&mut svg, (WIDTH - RIGHT, HEIGHT - BOTTOM + 36.0), "end", self.x.unit);
        put(&mut svg, (LEFT - 6.0, TOP - 8.0), "end", self.y.unit);
        for (place, (own, colour)) in self.lines.iter().zip(COLOURS.iter().cycle()).enumerate() {
            let mut path = String::new();
            for (to_right, up) in &own.points {
                // Writing to a String cannot fail.
                let _written = write!(path, "{:.1},{:.1} ", across(&x, *to_right), down(&y, *up));
            }
            let path = path.trim_end();
            svg += &format!(
                "<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n"
            );
            let (left, at) = (WIDTH - RIGHT + 12.0, TOP + 12.0 + 18.0 * place as f64);
            svg += &format!(
                "<rect x=\"{left}\" y=\"{}\" width=\"12\" height=\"3\" fill=\"{colour}\"/>\n",
                at - 4.0
            );
            put(&mut svg, (left + 18.0, at), "start", &own.name);
        }
        svg
    }
}

fn across(axis: &Fitted, value: f64) -> f64 {
    LEFT + axis.place(value) * (WIDTH - LEFT - RIGHT)
}

fn down(axis: &Fitted, value: f64) -> f64 {
    HEIGHT - BOTTOM - axis.place(value) * (HEIGHT - TOP - BOTTOM)
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64)) {
    *svg += &format!(
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#ddd\"/>\n",
        from.0, from.1, to.0, to.1
    );
}

fn put(svg: &mut String, at: (f64, f64), anchor: &str, text: &str) {
    let text = escaped(text);
    *svg += &format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{text}</text>\n",
        at.0, at.1
    );
}
