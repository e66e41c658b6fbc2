//! Modules, types and functions.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Clause, Derives, FnId, LocalId, ModuleId, Role, TypeId};
use crate::ast::UnknownEscape;
use crate::source::{FileId, Name, PackageId, Span};
use crate::table::Table;
use crate::types::{Bounds, Ty};

/// The whole program, standard library included.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// In dependency order where possible.
    pub modules: Vec<Module>,
    /// Built-in and declared types.
    pub types: Vec<TypeDef>,
    /// Number of type arguments of services that fields leave to inference: `Ty::Var` below it in a
    /// field is one type for the whole program.
    pub holes: u32,
    /// All functions, actors, tests and externs, and the methods of interfaces and impls.
    pub functions: Table<Function>,
    /// All interfaces.
    pub interfaces: Vec<super::Interface>,
    /// All impls.
    pub impls: Vec<super::Impl>,
    /// Impls by interface and outermost form of the type.
    pub impl_table: FxHashMap<(super::InterfaceId, super::Head), Vec<super::ImplId>>,
    /// What stands for `Self` where a method of an interface is named by a type: `Point.origin()`.
    pub subjects: FxHashMap<super::ExprId, Ty>,
    /// All local names.
    pub locals: Table<Local>,
    /// Number of [`super::ExprId`]s handed out.
    pub expr_count: u32,
    /// Number of [`super::PatId`]s handed out.
    pub pat_count: u32,
    /// What of all this is the library's.
    pub library: Extent,
    /// `fn main` of module `Main`, when there is one.
    pub main: Option<FnId>,
    /// Tests in source order.
    pub tests: Vec<FnId>,
    /// Declarations that the compiler itself refers to.
    pub lang: LangItems,
    /// What is declared or imported, and named nowhere.
    pub unused: Vec<Unused>,
    /// What names in the text mean, in the order in which they were looked up. A name that was
    /// looked up twice stands here twice.
    pub mentions: Vec<super::Mention>,
}

/// How many of a program's things are of the library. They come first, so their numbers say nothing
/// about the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Functions, without those that hold values of constants.
    pub functions: usize,
    /// Locals of these functions.
    pub locals: usize,
    /// Expressions in them.
    pub exprs: u32,
    /// Patterns in them.
    pub pats: u32,
}

/// A private declaration or an import that nothing names.
#[derive(Clone, Debug)]
pub struct Unused {
    /// Where it stands.
    pub module: ModuleId,
    /// What it is.
    pub kind: UnusedKind,
    /// Its name, as written.
    pub name: Name,
    /// Where the name stands.
    pub span: Span,
}

/// What is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnusedKind {
    /// `import M`, or a name of `from M import name`.
    Import,
    /// A constructor of `from M import name` that comes with its type, which is imported under that
    /// name.
    ImportedWith(Name),
    /// A top-level `let`.
    Constant,
    /// A type or an alias of one.
    Type,
    /// A test in a file whose name is none of a test file, which is shown.
    Test(Name),
}

impl Program {
    /// The text at a place of a module.
    pub fn written(&self, span: Span) -> &str {
        let module = self.modules.iter().find(|module| module.file == span.file);
        let text = module.and_then(|m| m.text.get(span.start as usize..span.end as usize));
        text.unwrap_or_default()
    }

    /// A public or private function of the standard library by module (full name) and name; used
    /// for lang items and by `lower`.
    pub fn find_function(&self, module: &str, name: &str) -> Option<FnId> {
        let found = |f: &Function| {
            &*f.name == name
                && f.role == Role::Free
                && self.modules[f.module.index()].is_stdlib
                && &*self.modules[f.module.index()].name == module
        };
        self.functions
            .iter()
            .position(found)
            .map(|i| FnId(i as u32))
    }
}

/// A file.
#[derive(Clone, Debug)]
pub struct Module {
    /// `Main`, `Net.HttpUtil`, `Ws.Frame`.
    pub name: Name,
    /// The name, made unique: other packages may have a module of the same name.
    pub unique: Name,
    /// Part of the standard library.
    pub is_stdlib: bool,
    /// Whose opaque types its code may build and open.
    pub package: Package,
    /// Out of the sight of programs.
    pub is_internal: bool,
    /// Backslashes in its strings that mean nothing.
    pub unknown_escapes: Vec<UnknownEscape>,
    /// Places of `\$` in its strings.
    pub written_dollars: Vec<Span>,
    /// The file.
    pub file: FileId,
    /// What stands in it: for edits that move what was written.
    pub text: Arc<str>,
}

impl Module {
    /// Neither of the library nor of a package that the project depends on.
    pub fn is_projects(&self) -> bool {
        match self.package {
            Package::Program(package) => package == PackageId::default(),
            Package::Library(_) => !self.is_stdlib,
        }
    }
}

/// What sees the inside of an opaque type together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Package {
    /// A program with its tests, or a package that it depends on.
    Program(PackageId),
    /// A folder of the standard library with its tests, by the first segment of its modules' names.
    Library(Name),
}

