//! The frame of an actor, as `frames` prints it.

use super::cursor::Cursor;
use super::{Read, Reader};
use crate::core::ir::{Frame, HeldAt};

impl Reader<'_> {
    /// What `frames` has found out about an actor, if it has run.
    pub(super) fn frame(&mut self) -> Read<Option<Frame>> {
        let line = |reader: &Self, word| reader.line_at(1)?.strip_prefix(word);
        let Some(rest) = line(self, "frame [") else {
            return Ok(None);
        };
        let mut frame = Frame::default();
        let mut cursor = Cursor::new(rest);
        while !cursor.eat("]") {
            frame.vars.push(cursor.variable()?);
            cursor.eat(", ");
        }
        self.at += 1;
        while let Some(rest) = line(self, "held at ") {
            let mut cursor = Cursor::new(rest);
            let message = cursor.variable()?;
            cursor.expect(": [")?;
            let mut owned = Vec::new();
            while !cursor.eat("]") {
                let var = cursor.variable()?;
                cursor.expect(" ")?;
                owned.push((var, cursor.index()? as i64));
                cursor.eat(", ");
            }
            frame
                .held
                .get_or_insert_with(Vec::new)
                .push(HeldAt { message, owned });
            self.at += 1;
        }
        Ok(Some(frame))
    }
}
