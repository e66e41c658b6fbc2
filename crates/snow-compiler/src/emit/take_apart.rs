//! Taking a value apart when this ends it.
//!
//! In: projections of a value, each with an owner of its own, and behind them the end of the value.
//! Out: code in which the references go over. Read one by one, each part would be counted up before
//! it and counted down after it, for nothing: mostly the value has one owner. (Drop specialisation,
//! after Reinking, Xie, de Moura and Leijen, "Perceus", 2021.)

use std::fmt::Write;

use super::function::Printer;
use crate::core::ir::*;
use crate::core::types::TypeRef;
use crate::core::uses;

/// The most statements that are looked at for one value.
const MOST: usize = 64;

/// A run of statements that takes a value apart.
struct Taking {
    /// The value.
    whole: Var,
    /// For a constructor, which one.
    variant: Option<usize>,
    /// The parts that get an owner, by their places in the value.
    taken: Vec<(usize, Var)>,
    /// How many statements these are.
    length: usize,
}

impl<'p> Printer<'_, 'p> {
    /// Prints the statements that a block begins with when they take a value apart, and says how
    /// many they are.
    pub(super) fn take_apart(&mut self, block: &'p [Stmt]) -> Option<usize> {
        let taking = find(block)?;
        for stmt in &block[..taking.length] {
            if matches!(stmt, Stmt::At(_) | Stmt::Let(..)) {
                self.statement(stmt);
            }
        }
        let ty = self.function.type_of(taking.whole);
        let rest = self.drops_of_rest(&taking, ty);
        if !self.emitter.program.types.get(ty).boxed {
            self.out.push_str(&rest);
            return Some(taking.length);
        }
        let whole = self.var(taking.whole);
        let mut dups = String::new();
        for (_, part) in &taking.taken {
            let name = self.var(*part);
            let text = self.emitter.dup(self.function.type_of(*part), &name);
            let _ = write!(dups, "{text} ");
        }
        let _ = write!(
            self.out,
            "if (sn_last(cx, {whole})) {{ {rest}sn_free(cx, {whole}); }} else {{ {dups}}} "
        );
        Some(taking.length)
    }

    /// The ends of the parts that are not taken.
    fn drops_of_rest(&mut self, taking: &Taking, ty: TypeRef) -> String {
        let types = &self.emitter.program.types;
        let parts = match taking.variant {
            Some(variant) => types.payload(ty, variant),
            None => types.fields(ty),
        };
        let mut text = String::new();
        for (index, part) in parts.into_iter().enumerate() {
            if taking.taken.iter().any(|(taken, _)| *taken == index) {
                continue;
            }
            let base = Operand::Var(taking.whole);
            let projection = match taking.variant {
                Some(variant) => Rvalue::Payload {
                    base,
                    variant,
                    index,
                },
                None => Rvalue::Field(base, index),
            };
            let name = self.rvalue(&projection, part);
            let end = self.emitter.drop(part, &name);
            let _ = write!(text, "{end} ");
        }
        text
    }
}

fn find(block: &[Stmt]) -> Option<Taking> {
    let Stmt::Let(_, first) = block.first()? else {
        return None;
    };
    let whole = uses::projection(first)?;
    let variant = place(first)?.0;
    let mut taken: Vec<(usize, Var)> = Vec::new();
    let mut last = None;
    for (at, stmt) in block.iter().enumerate().take(MOST) {
        if let Stmt::Let(var, rvalue) = stmt {
            let (of, index) = place(rvalue).filter(|_| uses::projection(rvalue) == Some(whole))?;
            if of != variant {
                return None;
            }
            last = Some((index, *var));
        } else if let Stmt::Dup(var) = stmt {
            let (index, _) = last.take().filter(|(_, of)| of == var)?;
            if taken.iter().any(|(other, _)| *other == index) {
                return None;
            }
            taken.push((index, *var));
        } else if matches!(stmt, Stmt::Drop(var) if *var == whole && !taken.is_empty()) {
            return Some(Taking {
                whole,
                variant,
                taken,
                length: at + 1,
            });
        } else if !matches!(stmt, Stmt::At(_)) {
            return None;
        }
    }
    None
}

/// The constructor, if the value is of a sum, and the place of a part.
fn place(rvalue: &Rvalue) -> Option<(Option<usize>, usize)> {
    if let Rvalue::Field(_, index) = rvalue {
        Some((None, *index))
    } else if let Rvalue::Payload { variant, index, .. } = rvalue {
        Some((Some(*variant), *index))
    } else {
        None
    }
}