/// A type declaration.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Declared in.
    pub module: ModuleId,
    /// Without module.
    pub name: Name,
    /// The name under which a module of the library that programs may import passes it on, where
    /// that is another.
    pub known_as: Option<Name>,
    /// Names of the type parameters; fields mention them as `Ty::Param`.
    pub generics: Vec<Name>,
    /// What it is made of.
    pub kind: TypeKind,
    /// What is derived for it, `deriving(…)` or not.
    pub derives: Derives,
    /// What `opaque` keeps from other packages; `None` for a transparent type.
    pub opaque: Option<Opaque>,
    /// Other modules may name it.
    pub is_public: bool,
    /// The declaration.
    pub span: Span,
}

impl TypeDef {
    /// The name that a program writes, without module.
    pub fn written_name(&self) -> &Name {
        self.known_as.as_ref().unwrap_or(&self.name)
    }
}

/// An opaque type. Its text is its name, but for what its `deriving` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// `deriving(Display)`: interpolation shows the contents.
    pub displays: bool,
    /// `deriving(Debug)`: `inspect` shows the contents.
    pub inspects: bool,
}

/// What a declared type is made of.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Known to the compiler (`extern type`).
    Builtin,
    /// Fields in order.
    Struct(Vec<(Name, Ty)>),
    /// Constructors in order.
    Sum(Vec<VariantDef>),
}

/// One constructor.
#[derive(Clone, Debug)]
pub struct VariantDef {
    /// Its name.
    pub name: Name,
    /// Payload.
    pub fields: Vec<Ty>,
}

/// What kind of function it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// `fn`.
    Plain,
    /// `actor`: `clauses` has one clause, the body; calling it in its own tail position loops.
    Actor,
    /// `test`: an actor without parameters.
    Test,
    /// `extern fn`: no clauses; the symbol.
    Extern(Name),
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Declared in.
    pub module: ModuleId,
    /// Its name; a test's title.
    pub name: Name,
    /// What kind.
    pub kind: FunctionKind,
    /// Whether it stands for itself, or is a method.
    pub role: Role,
    /// `pub`.
    pub is_public: bool,
    /// Explicit `<T>` names with `where` bounds. `annotations` mention them as `Ty::Param`.
    pub generics: Vec<(Name, Bounds)>,
    /// First parameter is the caller's pid, passed implicitly; it is `params[0]` in the clauses too
    /// (bound by `Bind`).
    pub has_self_pid: bool,
    /// Number of parameters, `self()` included.
    pub arity: usize,
    /// `:: T` of the first clause, by parameter. `Ty::Var(n)` with n counted from 0 stands for
    /// "anything" inside an annotation (bare generic names); infer replaces each by a fresh
    /// variable.
    pub annotations: Vec<Option<Ty>>,
    /// `-> T`.
    pub result: Option<Ty>,
    /// At least one unless extern. One clause of plain names for most functions.
    pub clauses: Vec<Clause>,
    /// `terminate` block of an actor: sees the parameters.
    pub terminate: Option<super::Expr>,
    /// The declaration.
    pub span: Span,
    /// The name in it.
    pub name_span: Span,
}

/// A local name.
#[derive(Clone, Debug)]
pub struct Local {
    /// As written; compiler-made ones start with `%`.
    pub name: Name,
}

/// Declarations the compiler refers to; `None` only when the standard library lacks them, which
/// `resolve` reports.
#[derive(Clone, Debug, Default)]
pub struct LangItems {
    pub int: Option<TypeId>,
    pub float: Option<TypeId>,
    pub bool_: Option<TypeId>,
    pub string: Option<TypeId>,
    pub bytes: Option<TypeId>,
    pub list: Option<TypeId>,
    pub map: Option<TypeId>,
    pub set: Option<TypeId>,
    pub queue: Option<TypeId>,
    pub range: Option<TypeId>,
    pub pid: Option<TypeId>,
    pub option: Option<TypeId>,
    pub result: Option<TypeId>,
}

/// The name of each parameter, in the first clause that has one for it.
pub fn parameter_locals(function: &Function) -> Vec<Option<LocalId>> {
    let count = function.clauses.first().map_or(0, |c| c.patterns.len());
    let named = |index: usize| {
        let mut patterns = function
            .clauses
            .iter()
            .filter_map(|c| c.patterns.get(index));
        patterns.find_map(|pattern| match pattern.kind {
            super::PatKind::Bind(local) | super::PatKind::As(_, local) => Some(local),
            super::PatKind::Wildcard
            | super::PatKind::Int(_)
            | super::PatKind::Float(_)
            | super::PatKind::String(_)
            | super::PatKind::Bool(_)
            | super::PatKind::Unit
            | super::PatKind::Tuple(_)
            | super::PatKind::Constructor { .. }
            | super::PatKind::Or(_)
            | super::PatKind::Cons(..)
            | super::PatKind::Nil
            | super::PatKind::Bits(_)
            | super::PatKind::Error => None,
        })
    };
    (0..count).map(named).collect()
}
