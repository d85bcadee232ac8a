//! Numbers and rows as a person reads them.

use std::fmt::Write;

/// Two decimal places below ten, one below a hundred, none above; thousands are set apart.
pub(crate) fn number(value: f64) -> String {
    if value < 9.995 {
        return format!("{value:.2}");
    }
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

/// A title and right-aligned cells.
pub(crate) fn row(title: &str, cells: &[&str]) -> String {
    let mut line = format!("{title:<44}");
    for cell in cells {
        // Writing to a String cannot fail.
        let _written = write!(line, " {cell:>12}");
    }
    line.truncate(line.trim_end().len());
    line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_mean_something() {
        for (value, expected) in
            [(0.126, "0.13"), (12.34, "12.3"), (123.4, "123"), (12_345.6, "12,346")]
        {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn cells_end_where_those_above_end() {
        let (one, other) = (row("a", &["1", "22"]), row("bcd", &["333", "4"]));

        assert_eq!(one.len(), other.len());
    }
}
