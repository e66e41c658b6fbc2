//! The bit syntax, as shifts and masks on bytes.

use super::function::Body;
use super::values::MOST_HELD;
use crate::ast::BitKind;
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Segment};
use crate::source::Span;

/// Where a pattern has come to: `base` bytes (a run-time value) and `bits` more.
struct Cursor {
    base: Operand,
    bits: i64,
}

impl Body<'_, '_> {
    /// `<<…>>` as a value: runs of integers are gathered in a word and appended.
    pub(super) fn build_bits(&mut self, segments: &[Segment<Expr>]) -> Operand {
        let bytes = self.lowering.bytes();
        let span = segments.first().map_or_else(Span::default, |s| s.span);
        // Of many segments each is appended at once, as in a list.
        let held = match segments.len() <= MOST_HELD {
            true => segments,
            false => &[],
        };
        let values: Vec<_> = held.iter().map(|s| self.segment_value(s)).collect();
        // Capacity for all of it, so that the result is allocated once.
        let mut capacity = Operand::Int(segments.len() as i64 * 8);
        for (segment, (value, _)) in segments.iter().zip(&values) {
            if !matches!(segment.kind, BitKind::Int) {
                let int = self.lowering.int();
                let length = self.primitive(Prim::BytesLength, int, vec![value.clone()], span);
                capacity = self.int_op(Prim::IntAdd, length, capacity);
            }
        }
        let mut out = self.primitive(Prim::BytesWithCapacity, bytes, vec![capacity], span);
        // Bits gathered and not yet appended; fewer than 8 between two segments.
        let mut pending: Option<Operand> = None;
        let mut pending_bits = 0;
        let mut values = values.into_iter();
        for segment in segments {
            let held = values.next();
            let (value, size) = held.unwrap_or_else(|| self.segment_value(segment));
            match segment.kind {
                BitKind::Int => {
                    let constant = match &size {
                        None => Some(8),
                        Some(Operand::Int(n)) => Some(*n),
                        Some(_) => None,
                    };
                    match constant {
                        Some(bits) if segment.little || (pending_bits == 0 && bits % 8 == 0) => {
                            out = self.put(
                                out,
                                value,
                                Operand::Int(bits / 8),
                                segment.little,
                                segment.span,
                            );
                        }
                        Some(bits) => {
                            // Halves keep what is gathered within a word.
                            let halves = if pending_bits + bits > 64 {
                                vec![(32, bits - 32), (0, 32)]
                            } else {
                                vec![(0, bits)]
                            };
                            for (shift, width) in halves {
                                let part = self.field_bits(value.clone(), shift, width);
                                let joined = match pending.take() {
                                    None => part,
                                    Some(before) => {
                                        let moved =
                                            self.int_op(Prim::IntShl, before, Operand::Int(width));
                                        self.int_op(Prim::IntBor, moved, part)
                                    }
                                };
                                let total = pending_bits + width;
                                let whole = total / 8;
                                pending_bits = total % 8;
                                if whole > 0 {
                                    let top = self.int_op(
                                        Prim::IntUshr,
                                        joined.clone(),
                                        Operand::Int(pending_bits),
                                    );
                                    out = self.put(
                                        out,
                                        top,
                                        Operand::Int(whole),
                                        false,
                                        segment.span,
                                    );
                                }
                                pending = (pending_bits > 0)
                                    .then(|| self.field_bits(joined, 0, pending_bits));
                            }
                        }
                        None => {
                            let size = size.unwrap_or(Operand::Int(8));
                            let whole = self.whole_bytes(size);
                            out = self.put(out, value, whole, segment.little, segment.span);
                        }
                    }
                }
                BitKind::Bytes | BitKind::Utf8 => {
                    let value = match size {
                        None => value,
                        Some(size) => {
                            self.primitive(Prim::BytesExact, bytes, vec![value, size], segment.span)
                        }
                    };
                    out = self.primitive(Prim::BytesAppend, bytes, vec![out, value], segment.span);
                }
            }
        }
        out
    }

    /// The value of a segment, and its size.
    fn segment_value(&mut self, segment: &Segment<Expr>) -> (Operand, Option<Operand>) {
        let value = self.value(&segment.value);
        let size = segment.size.as_ref().map(|s| self.value(s));
        (value, size)
    }

    /// Appends the low `count` bytes of `value`.
    fn put(
        &mut self,
        out: Operand,
        value: Operand,
        count: Operand,
        little: bool,
        span: Span,
    ) -> Operand {
        let bytes = self.lowering.bytes();
        let name = if little {
            Prim::BytesPutLe
        } else {
            Prim::BytesPutBe
        };
        self.primitive(name, bytes, vec![out, value, count], span)
    }

    /// `width` bits of `value`, `shift` from the right.
    fn field_bits(&mut self, value: Operand, shift: i64, width: i64) -> Operand {
        let moved = match shift {
            0 => value,
            _ => self.int_op(Prim::IntUshr, value, Operand::Int(shift)),
        };
        if width >= 64 {
            return moved;
        }
        self.int_op(Prim::IntBand, moved, Operand::Int((1i64 << width) - 1))
    }

