//! Text in HTML: what a page shows is never what a browser obeys.

/// `text` as the content of an element or the value of a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// `text` as a literal of JSON that is also safe inside of a script.
pub(crate) fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&unit(letter)),
            letter if letter < ' ' => out.push_str(&unit(letter)),
            letter => out.push(letter),
        }
    }
    out + "\""
}

fn unit(letter: char) -> String {
    format!("\\u{:04x}", letter as u32)
}

/// What stands behind `#` in a link to a heading: letters and digits in lower case, `-` for blanks.
pub(crate) fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        letter => letter.is_alphanumeric().then_some(letter),
    });
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{escaped, json, slug};

    #[test]
    fn nothing_ends_an_element_an_attribute_or_a_script() {
        assert_eq!(escaped("<a b='\"&'>"), "&lt;a b=&#39;&quot;&amp;&#39;&gt;");
        assert_eq!(
            json("</script>\"\\\n"),
            "\"\\u003c/script\\u003e\\\"\\\\\\u000a\""
        );
    }

    #[test]
    fn headings_have_the_names_that_links_use() {
        assert_eq!(slug("Bytes and the bit syntax"), "bytes-and-the-bit-syntax");
        assert_eq!(slug("`snowc test`: options"), "snowc-test-options");
    }
}
