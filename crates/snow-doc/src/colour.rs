//! Snow code in colours: the classes of the compiler's own lexer as elements.

use snow_compiler::lex::{classes, Class};

use crate::html::escaped;

/// What stands in front of the value of an example.
const GIVES: &str = "#=>";
/// As long, but a comment for the lexer; the other begins a comment of several lines.
const REMARK: &str = "#->";

/// The inside of a `code` element.
pub(crate) fn snow(text: &str) -> String {
    let read = text.replace(GIVES, REMARK);
    let mut out = String::new();
    let mut end = 0;
    for (range, class) in classes(&read) {
        out.push_str(&escaped(&text[end..range.start]));
        end = range.end;
        let part = &text[range];
        let value = part.strip_prefix(GIVES);
        match value.filter(|_| class == Class::Comment) {
            Some(value) => {
                let value = snow(value);
                out.push_str(&format!("<span class=\"v\"><b>#=&gt;</b>{value}</span>"));
            }
            None => out.push_str(&span(part, class)),
        }
    }
    out + &escaped(&text[end..])
}

fn span(part: &str, class: Class) -> String {
    let part = escaped(part);
    match letter(class) {
        Some(letter) => format!("<span class=\"{letter}\">{part}</span>"),
        None => part,
    }
}

fn letter(class: Class) -> Option<char> {
    match class {
        Class::Keyword => Some('k'),
        Class::Constant | Class::Number => Some('n'),
        Class::Text => Some('s'),
        Class::Interpolation => Some('i'),
        Class::Capital => Some('t'),
        Class::Call => Some('f'),
        Class::Symbol => Some('o'),
        Class::Comment => Some('c'),
        Class::Name => None,
    }
}

#[cfg(test)]
mod tests {
    use super::snow;

    #[test]
    fn values_of_examples_are_code_again() {
        assert_eq!(
            snow("f(1)   #=> <2>"),
            "<span class=\"f\">f</span><span class=\"o\">(</span><span class=\"n\">1</span>\
             <span class=\"o\">)</span>   <span class=\"v\"><b>#=&gt;</b> \
             <span class=\"o\">&lt;</span><span class=\"n\">2</span>\
             <span class=\"o\">&gt;</span></span>"
        );
    }

    #[test]
    fn a_sign_in_a_text_is_text() {
        assert_eq!(
            snow("\"#=> 1\""),
            "<span class=\"s\">&quot;</span><span class=\"s\">#=&gt; 1</span>\
             <span class=\"s\">&quot;</span>"
        );
    }

    #[test]
    fn no_letter_is_lost() {
        let text = "let a = \"x ${y} é\" # <b>\n#= never closed\n\"\"\"";
        let mut shown = String::new();
        let mut is_tag = false;
        for letter in snow(text).chars() {
            match letter {
                '<' => is_tag = true,
                '>' => is_tag = false,
                letter if !is_tag => shown.push(letter),
                _ => {}
            }
        }
        assert_eq!(
            shown,
            text.replace('"', "&quot;").replace("<b>", "&lt;b&gt;")
        );
    }
}