    /// A size in bits that is known at run time, in bytes. Bits beyond whole bytes come out at the
    /// top, so that a size with some is out of range, as a negative one is.
    fn whole_bytes(&mut self, bits: Operand) -> Operand {
        let count = self.int_op(Prim::IntUshr, bits.clone(), Operand::Int(3));
        let beyond = self.int_op(Prim::IntShl, bits, Operand::Int(61));
        self.int_op(Prim::IntBor, count, beyond)
    }

    /// Tests `subject` and binds the names of the segments; a mismatch leaves to `fail`.
    pub(super) fn match_bits(&mut self, subject: &Operand, segments: &[Segment<Pat>], fail: Label) {
        let int = self.lowering.int();
        let bytes = self.lowering.bytes();
        let length = self.primitive(
            Prim::BytesLength,
            int,
            vec![subject.clone()],
            Span::default(),
        );
        let mut at = Cursor {
            base: Operand::Int(0),
            bits: 0,
        };
        let mut checked = 0;
        let mut takes_rest = false;
        for (i, segment) in segments.iter().enumerate() {
            match segment.kind {
                BitKind::Int => {
                    let width = match self.segment_size(segment) {
                        None => 8,
                        Some(Operand::Int(n)) => n,
                        Some(size) => {
                            let from = self.offset(&at);
                            let count = self.whole_bytes(size);
                            let to = self.end_of_int(&from, &count, &length, fail);
                            let bytes = [subject.clone(), from, count];
                            self.dynamic_int(segment, bytes, fail);
                            at = Cursor { base: to, bits: 0 };
                            checked = 0;
                            continue;
                        }
                    };
                    if at.bits + width > checked {
                        checked = at.bits + constant_run(&segments[i..]);
                        self.need(&at.base, (checked + 7) / 8, &length, fail);
                    }
                    let value = self.extract(subject, &at, width, segment.little);
                    at.bits += width;
                    self.int_pattern(&segment.value, value, fail);
                }
                BitKind::Bytes | BitKind::Utf8 => {
                    let from = self.offset(&at);
                    let to = match self.segment_size(segment) {
                        None => {
                            takes_rest = true;
                            length.clone()
                        }
                        Some(size) => {
                            // A negative size never matches.
                            let bad = self.test(Prim::IntLt, size.clone(), Operand::Int(0));
                            self.if_else(bad, |b| b.stmt(Stmt::Leave(fail)), |_| {});
                            self.int_op(Prim::IntAdd, from.clone(), size)
                        }
                    };
                    let too_short = self.test(Prim::IntGt, to.clone(), length.clone());
                    let overflow = self.test(Prim::IntLt, to.clone(), from.clone());
                    self.if_else(too_short, |b| b.stmt(Stmt::Leave(fail)), |_| {});
                    self.if_else(overflow, |b| b.stmt(Stmt::Leave(fail)), |_| {});
                    if !matches!(segment.value.kind, PatKind::Wildcard)
                        || segment.kind == BitKind::Utf8
                    {
                        let args = vec![subject.clone(), from, to.clone()];
                        let slice = self.primitive(Prim::BytesSlice, bytes, args, segment.span);
                        self.bytes_pattern(segment, slice, fail);
                    }
                    at = Cursor { base: to, bits: 0 };
                    checked = 0;
                }
            }
        }
        if !takes_rest {
            let end = self.offset(&at);
            let exact = self.test(Prim::IntEq, end, length);
            self.if_else(exact, |_| {}, |b| b.stmt(Stmt::Leave(fail)));
        }
    }

    fn segment_size(&mut self, segment: &Segment<Pat>) -> Option<Operand> {
        segment.size.as_ref().map(|size| match &size.kind {
            ExprKind::Int(n) => Operand::Int(*n),
            _ => self.value(size),
        })
    }

    /// The byte offset that the cursor stands at.
    fn offset(&mut self, at: &Cursor) -> Operand {
        match (&at.base, at.bits / 8) {
            (Operand::Int(base), more) => Operand::Int(base + more),
            (base, 0) => base.clone(),
            (base, more) => self.int_op(Prim::IntAdd, base.clone(), Operand::Int(more)),
        }
    }

    fn need(&mut self, base: &Operand, more: i64, length: &Operand, fail: Label) {
        let end = match base {
            Operand::Int(base) => Operand::Int(base + more),
            base => self.int_op(Prim::IntAdd, base.clone(), Operand::Int(more)),
        };
        let short = self.test(Prim::IntGt, end, length.clone());
        self.if_else(short, |b| b.stmt(Stmt::Leave(fail)), |_| {});
    }

