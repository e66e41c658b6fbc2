//! Nested lists and their layout. Knows nothing of the language.

/// Lists that fit into this many columns stand on one line.
const WIDTH: usize = 100;

/// An atom or a list of them.
pub(super) enum List {
    Atom(String),
    List(Vec<List>),
}

impl List {
    /// A bare word.
    pub(super) fn atom(text: &str) -> List {
        List::Atom(if text.is_empty() {
            "MISSING".into()
        } else {
            text.into()
        })
    }

    /// A string in quotes.
    pub(super) fn quoted(text: &str) -> List {
        List::Atom(format!("{text:?}"))
    }

    /// A list that begins with that word.
    pub(super) fn of(head: &str) -> List {
        List::List(vec![List::atom(head)])
    }

    /// One more part.
    pub(super) fn with(self, part: List) -> List {
        self.all([part])
    }

    /// One more part, in quotes.
    pub(super) fn text(self, text: &str) -> List {
        self.with(List::quoted(text))
    }

    /// More parts.
    pub(super) fn all(self, parts: impl IntoIterator<Item = List>) -> List {
        match self {
            List::Atom(_) => self,
            List::List(mut all) => {
                all.extend(parts);
                List::List(all)
            }
        }
    }

    /// The text with its line's end.
    pub(super) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out + "\n"
    }

    fn flat(&self) -> String {
        match self {
            List::Atom(text) => text.clone(),
            List::List(parts) => format!(
                "({})",
                parts.iter().map(List::flat).collect::<Vec<_>>().join(" ")
            ),
        }
    }

    fn write(&self, indent: usize, out: &mut String) {
        let flat = self.flat();
        let parts = match self {
            List::List(parts) if indent + flat.len() > WIDTH => parts,
            List::Atom(_) | List::List(_) => return *out += &flat,
        };
        // Atoms in front stay beside the head.
        let beside = parts
            .iter()
            .take_while(|part| matches!(part, List::Atom(_)))
            .count();
        *out += "(";
        *out += &parts[..beside]
            .iter()
            .map(List::flat)
            .collect::<Vec<_>>()
            .join(" ");
        for part in &parts[beside..] {
            *out += "\n";
            *out += &" ".repeat(indent + 2);
            part.write(indent + 2, out);
        }
        *out += ")";
    }
}
