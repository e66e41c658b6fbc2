//! Types in a declaration, with links: those that were written, and those that were inferred.

use snow_compiler::ast::{self, TypeExpr, TypeExprKind};
use snow_compiler::hir;
use snow_compiler::source::Name;
use snow_compiler::types::{print, Ty};

use crate::ink::Ink;
use crate::names::{spelled, Names};

/// Where a type stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// All names.
    pub names: &'p Names<'p>,
    /// The module whose words are used.
    pub module: &'p str,
    /// From the page to the folder of the reference.
    pub root: &'p str,
}

impl Place<'_> {
    fn link(&self, address: Option<String>) -> Option<String> {
        address.map(|address| format!("{}{address}", self.root))
    }

    /// The name of a type or interface as it was written. `own` are type parameters.
    pub(crate) fn named(&self, path: &ast::Path, own: &[Name]) -> Ink {
        let name = spelled(path);
        let mut ink = Ink::default();
        let is_own = own.iter().any(|own| **own == *name) || name == "Self";
        let declared = match is_own {
            true => None,
            false => self.names.type_named(self.module, &name),
        };
        let address = declared.and_then(|declared| self.names.type_address(declared));
        ink.type_name(&name, self.link(address).as_deref());
        ink
    }

    /// A type as it was written.
    pub(crate) fn written(&self, ty: &TypeExpr, own: &[Name]) -> Ink {
        let mut ink = Ink::default();
        let all = |types: &[TypeExpr]| -> Vec<Ink> {
            types.iter().map(|ty| self.written(ty, own)).collect()
        };
        match &ty.kind {
            TypeExprKind::Named { path, args } => {
                ink.join(&self.named(path, own));
                ink.arguments(&all(args));
            }
            TypeExprKind::Tuple(items) => {
                ink.symbol("(");
                ink.list(&all(items));
                ink.symbol(")");
            }
            TypeExprKind::Fun { params, result } => {
                ink.join(&function(&all(params), &self.written(result, own)));
            }
            TypeExprKind::Option(inner) => {
                ink.join(&self.operand(inner, own));
                ink.symbol("?");
            }
            TypeExprKind::Result(value, error) => {
                ink.join(&self.operand(value, own));
                ink.symbol("!");
                ink.join(&self.operand(error, own));
            }
            TypeExprKind::Error => ink.plain("_"),
        }
        ink
    }

    /// A type in front of `?` or `!`, which reach less far than an arrow.
    fn operand(&self, ty: &TypeExpr, own: &[Name]) -> Ink {
        let inner = self.written(ty, own);
        if !matches!(ty.kind, TypeExprKind::Fun { .. }) {
            return inner;
        }
        let mut ink = Ink::default();
        ink.symbol("(");
        ink.join(&inner);
        ink.symbol(")");
        ink
    }

    /// A type that was found out. `generics` names its parameters.
    pub(crate) fn inferred(&self, program: &hir::Program, ty: &Ty, generics: &[Name]) -> Ink {
        let mut ink = Ink::default();
        let all = |types: &[Ty]| -> Vec<Ink> {
            let inks = types.iter().map(|ty| self.inferred(program, ty, generics));
            inks.collect()
        };
        match ty {
            Ty::Con(id, arguments) => {
                let definition = &program.types[id.index()];
                let module = &program.modules[definition.module.index()].name;
                let declared = (&**module, &*definition.name);
                let address = self.link(self.names.type_address(declared));
                let known = self.names.declaration(module, &definition.name).is_some();
                let name = match known {
                    true => self.names.shown(self.module, declared),
                    false => definition.name.to_string(),
                };
                ink.type_name(&name, address.as_deref());
                // The types that a service leaves open are written nowhere.
                let is_written = |generic: &Name| !generic.starts_with('%');
                if definition.generics.iter().any(is_written) {
                    ink.arguments(&all(arguments));
                }
            }
            Ty::Tuple(items) => {
                ink.symbol("(");
                ink.list(&all(items));
                ink.symbol(")");
            }
            Ty::Fun(params, result) => {
                let result = self.inferred(program, result, generics);
                ink.join(&function(&all(params), &result));
            }
            Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {
                ink.of_class('t', &print::ty(program, ty, generics));
            }
        }
        ink
    }
}

fn function(params: &[Ink], result: &Ink) -> Ink {
    let mut ink = Ink::default();
    ink.of_class('t', "Fun");
    ink.symbol("(");
    ink.list(params);
    ink.symbol(")");
    ink.plain(" ");
    ink.symbol("->");
    ink.plain(" ");
    ink.join(result);
    ink
}