    /// An unsigned field of `width` bits at the cursor; the bytes are known to be there.
    fn extract(&mut self, subject: &Operand, at: &Cursor, width: i64, little: bool) -> Operand {
        let int = self.lowering.int();
        let first = self.offset(at);
        let lead = at.bits % 8;
        if lead == 0 && width % 8 == 0 {
            let name = if little {
                Prim::BytesLoadLe
            } else {
                Prim::BytesLoadBe
            };
            return self.primitive(
                name,
                int,
                vec![subject.clone(), first, Operand::Int(width / 8)],
                Span::default(),
            );
        }
        let touched = (lead + width + 7) / 8;
        let args = vec![subject.clone(), first, Operand::Int(touched.min(8))];
        let word = self.primitive(Prim::BytesLoadBe, int, args, Span::default());
        if touched <= 8 {
            return self.field_bits(word, touched * 8 - lead - width, width);
        }
        // 64 bits that start inside a byte touch nine: the last one is loaded apart.
        let tail_bits = lead + width - 64;
        let last = self.int_op(Prim::IntAdd, self.offset_plain(at), Operand::Int(8));
        let args = vec![subject.clone(), last, Operand::Int(1)];
        let tail = self.primitive(Prim::BytesLoadBe, int, args, Span::default());
        let tail = self.int_op(Prim::IntUshr, tail, Operand::Int(8 - tail_bits));
        let head = self.int_op(Prim::IntShl, word, Operand::Int(tail_bits));
        let joined = self.int_op(Prim::IntBor, head, tail);
        self.field_bits(joined, 0, width)
    }

    fn offset_plain(&self, at: &Cursor) -> Operand {
        match (&at.base, at.bits / 8) {
            (Operand::Int(base), more) => Operand::Int(base + more),
            (base, _) => base.clone(),
        }
    }

    /// The end of an integer of `count` bytes, which has to fit into an Int and into the subject.
    fn end_of_int(
        &mut self,
        from: &Operand,
        count: &Operand,
        length: &Operand,
        fail: Label,
    ) -> Operand {
        let bad = self.test(Prim::IntLt, count.clone(), Operand::Int(0));
        self.if_else(bad, |b| b.stmt(Stmt::Leave(fail)), |_| {});
        let wide = self.test(Prim::IntGt, count.clone(), Operand::Int(8));
        self.if_else(wide, |b| b.stmt(Stmt::Leave(fail)), |_| {});
        let to = self.int_op(Prim::IntAdd, from.clone(), count.clone());
        let short = self.test(Prim::IntGt, to.clone(), length.clone());
        self.if_else(short, |b| b.stmt(Stmt::Leave(fail)), |_| {});
        to
    }

    /// An integer whose size is known at run time: whole bytes, at a byte border. The bytes are
    /// those of the subject, from an offset, so many.
    fn dynamic_int(&mut self, segment: &Segment<Pat>, bytes: [Operand; 3], fail: Label) {
        let int = self.lowering.int();
        let name = if segment.little {
            Prim::BytesLoadLe
        } else {
            Prim::BytesLoadBe
        };
        let value = self.primitive(name, int, bytes.to_vec(), segment.span);
        self.int_pattern(&segment.value, value, fail);
    }

    fn int_pattern(&mut self, pattern: &Pat, value: Operand, fail: Label) {
        match &pattern.kind {
            PatKind::Bind(local) => {
                self.locals.insert(*local, value);
            }
            PatKind::Int(expected) => {
                let same = self.test(Prim::IntEq, value, Operand::Int(*expected));
                self.if_else(same, |_| {}, |b| b.stmt(Stmt::Leave(fail)));
            }
            PatKind::Wildcard
            | PatKind::As(..)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Tuple(_)
            | PatKind::Constructor { .. }
            | PatKind::Or(_)
            | PatKind::Cons(..)
            | PatKind::Nil
            | PatKind::Bits(_)
            | PatKind::Error => {}
        }
    }

    fn bytes_pattern(&mut self, segment: &Segment<Pat>, slice: Operand, fail: Label) {
        let mut value = slice;
        if segment.kind == BitKind::Utf8 {
            let bool_ = self.lowering.bool();
            let string = self.lowering.string();
            let valid = self.primitive(Prim::BytesIsUtf8, bool_, vec![value.clone()], segment.span);
            self.if_else(valid, |_| {}, |b| b.stmt(Stmt::Leave(fail)));
            value = self.primitive(Prim::BytesAsString, string, vec![value], segment.span);
        }
        if let PatKind::Bind(local) = segment.value.kind {
            self.locals.insert(local, value);
        }
    }
}

/// Bits of the integers of constant size that start this list.
fn constant_run(segments: &[Segment<Pat>]) -> i64 {
    let mut bits = 0;
    for segment in segments {
        let width = match (&segment.kind, &segment.size) {
            (BitKind::Int, None) => 8,
            (BitKind::Int, Some(size)) => match size.kind {
                ExprKind::Int(n) => n,
                _ => break,
            },
            _ => break,
        };
        bits += width;
    }
    bits
}
