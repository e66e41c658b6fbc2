//! Concrete types: from inferred types to `core` types.

use super::Lowering;
use crate::core::ir::FunctionRef;
use crate::core::types::{Collection, Derived, TypeInfo, TypeKind, TypeRef};
use crate::diagnostics::Code;
use crate::hir::{ImplId, TypeId, TypeKind as Declared};
use crate::types::{exceeds, Need, Ty, MOST_LEVELS, MOST_PARTS};

impl Lowering<'_> {
    /// The concrete type of `ty`, which has no parameters left.
    pub(super) fn type_ref(&mut self, ty: &Ty) -> TypeRef {
        let unit = Ty::unit();
        let ty = if matches!(ty, Ty::Never | Ty::Error | Ty::Var(_) | Ty::Param(_)) {
            &unit
        } else {
            ty
        };
        if let Some(found) = self.type_index.get(ty) {
            return *found;
        }
        if exceeds(ty, &mut { MOST_PARTS }, MOST_LEVELS) {
            if let Ty::Con(id, _) = ty {
                let def = &self.hir.types[id.index()];
                let text = format!("`{}` contains itself at larger and larger types", def.name);
                let is_library = self.hir.modules[def.module.index()].is_stdlib;
                let place = match is_library {
                    true => self.asked_at(),
                    false => def.span,
                };
                self.too_large(place, &text);
            } else if self.errors.is_empty() && !std::mem::replace(&mut self.is_oversized, true) {
                let text = format!("the type of this has more than {MOST_PARTS} parts");
                self.error(Code::E0096, self.place, &text);
            }
            return self.type_ref(&unit);
        }
        let reference = TypeRef(self.program.types.list.len() as u32);
        self.type_index.insert(ty.clone(), reference);
        self.program.types.list.push(TypeInfo {
            kind: TypeKind::Unit,
            name: String::new(),
            short_name: "".into(),
            boxed: false,
            managed: false,
            id: 0,
            words: 0,
            name_only: Vec::new(),
            text_by_debug: false,
            collection: None,
            hooks: Vec::new(),
        });
        let (kind, name, short) = self.describe(ty, reference);
        let id = self.type_id(&name);
        let info = &mut self.program.types.list[reference.0 as usize];
        info.kind = kind;
        info.id = id;
        info.name = name;
        info.short_name = short.into();
        reference
    }

    /// The number of one more type: that of its name, or the next one that no other type of the
    /// program has.
    fn type_id(&mut self, name: &str) -> i64 {
        let mut id = crate::core::names::hash(name) as i64;
        while id == 0 || !self.type_ids.insert(id) {
            id = id.wrapping_add(1);
        }
        id
    }

    fn describe(&mut self, ty: &Ty, reference: TypeRef) -> (TypeKind, String, String) {
        match ty {
            Ty::Tuple(items) if items.is_empty() => (TypeKind::Unit, "()".into(), String::new()),
            Ty::Tuple(items) => {
                let refs: Vec<_> = items.iter().map(|t| self.type_ref(t)).collect();
                (
                    TypeKind::Tuple(refs),
                    format!("({})", self.type_names(items)),
                    String::new(),
                )
            }
            Ty::Fun(params, result) => {
                let refs = params.iter().map(|t| self.type_ref(t)).collect();
                let result_ref = self.type_ref(result);
                let name = format!(
                    "Fun({}) -> {}",
                    self.type_names(params),
                    self.type_name(result)
                );
                (
                    TypeKind::Function {
                        params: refs,
                        result: result_ref,
                    },
                    name,
                    String::new(),
                )
            }
            Ty::Con(id, args) => self.describe_declared(*id, args, reference),
            Ty::Never | Ty::Error | Ty::Var(_) | Ty::Param(_) => {
                (TypeKind::Unit, "()".into(), String::new())
            }
        }
    }

    fn describe_declared(
        &mut self,
        id: TypeId,
        args: &[Ty],
        reference: TypeRef,
    ) -> (TypeKind, String, String) {
        let def = self.hir.types[id.index()].clone();
        let lang = self.hir.lang.clone();
        let name = self.type_name(&Ty::Con(id, args.to_vec()));
        let is = |item: Option<TypeId>| item == Some(id);
        let kind = match &def.kind {
            Declared::Builtin if is(lang.int) => TypeKind::Int,
            Declared::Builtin if is(lang.float) => TypeKind::Float,
            Declared::Builtin if is(lang.bool_) => TypeKind::Bool,
            Declared::Builtin if is(lang.string) => TypeKind::String,
            Declared::Builtin if is(lang.bytes) => TypeKind::Bytes,
            Declared::Builtin if is(lang.pid) => TypeKind::Pid,
            Declared::Builtin if is(lang.list) => {
                let item = args.first().cloned().unwrap_or_else(Ty::unit);
                TypeKind::List(self.type_ref(&item))
            }
            Declared::Builtin => TypeKind::Int,
            Declared::Struct(fields) => {
                let fields = fields
                    .iter()
                    .map(|(n, t)| (n.clone(), self.type_ref(&t.substitute(args))))
                    .collect();
                TypeKind::Struct { fields }
            }
            Declared::Sum(variants) => {
                let mut list = Vec::new();
                for variant in variants {
                    let payload = variant
                        .fields
                        .iter()
                        .map(|t| self.type_ref(&t.substitute(args)))
                        .collect();
                    list.push((variant.name.clone(), payload));
                }
                TypeKind::Sum { variants: list }
            }
        };
        self.declared.insert(reference, (id, args.to_vec()));
        // Without a Display, a struct shows what `inspect` would; a sum has one text for both but
        // for an impl of Debug.
        let by_debug = match &def.kind {
            Declared::Builtin => false,
            Declared::Struct(_) => true,
            Declared::Sum(_) => self
                .find_impl(Need::Debug, &Ty::Con(id, args.to_vec()))
                .is_some(),
        };
        let text_by_debug = by_debug && def.opaque.is_none() && !def.derives.display;
        self.program.types.list[reference.0 as usize].text_by_debug = text_by_debug;
        let collections = [
            (lang.map, Collection::Map),
            (lang.set, Collection::Set),
            (lang.queue, Collection::Queue),
        ];
        let collection = collections.into_iter().find(|(item, _)| is(*item));
        self.program.types.list[reference.0 as usize].collection = collection.map(|(_, of)| of);
        if let Some(opaque) = def.opaque {
            let texts = [
                (Derived::Display, opaque.displays),
                (Derived::Inspect, opaque.inspects),
            ];
            let hidden = texts.iter().filter(|(_, shows)| !shows).map(|(op, _)| *op);
            self.program.types.list[reference.0 as usize].name_only = hidden.collect();
        }
        (kind, name, def.name.to_string())
    }

    /// The type in the user's words, module-qualified, so that it is unique.
    pub(super) fn type_name(&self, ty: &Ty) -> String {
        match ty {
            Ty::Con(id, args) => {
                let def = &self.hir.types[id.index()];
                let module = &self.hir.modules[def.module.index()].unique;
                let base = if &**module == "Prelude" {
                    def.name.to_string()
                } else {
                    format!("{module}.{}", def.name)
                };
                if args.is_empty() {
                    base
                } else {
                    format!("{base}<{}>", self.type_names(args))
                }
            }
            Ty::Tuple(items) => format!("({})", self.type_names(items)),
            Ty::Fun(params, result) => format!(
                "Fun({}) -> {}",
                self.type_names(params),
                self.type_name(result)
            ),
            Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => "()".into(),
        }
    }

    pub(super) fn type_names(&self, list: &[Ty]) -> String {
        list.iter()
            .map(|t| self.type_name(t))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Makes sure that the functions exist which `op` on `ty` calls: an impl replaces the structural
    /// operation.
    pub(super) fn request_derived(&mut self, op: Derived, ty: TypeRef) {
        let mut seen = Vec::new();
        self.request_in(op, ty, &mut seen);
    }

    fn request_in(&mut self, op: Derived, ty: TypeRef, seen: &mut Vec<(Derived, TypeRef)>) {
        if seen.contains(&(op, ty)) {
            return;
        }
        seen.push((op, ty));
        // The texts of collections are the runtime's, and it may come to their elements for every
        // other operation, too: inside of what can contain itself it walks them.
        let shows = matches!(op, Derived::Display | Derived::Inspect);
        let is_collection = self.program.types.get(ty).collection.is_some();
        let is_walked = shows && is_collection;
        if let Some(reference) = self.hook(op, ty).filter(|_| !is_walked) {
            let info = &mut self.program.types.list[ty.0 as usize];
            if !info.hooks.iter().any(|(o, _)| *o == op) {
                info.hooks.push((op, reference.0 as usize));
            }
            if !is_collection {
                return;
            }
        }
        let info = self.program.types.get(ty);
        if info.name_only.contains(&op) && !is_collection {
            return;
        }
        if op == Derived::Display && info.text_by_debug {
            return self.request_in(Derived::Inspect, ty, seen);
        }
        let parts = match &info.kind {
            TypeKind::List(item) => vec![*item],
            TypeKind::Tuple(items) => items.clone(),
            TypeKind::Struct { fields } => fields.iter().map(|f| f.1).collect(),
            TypeKind::Sum { variants } => variants.iter().flat_map(|v| v.1.clone()).collect(),
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::Pid
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Function { .. } => Vec::new(),
        };
        for part in parts {
            self.request_in(op, part, seen);
        }
    }

    /// The function that does `op` for a type with an impl.
    fn hook(&mut self, op: Derived, ty: TypeRef) -> Option<FunctionRef> {
        let (id, args) = self.declared.get(&ty).cloned()?;
        let (need, method) = match op {
            Derived::Equal => (Need::Eq, "eq"),
            Derived::Compare => (Need::Ord, "compare"),
            Derived::Hash => (Need::Hash, "hash"),
            Derived::Display => (Need::Display, "to_string"),
            Derived::Inspect => (Need::Debug, "inspect"),
        };
        let ty = Ty::Con(id, args);
        let found = self.find_impl(need, &ty)?;
        if op != Derived::Compare {
            let method = self.hir.need_method(need, method)?;
            return Some(self.instance(method, &[ty]));
        }
        // The structural order is a number; an impl may have either of the two methods.
        let adapter = match self.has_method(found, method) {
            true => "order_by_compare",
            false => "order_by_lt",
        };
        let adapter = self.hir.find_function("Prelude", adapter)?;
        Some(self.instance(adapter, &[ty]))
    }

    /// The impl of an interface of the prelude for a type.
    pub(super) fn find_impl(&self, need: Need, ty: &Ty) -> Option<ImplId> {
        let interface = self.hir.interface_for(need)?;
        self.hir.find_impl(interface, ty).map(|(id, _)| id)
    }

    /// Whether an impl has a method of its own under that name.
    pub(super) fn has_method(&self, id: ImplId, name: &str) -> bool {
        let found = &self.hir.impls[id.index()];
        let interface = &self.hir.interfaces[found.interface.index()];
        let methods = interface.methods.iter().zip(&found.methods);
        methods
            .into_iter()
            .any(|(method, own)| &*method.name == name && own.is_some())
    }
}
