//! Where values are along an axis, and where its marks stand.

/// An axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    /// What it counts.
    pub(crate) unit: &'static str,
    scale: Scale,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Scale {
    Linear,
    /// Of the value and one: nothing has a place as well.
    Logarithmic,
}

/// An axis with its ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fitted {
    axis: Axis,
    least: f64,
    most: f64,
}

impl Axis {
    /// Equal steps.
    pub(crate) fn linear(unit: &'static str) -> Self {
        Self { unit, scale: Scale::Linear }
    }

    /// Equal factors.
    pub(crate) fn logarithmic(unit: &'static str) -> Self {
        Self { unit, scale: Scale::Logarithmic }
    }

    /// From the least of these values to the greatest; what begins near zero begins there.
    pub(super) fn fitted(self, values: impl Iterator<Item = f64> + Clone) -> Fitted {
        let most = values.clone().fold(0.0, f64::max);
        let least = values.fold(most, f64::min);
        let least = if least <= most * 0.7 || least == most { 0.0 } else { least };
        let most = if most > least { most } else { least + 1.0 };
        Fitted { axis: self, least, most }
    }

    fn scaled(self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => value,
            Scale::Logarithmic => (value.max(0.0) + 1.0).log10(),
        }
    }
}

impl Fitted {
    /// Where a value is, from 0 to 1.
    pub(super) fn place(&self, value: f64) -> f64 {
        let scaled = |value| self.axis.scaled(value);
        let whole = scaled(self.most) - scaled(self.least);
        ((scaled(value) - scaled(self.least)) / whole).clamp(0.0, 1.0)
    }

    /// The values that are marked.
    pub(super) fn marks(&self) -> Vec<f64> {
        match self.axis.scale {
            Scale::Linear => {
                let step = round_step((self.most - self.least) / 5.0);
                let first = (self.least / step).ceil();
                let marks = (0..=10).map(|n| (first + f64::from(n)) * step);
                marks.take_while(|mark| *mark <= self.most * 1.000_001).collect()
            }
            Scale::Logarithmic => {
                let powers = (0..=12).map(|power| 10_f64.powi(power));
                let within = |mark: &f64| *mark >= self.least && *mark <= self.most;
                std::iter::once(self.least).chain(powers).filter(within).collect()
            }
        }
    }
}

/// The next of 1, 2, 5, 10, 20, …
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let wanted = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= step);
    wanted.unwrap_or(10.0) * power
}

/// A mark's text: thousands and millions are cut short.
pub(super) fn told(value: f64) -> String {
    let cut = |value: f64, unit: &str| {
        let text = format!("{value:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        format!("{text}{unit}")
    };
    match value {
        value if value >= 1e6 => cut(value / 1e6, " M"),
        value if value >= 1e4 => cut(value / 1e3, " k"),
        value => cut(value, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_axis_has_round_marks_within_its_ends() {
        let fitted = Axis::linear("s").fitted([0.0, 1234.0].into_iter());

        assert_eq!(fitted.marks(), [0.0, 500.0, 1000.0]);
        assert_eq!((fitted.place(0.0), fitted.place(617.0), fitted.place(1234.0)), (0.0, 0.5, 1.0));
    }

    #[test]
    fn a_logarithmic_axis_has_a_place_for_nothing() {
        let fitted = Axis::logarithmic("stored").fitted([0.0, 1e6].into_iter());

        assert_eq!(fitted.place(0.0), 0.0);
        assert!((fitted.place(1000.0) - 0.5).abs() < 0.01);
        assert_eq!(fitted.marks().first(), Some(&0.0));
        assert_eq!(fitted.marks().last(), Some(&1e6));
    }

    #[test]
    fn what_is_all_the_same_still_has_an_axis() {
        let fitted = Axis::linear("s").fitted([0.0, 0.0].into_iter());

        assert!(fitted.place(0.0) == 0.0 && !fitted.marks().is_empty());
    }

    #[test]
    fn marks_are_short() {
        assert_eq!(told(0.25), "0.25");
        assert_eq!(told(5000.0), "5000");
        assert_eq!(told(100_000.0), "100 k");
        assert_eq!(told(1_500_000.0), "1.5 M");
    }
}
