//! Items: what stands at the top of a file.

use super::{Block, Expr, Ident, Param, Path, TypeExpr};
use crate::source::{Name, Span};

/// An item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Which form.
    pub kind: ItemKind,
    /// `pub`.
    pub is_public: bool,
    /// `##` lines above, joined by newlines.
    pub doc: Option<Name>,
    /// From the first token to the last.
    pub span: Span,
}

/// The forms of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `fn name(…)`.
    Fn(FnItem),
    /// `struct Name do … end`.
    Struct(StructItem),
    /// `type Name do … end`.
    Sum(SumItem),
    /// `type Name<…> = T`.
    Alias {
        name: Ident,
        generics: Vec<Ident>,
        target: TypeExpr,
    },
    /// `interface Name do … end`.
    Interface(InterfaceItem),
    /// `impl Interface for Type do … end`.
    Impl(ImplItem),
    /// `import Math.Linear`.
    Import(Path),
    /// `from Math.Linear import dot, Vec`.
    FromImport { path: Path, names: Vec<Ident> },
    /// `actor name(…) do … end`.
    Actor(ActorItem),
    /// `service Name do … end`.
    Service(ServiceItem),
    /// `supervisor Name do … end`.
    Supervisor(SupervisorItem),
    /// `test "name" do … end`.
    Test {
        name: Name,
        name_span: Span,
        body: Block,
    },
    /// `extern fn name(params) -> T = "symbol"`, in the standard library only.
    Extern(ExternItem),
    /// `extern type Name<…>`, in the standard library only: a type that the compiler knows.
    ExternType { name: Ident, generics: Vec<Ident> },
    /// A top-level `let NAME = constant`.
    Let {
        name: Ident,
        annotation: Option<TypeExpr>,
        value: Expr,
    },
}

/// One clause of a function; adjacent clauses of the same name and arity are joined by `resolve`.
#[derive(Clone, Debug, PartialEq)]
pub struct FnItem {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Parameters.
    pub params: Vec<Param>,
    /// `-> T`.
    pub result: Option<TypeExpr>,
    /// `where T: Interface`.
    pub bounds: Vec<Bound>,
    /// `when g`.
    pub guard: Option<Expr>,
    /// `= e` is a block of one expression.
    pub body: Block,
    /// True for `= e`.
    pub is_expression: bool,
}

/// `T: Interface<…>` behind `where`.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The type parameter.
    pub name: Ident,
    /// What it must implement.
    pub interface: Path,
    /// Type arguments of the interface.
    pub arguments: Vec<TypeExpr>,
}

/// `extern fn`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternItem {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Parameters.
    pub params: Vec<Param>,
    /// `-> T`.
    pub result: Option<TypeExpr>,
    /// A runtime symbol (`snow_…`) or a primitive of the compiler (`%…`).
    pub symbol: Name,
}

/// `struct`.
#[derive(Clone, Debug, PartialEq)]
pub struct StructItem {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Fields and their types.
    pub fields: Vec<Field>,
    /// `opaque`: its fields are for the package that declares it.
    pub is_opaque: bool,
    /// `deriving(…)`: `None` when the clause is absent.
    pub deriving: Option<Vec<Derive>>,
}

/// One field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Ident,
    /// `:: T`, without which the field is reported.
    pub annotation: Option<TypeExpr>,
    /// `##` lines above, joined by newlines.
    pub doc: Option<Name>,
}

/// One interface of a `deriving`.
#[derive(Clone, Debug, PartialEq)]
pub struct Derive {
    /// Its name.
    pub name: Ident,
    /// In parentheses behind the name.
    pub options: Vec<DeriveOption>,
}

/// How an interface is derived.
#[derive(Clone, Debug, PartialEq)]
pub enum DeriveOption {
    /// `tag: "type"`.
    Setting { name: Ident, value: Name },
    /// `field as "key" = default`, `Variant as "key"`, `Variant.field as "key"`.
    Part {
        path: Path,
        key: Option<Name>,
        default: Option<Expr>,
    },
}

/// `type Name do … end`.
#[derive(Clone, Debug, PartialEq)]
pub struct SumItem {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Constructors in source order.
    pub variants: Vec<Variant>,
    /// `opaque`: its constructors are for the package that declares it.
    pub is_opaque: bool,
    /// `deriving(…)`.
    pub deriving: Option<Vec<Derive>>,
}

/// One constructor.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name.
    pub name: Ident,
    /// Payload types with their documentary names.
    pub fields: Vec<(Option<Ident>, TypeExpr)>,
    /// `##` lines above, joined by newlines.
    pub doc: Option<Name>,
    /// Where.
    pub span: Span,
}

/// `interface`.
#[derive(Clone, Debug, PartialEq)]
pub struct InterfaceItem {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// In source order.
    pub methods: Vec<Method>,
}

/// One method of an interface.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// The signature, and the default where there is one.
    pub function: FnItem,
    /// Whether a body is written, which is the default.
    pub has_body: bool,
    /// `##` lines above, joined by newlines.
    pub doc: Option<Name>,
}

/// `impl Interface<…> for Type where … do … end`.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplItem {
    /// What is implemented.
    pub interface: Path,
    /// Type arguments of the interface.
    pub arguments: Vec<TypeExpr>,
    /// The type it is implemented for.
    pub target: TypeExpr,
    /// `where T: Interface`.
    pub bounds: Vec<Bound>,
    /// Functions.
    pub methods: Vec<Item>,
}

/// `actor`.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorItem {
    /// Its name.
    pub name: Ident,
    /// Parameters.
    pub params: Vec<Param>,
    /// Statements.
    pub body: Block,
    /// `terminate do … end`, wherever it stood in the body.
    pub terminate: Option<Block>,
}

/// `service`.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceItem {
    /// Its name.
    pub name: Ident,
    /// `init` and others.
    pub functions: Vec<Item>,
    /// `call` and `cast`.
    pub handlers: Vec<Handler>,
}

/// `call Name(params) :: T do |state| … end` or `cast …` (`is_call` false).
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// False for `cast`.
    pub is_call: bool,
    /// Its name.
    pub name: Ident,
    /// Parameters.
    pub params: Vec<Param>,
    /// `:: T` of a `call`.
    pub reply: Option<TypeExpr>,
    /// The name between bars.
    pub state: Option<Ident>,
    /// Statements.
    pub body: Block,
    /// `##` lines above, joined by newlines.
    pub doc: Option<Name>,
    /// Where.
    pub span: Span,
}

/// `supervisor`.
#[derive(Clone, Debug, PartialEq)]
pub struct SupervisorItem {
    /// Its name.
    pub name: Ident,
    /// `strategy: …`.
    pub strategy: Option<Ident>,
    /// `max_restarts: …`.
    pub max_restarts: Option<(i64, Span)>,
    /// `max_seconds: …`.
    pub max_seconds: Option<(i64, Span)>,
    /// `child` clauses.
    pub children: Vec<Child>,
}

/// `child` of a supervisor.
#[derive(Clone, Debug, PartialEq)]
pub struct Child {
    /// Its name.
    pub name: Ident,
    /// `start: …`.
    pub start: Option<Expr>,
    /// `restart: …`.
    pub restart: Option<Ident>,
    /// Milliseconds or `brutal_kill`.
    pub shutdown: Option<(Result<i64, Ident>, Span)>,
    /// `##` lines above, joined by newlines.
    pub doc: Option<Name>,
    /// Where.
    pub span: Span,
}
