//! Parameters, results and bounds of functions.

use crate::ast::{Ident, Param, Path, TypeExpr};
use crate::diagnostics::Code;
use crate::hir::FnId;
use crate::source::Name;
use crate::types::{Bounds, Ty};

use super::modules::dotted;
use super::Resolver;

impl Resolver<'_, '_> {
    /// Resolves a signature into the function, with the type parameters of `generics` and of single
    /// upper-case letters.
    pub(super) fn signature(
        &mut self,
        id: FnId,
        generics: &[Ident],
        params: &[Param],
        result: Option<&TypeExpr>,
        bounds: &[(Ident, Path)],
    ) {
        self.no_repeats("type parameter", generics.iter());
        self.body.generics = generics.iter().map(|g| g.name.clone()).collect();
        self.body.generics_open = true;
        let annotations: Vec<Option<Ty>> = params
            .iter()
            .map(|p| p.annotation.as_ref().map(|t| self.annotation(t)))
            .collect();
        let result = result.map(|t| self.annotation(t));
        self.body.generics_open = false;
        let mut list: Vec<(Name, Bounds)> = self
            .body
            .generics
            .iter()
            .map(|name| (name.clone(), Bounds::default()))
            .collect();
        for (name, interface) in bounds {
            let Some(bound) = self.bound(interface) else {
                continue;
            };
            match list.iter_mut().find(|(generic, _)| *generic == name.name) {
                Some((_, all)) => add(all, bound),
                None => self.report(
                    Code::E0040,
                    name.span,
                    format!("`{}` is not a type parameter here", name.name),
                ),
            }
        }
        let function = &mut self.out.functions[id.index()];
        function.generics = list;
        function.annotations = annotations;
        function.result = result;
    }

    fn bound(&mut self, interface: &Path) -> Option<Bounds> {
        let none = Bounds::default();
        let name = dotted(interface);
        match &*name {
            "Eq" => Some(Bounds { eq: true, ..none }),
            "Ord" => Some(Bounds {
                eq: true,
                ord: true,
                ..none
            }),
            "Hash" => Some(Bounds {
                eq: true,
                hash: true,
                ..none
            }),
            "Add" | "Sub" | "Mul" | "Div" | "Mod" => Some(Bounds {
                number: true,
                ..none
            }),
            "Display" | "Debug" => Some(none),
            _ => {
                let help =
                    "what can be asked of a type parameter: Eq, Ord, Hash, Display, Debug, Add, Sub, Mul, Div, Mod";
                let message = format!("interface `{name}` is not supported yet");
                self.report_with_help(Code::E0099, interface.span, message, Some(help.into()));
                None
            }
        }
    }
}

fn add(all: &mut Bounds, more: Bounds) {
    all.number |= more.number;
    all.eq |= more.eq;
    all.ord |= more.ord;
    all.hash |= more.hash;
}
