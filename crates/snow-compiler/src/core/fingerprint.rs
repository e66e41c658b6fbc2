//! What tells one version of a function from another.

use super::ir::{Function, Kind, Program};
use super::names::hash;
use super::print;
use super::types::TypeRef;

/// The same for two functions that may stand for each other: same code, same convention, same
/// layout of all values in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub u64);

/// Fingerprints of one program's functions.
pub(crate) struct Fingerprints<'p> {
    program: &'p Program,
    /// By type: how its values are laid out.
    layouts: Vec<String>,
}

impl<'p> Fingerprints<'p> {
    /// Looks at all types.
    pub(crate) fn new(program: &'p Program) -> Self {
        let types = program.types.list.iter();
        let layouts = types.map(|t| {
            let (boxed, managed) = (u8::from(t.boxed), u8::from(t.managed));
            format!("{} {boxed}{managed} {} {}\n", t.name, t.words, t.id)
        });
        Fingerprints {
            program,
            layouts: layouts.collect(),
        }
    }

    /// That of one function.
    pub(crate) fn of(&self, function: &Function) -> Fingerprint {
        let mut text = String::new();
        print::function(self.program, function, &mut text);
        for var in &function.vars {
            self.layout(var.ty, &mut text);
        }
        if let Kind::Closure(captured) = &function.kind {
            captured.iter().for_each(|ty| self.layout(*ty, &mut text));
        }
        Fingerprint(hash(&text))
    }

    fn layout(&self, ty: TypeRef, text: &mut String) {
        text.push_str(&self.layouts[ty.0 as usize]);
    }
}
