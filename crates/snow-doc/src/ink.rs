//! A line of a declaration in the making: HTML, and how wide it is for its reader.

use crate::html::escaped;

/// Coloured text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ink {
    /// What was written so far.
    pub html: String,
    /// How many characters of it are seen.
    pub width: usize,
}

impl Ink {
    /// Text of no class.
    pub(crate) fn plain(&mut self, text: &str) {
        self.html.push_str(&escaped(text));
        self.width += text.chars().count();
    }

    /// Text of one of the classes of `colour`.
    pub(crate) fn of_class(&mut self, class: char, text: &str) {
        self.html
            .push_str(&format!("<span class=\"{class}\">{}</span>", escaped(text)));
        self.width += text.chars().count();
    }

    /// A word of the language and a blank.
    pub(crate) fn word(&mut self, word: &str) {
        self.of_class('k', word);
        self.plain(" ");
    }

    /// A symbol.
    pub(crate) fn symbol(&mut self, symbol: &str) {
        self.of_class('o', symbol);
    }

    /// The name of a type, a link where there is a page of it.
    pub(crate) fn type_name(&mut self, name: &str, address: Option<&str>) {
        match address {
            Some(address) => {
                let (address, shown) = (escaped(address), escaped(name));
                self.html
                    .push_str(&format!("<a class=\"t\" href=\"{address}\">{shown}</a>"));
                self.width += name.chars().count();
            }
            None => self.of_class('t', name),
        }
    }

    /// What another made.
    pub(crate) fn join(&mut self, other: &Ink) {
        self.html.push_str(&other.html);
        self.width += other.width;
    }

    /// All of `parts` with a comma and a blank between.
    pub(crate) fn list(&mut self, parts: &[Ink]) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.symbol(",");
                self.plain(" ");
            }
            self.join(part);
        }
    }

    /// `<A, B>`, or nothing.
    pub(crate) fn arguments(&mut self, parts: &[Ink]) {
        if !parts.is_empty() {
            self.symbol("<");
            self.list(parts);
            self.symbol(">");
        }
    }
}
