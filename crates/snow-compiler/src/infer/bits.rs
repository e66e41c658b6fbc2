//! The bit syntax: segment types, and sizes that are known now.

use crate::ast::BitKind;
use crate::diagnostics::Code;
use crate::hir::{Expr, ExprKind, Pat, Segment};
use crate::source::Span;
use crate::types::Ty;

use super::{Cause, Infer};

/// Bits of an integer segment without a size.
const DEFAULT_BITS: i64 = 8;
/// The widest integer segment.
const MAX_BITS: i64 = 64;

impl Infer<'_, '_> {
    fn segment_ty(&self, kind: BitKind) -> Ty {
        match kind {
            BitKind::Int => self.int_ty(),
            BitKind::Bytes => self.bytes_ty(),
            BitKind::Utf8 => self.string_ty(),
        }
    }

    /// `<<…>>` as a value.
    pub(super) fn bits(&mut self, segments: &[Segment<Expr>], span: Span) -> Ty {
        for segment in segments {
            let ty = self.segment_ty(segment.kind);
            self.of_type(&segment.value, &ty, Cause::PLAIN);
            self.size(segment.size.as_ref());
            self.check_size(segment);
        }
        self.check_whole_bytes(segments, span);
        self.bytes_ty()
    }

    /// `<<…>>` as a pattern. Names bound by a segment are known to the sizes after it.
    pub(super) fn bits_pattern(&mut self, segments: &[Segment<Pat>], pattern: &Pat, subject: &Ty) {
        let bytes = self.bytes_ty();
        self.literal(pattern, subject, bytes);
        for (index, segment) in segments.iter().enumerate() {
            self.size(segment.size.as_ref());
            let ty = self.segment_ty(segment.kind);
            self.pattern(&segment.value, &ty);
            self.check_size(segment);
            let takes_rest = segment.kind != BitKind::Int && segment.size.is_none();
            if takes_rest && index + 1 != segments.len() {
                let message =
                    "a segment without a size takes all that is left and must be the last"
                        .to_string();
                self.report(Code::E0046, segment.span, message);
            }
        }
        self.check_whole_bytes(segments, pattern.span);
    }

    fn size(&mut self, size: Option<&Expr>) {
        if let Some(size) = size {
            let int = self.int_ty();
            self.of_type(size, &int, Cause::PLAIN);
        }
    }

    /// E0046: sizes that make no sense whatever the values are.
    fn check_size<V>(&mut self, segment: &Segment<V>) {
        let Some(size) = constant(segment) else {
            return;
        };
        let wrong = match segment.kind {
            BitKind::Int if !(1..=MAX_BITS).contains(&size) => {
                Some(format!("an integer segment has 1 to {MAX_BITS} bits"))
            }
            BitKind::Int if segment.little && size % 8 != 0 => {
                Some("`little` needs whole bytes".to_string())
            }
            BitKind::Bytes | BitKind::Utf8 if size < 0 => {
                Some("a size cannot be negative".to_string())
            }
            BitKind::Int | BitKind::Bytes | BitKind::Utf8 => None,
        };
        if let Some(message) = wrong {
            self.report(Code::E0046, segment.span, message);
        }
    }

    /// E0046: what begins or ends within a byte and cannot. A segment whose size only the running
    /// program knows has whole bytes, or does not match.
    fn check_whole_bytes<V>(&mut self, segments: &[Segment<V>], span: Span) {
        let mut total = 0i64;
        let mut all_known = true;
        for segment in segments {
            let size = match segment.kind {
                BitKind::Int => constant(segment),
                BitKind::Bytes | BitKind::Utf8 => None,
            };
            if (size.is_none() || segment.little) && total % 8 != 0 {
                let message = format!("this segment begins within a byte, behind {total} bits");
                self.report(Code::E0046, segment.span, message);
                return;
            }
            all_known &= segment.kind != BitKind::Int || size.is_some();
            total = total.saturating_add(size.unwrap_or(0));
        }
        if total % 8 != 0 {
            let which = match all_known {
                true => "the segments",
                false => "the segments of known size",
            };
            let message =
                format!("{which} have {total} bits, which is not a whole number of bytes");
            self.report(Code::E0046, span, message);
        }
    }
}

/// The size as written, where it is a number; `None` where only the running program knows.
fn constant<V>(segment: &Segment<V>) -> Option<i64> {
    match (&segment.size, segment.kind) {
        (None, BitKind::Int) => Some(DEFAULT_BITS),
        (
            Some(Expr {
                kind: ExprKind::Int(size),
                ..
            }),
            _,
        ) => Some(*size),
        _ => None,
    }
}
