//! What the parser takes for an end, by the place where it reads.

/// What depends on the place in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mode {
    /// Ends of lines separate.
    pub lines_count: bool,
    /// In the head of `if`, `case`, `for`…, where `do` opens the body and not a trailing closure.
    pub in_head: bool,
    /// Some `( ) [ ] { }` is open, so a closing delimiter ends every block in it.
    pub in_delimiters: bool,
    /// Some enclosing form goes on at `else`.
    pub else_ends: bool,
    /// Some enclosing form goes on at `after`.
    pub after_ends: bool,
    /// Some enclosing closure goes on at `|`.
    pub bar_ends: bool,
    /// In a closure inside of delimiters, where a comma belongs to what is around it.
    pub comma_ends: bool,
    /// In the parameters of a closure without brackets, where `->` begins its body and does not go
    /// on with a type.
    pub arrow_ends: bool,
    /// In the body of a loop, which cannot change what is outside of it.
    pub in_loop: bool,
    /// In a segment of bits, where `::` goes on with what it holds.
    pub in_bits: bool,
    /// In the `init` of a service, which answers the first state.
    pub in_init: bool,
}

impl Mode {
    /// The mode in front of the first item.
    pub(super) fn of_a_file() -> Mode {
        Mode {
            lines_count: true,
            in_head: false,
            in_delimiters: false,
            else_ends: false,
            after_ends: false,
            bar_ends: false,
            comma_ends: false,
            arrow_ends: false,
            in_loop: false,
            in_bits: false,
            in_init: false,
        }
    }

    /// The mode of a block that nothing but `end` ends.
    pub(super) fn block(self) -> Mode {
        Mode {
            lines_count: true,
            in_head: false,
            else_ends: false,
            after_ends: false,
            bar_ends: false,
            comma_ends: false,
            arrow_ends: false,
            in_bits: false,
            ..self
        }
    }
}
