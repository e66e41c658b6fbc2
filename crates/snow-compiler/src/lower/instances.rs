//! Which functions exist: one for each function and tuple of type arguments, found from the entry.

use super::function::Body;
use super::Lowering;
use crate::core::ir::*;
use crate::core::names;
use crate::core::primitive::Prim;
use crate::core::types::TypeRef;
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{FnId, FunctionKind, InterfaceId, Module, Role};
use crate::source::Span;
use crate::types::{exceeds, Ty, MOST_LEVELS, MOST_PARTS};

/// An instance whose body is still to be lowered.
pub(super) struct Wanted {
    reference: FunctionRef,
    function: FnId,
    args: Vec<Ty>,
    /// Where the program asks for it.
    origin: Span,
}

impl Lowering<'_> {
    /// The place in the program that leads to what is being lowered.
    pub(super) fn asked_at(&self) -> Span {
        match self.in_library {
            true => self.origin,
            false => self.place,
        }
    }

    /// The instance of `function` for these type arguments; its body is lowered later.
    ///
    /// A method of an interface is the function of the impl for its first argument.
    pub(super) fn instance(&mut self, function: FnId, args: &[Ty]) -> FunctionRef {
        let key = self.hir.method_for(function, args);
        let (function, args) = (key.0, &key.1.clone()[..]);
        if let Some(found) = self.instances.get(&key) {
            return *found;
        }
        let def = &self.hir.functions[function.index()];
        // Half, so that the function is blamed and not a type that it uses.
        let mut left = MOST_PARTS / 2;
        if args.iter().any(|t| exceeds(t, &mut left, MOST_LEVELS / 2)) {
            let (most, levels) = (MOST_PARTS / 2, MOST_LEVELS / 2);
            let text = format!(
                "`{}` is needed at types of more than {most} parts or {levels} levels",
                def.name
            );
            let is_library = self.hir.modules[def.module.index()].is_stdlib;
            let place = match is_library {
                true => self.asked_at(),
                false => def.name_span,
            };
            self.too_large(place, &text);
            return self.declare(String::new(), String::new(), "".into());
        }
        let home = &self.hir.modules[def.module.index()];
        let module = home.unique.clone();
        let title = match &def.kind {
            FunctionKind::Test => format!("test_{}", self.test_number(function)),
            FunctionKind::Plain | FunctionKind::Actor | FunctionKind::Extern(_) => {
                format!("{}{}_{}", self.owner(def.role), def.name, def.arity)
            }
        };
        let mut symbol = format!("{}__{}", mangle(&module), mangle(&title));
        if !args.is_empty() {
            symbol.push_str(&format!("__{:016x}", names::hash(&self.type_names(args))));
        }
        let name = if &*module == "Main" {
            def.name.to_string()
        } else {
            format!("{}.{}", self.hir.modules[def.module.index()].name, def.name)
        };
        let unit = match args.is_empty() {
            true => module,
            false => self.unit_of_instance(home, args),
        };
        let hook = self.may_be_hook(def.role);
        let reference = self.declare(symbol, name, unit);
        self.program.functions[reference.0 as usize].hook = hook;
        self.instances.insert(key, reference);
        if args.is_empty() && self.take_compiled(reference, function) {
            return reference;
        }
        self.queue.push(Wanted {
            reference,
            function,
            args: args.to_vec(),
            origin: self.asked_at(),
        });
        reference
    }

    /// Interfaces of the prelude stand for structural operations.
    fn may_be_hook(&self, role: Role) -> bool {
        let interface = match role {
            Role::Free => return false,
            Role::Interface(id, _) => id,
            Role::Impl(id, _) => self.hir.impls[id.index()].interface,
        };
        let home = self.hir.interfaces[interface.index()].module;
        &*self.hir.modules[home.index()].unique == "Prelude"
    }

    /// Fills in how a function is called that was compiled before, and needs no body for that.
    fn take_compiled(&mut self, reference: FunctionRef, function: FnId) -> bool {
        let symbol = &self.program.function(reference).symbol;
        let known = self.compiled.and_then(|all| all.get(symbol));
        let Some(convention) = known.and_then(|known| known.convention.clone()) else {
            return false;
        };
        let typed = self.typed;
        let scheme = &typed.scheme[function.index()];
        let params: Vec<TypeRef> = scheme.params.iter().map(|ty| self.type_ref(ty)).collect();
        let result = self.type_ref(&scheme.result);
        let function = &mut self.program.functions[reference.0 as usize];
        function.params = (0..params.len() as u32).map(Var).collect();
        let var = |ty| VarInfo { ty, alias: false };
        function.vars = params.into_iter().map(var).collect();
        function.result = result;
        function.borrowed = convention.borrowed.clone();
        function.compiled = Some(convention);
        true
    }

    /// What tells a method from functions of its name: interface, and type of its impl.
    fn owner(&self, role: Role) -> String {
        let owner = |id: InterfaceId, ty: &str| {
            let interface = &self.hir.interfaces[id.index()];
            let module = &self.hir.modules[interface.module.index()].unique;
            let whole = format!("{module}.{} for {ty}", interface.name);
            format!("{}_{:016x}_", interface.name, names::hash(&whole))
        };
        match role {
            Role::Free => String::new(),
            Role::Interface(id, _) => owner(id, "Self"),
            Role::Impl(id, _) => {
                let found = &self.hir.impls[id.index()];
                owner(found.interface, &self.type_name(&found.target))
            }
        }
    }

    /// An instance belongs to the first user module that its type arguments come from; one of the
    /// library's functions to a file beside that module's, `List@Main`, which a changed line of the
    /// module leaves as it is.
    fn unit_of_instance(&self, home: &Module, args: &[Ty]) -> crate::source::Name {
        fn first_user(hir: &crate::hir::Program, ty: &Ty) -> Option<crate::source::Name> {
            match ty {
                Ty::Con(id, args) => {
                    let owner = &hir.modules[hir.types[id.index()].module.index()];
                    let own = (!owner.is_stdlib).then(|| owner.unique.clone());
                    own.or_else(|| args.iter().find_map(|t| first_user(hir, t)))
                }
                Ty::Tuple(items) => items.iter().find_map(|t| first_user(hir, t)),
                Ty::Fun(params, result) => params
                    .iter()
                    .find_map(|t| first_user(hir, t))
                    .or_else(|| first_user(hir, result)),
                Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => None,
            }
        }
        match args.iter().find_map(|t| first_user(self.hir, t)) {
            Some(user) if home.is_stdlib => format!("{}@{user}", home.unique).into(),
            Some(user) => user,
            None => home.unique.clone(),
        }
    }

    fn test_number(&self, function: FnId) -> usize {
        let module = self.hir.functions[function.index()].module;
        let same = |id: &&FnId| self.hir.functions[id.index()].module == module;
        self.hir
            .tests
            .iter()
            .filter(same)
            .position(|id| *id == function)
            .unwrap_or(0)
    }

    /// An empty function to be filled in.
    pub(super) fn declare(
        &mut self,
        symbol: String,
        name: String,
        unit: crate::source::Name,
    ) -> FunctionRef {
        let result = self.type_ref(&Ty::unit());
        self.program.functions.push(Function {
            symbol,
            name,
            unit,
            kind: Kind::Plain,
            params: Vec::new(),
            borrowed: Vec::new(),
            result,
            vars: Vec::new(),
            labels: 0,
            body: Vec::new(),
            inline: false,
            hook: false,
            exported: false,
            apart: false,
            frame: None,
            compiled: None,
        });
        FunctionRef(self.program.functions.len() as u32 - 1)
    }

    /// Lowers bodies until nothing new is reached.
    pub(super) fn drain(&mut self) {
        while let Some(wanted) = self.queue.pop() {
            let def = &self.hir.functions[wanted.function.index()];
            self.in_library = self.hir.modules[def.module.index()].is_stdlib;
            self.origin = wanted.origin;
            self.place = def.name_span;
            Body::lower_function(self, wanted.reference, wanted.function, wanted.args);
        }
    }

    /// The actor around `fn main`.
    pub(super) fn main_entry(&mut self) -> Option<FunctionRef> {
        let main = self.hir.main?;
        let call = self.instance(main, &[]);
        Some(self.entry_actor("main", call, Vec::new()))
    }

    /// The actor that hands all tests to `Test.run`.
    pub(super) fn test_entry(&mut self) -> Option<FunctionRef> {
        let Some(runner) = self.hir.find_function("Test", "run") else {
            self.error(
                Code::E0999,
                Span::default(),
                "the standard library has no `Test.run`",
            );
            return None;
        };
        let run = self.instance(runner, &[]);
        let list_ty = self.typed.scheme[runner.index()]
            .params
            .first()
            .cloned()
            .unwrap_or_else(Ty::unit);
        let Ty::Con(_, items) = &list_ty else {
            return None;
        };
        let case_ty = self.type_ref(&items[0]);
        let list_ref = self.type_ref(&list_ty);
        let tests = self.hir.tests.clone();
        let actor = self.entry_actor("main", run, Vec::new());
        let mut body = Vec::new();
        let mut vars = Vec::new();
        let mut fresh = |ty: TypeRef| {
            vars.push(VarInfo { ty, alias: false });
            Var(vars.len() as u32 - 1)
        };
        let mut list = fresh(list_ref);
        body.push(Stmt::Let(list, Rvalue::Use(Operand::EmptyList(list_ref))));
        for test in tests {
            let def = &self.hir.functions[test.index()];
            let module = self.hir.modules[def.module.index()].name.clone();
            let start = self.test_starter(test);
            let case = fresh(case_ty);
            let fields = vec![
                Operand::Text(module),
                Operand::Text(def.name.clone()),
                Operand::Function(start),
            ];
            body.push(Stmt::Let(case, Rvalue::Make(case_ty, fields)));
            let next = fresh(list_ref);
            let args = vec![Operand::Var(list), Operand::Var(case)];
            body.push(Stmt::Let(
                next,
                Rvalue::Primitive {
                    op: Prim::ListAppend,
                    ty: Some(case_ty),
                    args,
                    span: Span::default(),
                },
            ));
            list = next;
        }
        let unit = self.type_ref(&Ty::unit());
        let done = fresh(unit);
        body.push(Stmt::Let(done, Rvalue::Call(run, vec![Operand::Var(list)])));
        body.push(Stmt::Return(Operand::Unit));
        let function = &mut self.program.functions[actor.0 as usize];
        function.vars = vars;
        function.body = body;
        Some(actor)
    }

    /// `fn() -> Int` that spawns the test and answers its pid.
    fn test_starter(&mut self, test: FnId) -> FunctionRef {
        let body_ref = self.instance(test, &[]);
        let symbol = format!("{}_start", self.program.function(body_ref).symbol);
        let unit = self.program.function(body_ref).unit.clone();
        let starter = self.declare(symbol, "test".into(), unit);
        let int = self.int();
        let function = &mut self.program.functions[starter.0 as usize];
        function.kind = Kind::Closure(Vec::new());
        function.result = int;
        function.vars = vec![VarInfo {
            ty: int,
            alias: false,
        }];
        function.body = vec![
            Stmt::Let(Var(0), Rvalue::Spawn(body_ref, Vec::new())),
            Stmt::Return(Operand::Var(Var(0))),
        ];
        starter
    }

    fn entry_actor(&mut self, name: &str, call: FunctionRef, args: Vec<Operand>) -> FunctionRef {
        let actor = self.declare("snow_entry".into(), name.into(), "entry".into());
        let unit = self.type_ref(&Ty::unit());
        // The entry's result is ignored, so a value it may have is received in a variable of its
        // own type.
        let result = match self.hir.main {
            Some(main) if args.is_empty() => {
                let ty = self.typed.scheme[main.index()].result.clone();
                self.type_ref(&ty)
            }
            _ => unit,
        };
        let function = &mut self.program.functions[actor.0 as usize];
        function.kind = Kind::Actor {
            message: unit,
            terminate: None,
        };
        function.vars = vec![VarInfo {
            ty: result,
            alias: false,
        }];
        function.body = vec![
            Stmt::Let(Var(0), Rvalue::Call(call, args)),
            Stmt::Return(Operand::Unit),
        ];
        actor
    }

    /// The type `Int`.
    pub(super) fn int(&mut self) -> TypeRef {
        let ty = self
            .hir
            .lang
            .int
            .map_or_else(Ty::unit, |id| Ty::Con(id, Vec::new()));
        self.type_ref(&ty)
    }

    /// The type `Bool`.
    pub(super) fn bool(&mut self) -> TypeRef {
        let ty = self
            .hir
            .lang
            .bool_
            .map_or_else(Ty::unit, |id| Ty::Con(id, Vec::new()));
        self.type_ref(&ty)
    }

    /// The type `String`.
    pub(super) fn string(&mut self) -> TypeRef {
        let ty = self
            .hir
            .lang
            .string
            .map_or_else(Ty::unit, |id| Ty::Con(id, Vec::new()));
        self.type_ref(&ty)
    }

    /// The type `Bytes`.
    pub(super) fn bytes(&mut self) -> TypeRef {
        let ty = self
            .hir
            .lang
            .bytes
            .map_or_else(Ty::unit, |id| Ty::Con(id, Vec::new()));
        self.type_ref(&ty)
    }

    /// E0098, once: what needs the one type needs many like it.
    pub(super) fn too_large(&mut self, span: Span, text: &str) {
        if !self.errors.iter().any(|report| report.code == Code::E0098) {
            let help = "each use asks for a larger type: let a function call itself at its own \
                        types, or declare a `type` that contains itself";
            let report = Diagnostic::error(Code::E0098, span, text).help(help);
            self.errors.push(report);
        }
    }

    pub(super) fn error(&mut self, code: Code, span: Span, text: &str) {
        self.errors.push(Diagnostic::error(code, span, text));
    }
}

/// A C identifier that differs for different names.
pub(super) fn mangle(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        match c {
            // Two underscores stand for a dot.
            '_' if out.ends_with('_') => out.push_str("_u5f_"),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => out.push(c),
            '.' => out.push_str("__"),
            other => out.push_str(&format!("_u{:x}_", other as u32)),
        }
    }
    out
}
