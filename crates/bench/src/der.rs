//! As much of DER (X.690) as an OCSP request needs.

/// One value: its contents, its octets with tag and length, and what follows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    /// What it holds.
    pub(crate) contents: &'a [u8],
    /// All of it.
    pub(crate) whole: &'a [u8],
    /// What follows.
    pub(crate) rest: &'a [u8],
}

/// The first value in `octets`.
pub(crate) fn first(octets: &[u8]) -> Option<Value<'_>> {
    let (_tag, after) = octets.split_first()?;
    let (&length, after) = after.split_first()?;
    let (length, after) = if length < 0x80 {
        (usize::from(length), after)
    } else {
        let (digits, after) = after.split_at_checked(usize::from(length & 0x7f))?;
        (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), after)
    };
    let (contents, rest) = after.split_at_checked(length)?;
    let whole = octets.get(..octets.len() - rest.len())?;
    Some(Value { contents, whole, rest })
}

/// A value with this tag that holds these parts.
pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let mut value = vec![tag];
    match u8::try_from(contents.len()) {
        Ok(short @ ..0x80) => value.push(short),
        _ => {
            let length = contents.len().to_be_bytes();
            let digits: Vec<u8> = length.into_iter().skip_while(|digit| *digit == 0).collect();
            value.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
            value.extend(digits);
        }
    }
    value.extend(contents);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 127, 128, 255, 256, 70_000] {
            let octets = [value(4, &[&vec![7; length]]), vec![9]].concat();

            let read = first(&octets).unwrap();

            assert_eq!((read.contents.len(), read.rest), (length, &[9][..]));
            assert_eq!(read.whole.len() + 1, octets.len());
        }
    }

    #[test]
    fn half_a_value_is_none() {
        let octets = value(4, &[&[7; 200]]);

        assert!((0..octets.len()).all(|end| first(&octets[..end]).is_none()));
    }
}
