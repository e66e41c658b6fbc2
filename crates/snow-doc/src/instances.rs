//! Which types implement which interfaces: derived, or by an `impl`.

use std::collections::{BTreeMap, HashMap};

use snow_compiler::hir::{self, Impl, TypeDef};
use snow_compiler::source::Name;
use snow_compiler::types::{print, Bounds, Need, Scheme, Ty};

use crate::ink::Ink;
use crate::names::Declared;
use crate::types::Place;

/// What a page says about a type or an interface: by a name to sort by.
type Listed = BTreeMap<String, Ink>;

/// Impls by the type and by the interface that they are of.
pub(crate) struct Instances<'a> {
    program: &'a hir::Program,
    types: HashMap<Declared<'a>, &'a TypeDef>,
    impls: Vec<(Declared<'a>, Option<Declared<'a>>, &'a Impl)>,
}

impl<'a> Instances<'a> {
    pub(crate) fn of(program: &'a hir::Program) -> Self {
        let module = |id: hir::ModuleId| &*program.modules[id.index()].name;
        let types = program
            .types
            .iter()
            .map(|ty| ((module(ty.module), &*ty.name), ty));
        let impls = program.impls.iter().map(|written| {
            let interface = &program.interfaces[written.interface.index()];
            let target = match &written.target {
                Ty::Con(id, _) => Some(&program.types[id.index()]),
                Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {
                    None
                }
            };
            (
                (module(interface.module), &*interface.name),
                target.map(|ty| (module(ty.module), &*ty.name)),
                written,
            )
        });
        Instances {
            program,
            types: types.collect(),
            impls: impls.collect(),
        }
    }

    /// The interfaces of a type, those that it derives among them.
    pub(crate) fn of_type(&self, ty: Declared, place: Place) -> Vec<Ink> {
        let mut listed = Listed::new();
        if let Some(definition) = self.types.get(&ty) {
            let needs = Need::ALL
                .into_iter()
                .filter(|need| definition.derives.has(*need));
            for name in needs.filter_map(Need::interface) {
                listed.insert(
                    name.into(),
                    self.interface(("Prelude", name), &[], place, &[]),
                );
            }
        }
        for (interface, target, written) in &self.impls {
            if *target == Some(ty) {
                let generics = names(written);
                let mut ink = self.interface(*interface, &written.arguments, place, &generics);
                self.asked(&mut ink, written, &generics);
                listed.insert(interface.1.into(), ink);
            }
        }
        listed.into_values().collect()
    }

    /// The types with an `impl` of an interface.
    pub(crate) fn of_interface(&self, wanted: Declared, place: Place) -> Vec<Ink> {
        let mut listed = Listed::new();
        let found = self
            .impls
            .iter()
            .filter(|(interface, _, _)| *interface == wanted);
        for (_, _, written) in found {
            let generics = names(written);
            let mut ink = place.inferred(self.program, &written.target, &generics);
            self.asked(&mut ink, written, &generics);
            listed.insert(print::ty(self.program, &written.target, &generics), ink);
        }
        listed.into_values().collect()
    }

    fn interface(
        &self,
        declared: Declared,
        arguments: &[Ty],
        place: Place,
        generics: &[Name],
    ) -> Ink {
        let mut ink = Ink::default();
        let address = place.names.type_address(declared);
        let address = address.map(|address| format!("{}{address}", place.root));
        ink.type_name(declared.1, address.as_deref());
        let shown = arguments
            .iter()
            .map(|ty| place.inferred(self.program, ty, generics));
        ink.arguments(&shown.collect::<Vec<_>>());
        ink
    }

    /// What the `where` of an impl asks.
    fn asked(&self, ink: &mut Ink, written: &Impl, generics: &[Name]) {
        let bounds: Vec<Bounds> = written
            .generics
            .iter()
            .map(|(_, bound)| bound.clone())
            .collect();
        let scheme = Scheme {
            bounds,
            params: Vec::new(),
            result: Ty::unit(),
        };
        let text = print::scheme(self.program, &scheme, generics);
        if let Some((_, words)) = text.split_once(" where ") {
            ink.plain(" ");
            ink.word("where");
            ink.of_class('t', words);
        }
    }
}

fn names(written: &Impl) -> Vec<Name> {
    written
        .generics
        .iter()
        .map(|(name, _)| name.clone())
        .collect()
}
