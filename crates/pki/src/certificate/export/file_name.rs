//! Names of files from names of certificates.

/// What a file is called whose certificate has no name that could be written.
const UNNAMED: &str = "certificate";

/// The most characters that are taken of a name: with four octets each, and what comes after it,
/// they fit every file system.
const MOST: usize = 48;

/// A common name as the start of a file's name: letters and digits of any script, `-`, `_` and
/// single dots stay, and everything else becomes `_`. It does not begin with a dot or a dash.
pub fn file_stem(common_name: &str) -> String {
    let mut stem = String::new();
    for char in common_name.chars().take(MOST) {
        let stays = match char {
            '-' => !stem.is_empty(),
            '.' => !stem.is_empty() && !stem.ends_with('.'),
            char => char.is_alphanumeric(),
        };
        stem.push(if stays { char } else { '_' });
    }
    if stem.chars().any(char::is_alphanumeric) { stem } else { UNNAMED.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_characters_stay() {
        for (name, stem) in [
            ("test", "test"),
            ("www.example.com", "www.example.com"),
            ("*.example.com", "_.example.com"),
            ("../../etc/passwd", "_._.__etc_passwd"),
            ("a b,c\r\n\"d", "a_b_c___d"),
            (".hidden", "_hidden"),
            ("-rf", "_rf"),
            ("测试 1", "测试_1"),
            ("a\u{202e}b", "a_b"),
            ("", UNNAMED),
            ("*", UNNAMED),
            ("..", UNNAMED),
        ] {
            assert_eq!(file_stem(name), stem, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(file_stem(&"x".repeat(64)).len(), MOST);
    }
}
