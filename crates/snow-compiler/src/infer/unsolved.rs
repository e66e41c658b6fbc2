//! What is said of a constraint that no type was found for.

use super::deferred::{Constraint, Deferred};
use super::introduced::INDEXED;
use super::{Cause, Infer};
use crate::diagnostics::Code;
use crate::types::Ty;

impl Infer<'_, '_> {
    /// E0045, except for what may stay open.
    pub(super) fn report_unsolved(&mut self, deferred: &Deferred) {
        let (what, base, result) = match &deferred.constraint {
            Constraint::Field {
                base, name, result, ..
            } => (format!("to find field `{name}`"), base, result),
            // The name of an index is the whole `base[index]`.
            Constraint::Method {
                base,
                name_span,
                result,
                ..
            } if name_span.start == deferred.span.start => ("to index it".into(), base, result),
            Constraint::Method {
                base, name, result, ..
            } => (format!("to find method `{name}`"), base, result),
            Constraint::Updated { base, fields } => {
                let name = fields.first().map_or("", |(name, ..)| name);
                (format!("to find field `{name}`"), base, base)
            }
            Constraint::Implemented { ty, bound } => {
                let interface = &self.program.interfaces[bound.interface.index()].name;
                (format!("to find the impl of `{interface}`"), ty, ty)
            }
            Constraint::Concat { .. }
            | Constraint::Join { .. }
            | Constraint::Iterated { .. }
            | Constraint::Tried { .. }
            | Constraint::Shown { .. } => return,
        };
        let message = format!("the type of this value must be known here, {what}");
        let of_types = match &deferred.constraint {
            // A function of an opaque type is taken for a field.
            Constraint::Field { name, .. } => self.where_to_write_for_field(deferred.span, name),
            Constraint::Method { name, args, .. } if what != "to index it" => {
                Some(self.where_to_write_with(deferred.span, name, args.len()))
            }
            Constraint::Method { .. }
            | Constraint::Updated { .. }
            | Constraint::Concat { .. }
            | Constraint::Join { .. }
            | Constraint::Iterated { .. }
            | Constraint::Tried { .. }
            | Constraint::Shown { .. }
            | Constraint::Implemented { .. } => None,
        };
        let help = of_types
            .or_else(|| {
                let (base, names) = self.asked_fields(&deferred.constraint)?;
                self.structs_help(&base, names)
            })
            .unwrap_or_else(|| {
                let is_index = what == "to index it";
                let example = if is_index { INDEXED } else { "Type" };
                self.where_to_write(deferred.span, example)
            });
        self.report_with_help(Code::E0045, deferred.span, message, Some(help));
        for ty in [base, result] {
            self.expect(&Ty::Error, ty, deferred.span, Cause::PLAIN);
        }
    }
}
