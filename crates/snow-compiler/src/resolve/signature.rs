//! Parameters, results and bounds of functions.

use crate::ast::{Bound, Ident, Param, TypeExpr};
use crate::hir::FnId;
use crate::types::{Bounds, Ty};

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
        bounds: &[Bound],
    ) {
        self.no_repeats("type parameter", generics.iter());
        let outer = self.outer_generics(id);
        let names = outer.iter().map(|(name, _)| name);
        self.body.generics = names
            .chain(generics.iter().map(|g| &g.name))
            .cloned()
            .collect();
        self.body.generics_open = true;
        let annotations: Vec<Option<Ty>> = params
            .iter()
            .map(|p| self.parameter_type(p).map(|t| self.annotation(t)))
            .collect();
        let result = result.map(|t| self.annotation(t));
        self.body.generics_open = false;
        let mut list = outer;
        let own = self.body.generics[list.len()..].iter();
        list.extend(own.map(|name| (name.clone(), Bounds::default())));
        self.bounds(&mut list, bounds);
        let function = &mut self.out.functions[id.index()];
        function.generics = list;
        function.annotations = annotations;
        function.result = result;
    }
}
