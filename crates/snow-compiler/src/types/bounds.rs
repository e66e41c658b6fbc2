//! What a type parameter must support.

use crate::ast::Arithmetic;
use crate::hir::InterfaceId;

use super::Ty;

/// What operators, texts and the compiler itself ask of a type. Most are interfaces of the prelude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// `+`.
    Add,
    /// `-` between two values.
    Sub,
    /// `*`.
    Mul,
    /// `/`.
    Div,
    /// `%`.
    Mod,
    /// `-` in front of a value: a number.
    Negate,
    /// `== !=`.
    Eq,
    /// `< > <= >=`, `compare`.
    Ord,
    /// `not`, `!`.
    Not,
    /// `hash`, and keys of maps.
    Hash,
    /// A text for users of its own.
    Display,
    /// A text for programmers.
    Debug,
    /// `default()`.
    Default,
    /// Part of an interpolated string: by Display, or else by Debug.
    Text,
    /// Known to the last part when the program runs, because it is compared with the type of an
    /// actor's messages.
    Known,
}

impl Need {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Need; 15] = [
        Need::Add,
        Need::Sub,
        Need::Mul,
        Need::Div,
        Need::Mod,
        Need::Negate,
        Need::Ord,
        Need::Eq,
        Need::Not,
        Need::Hash,
        Need::Display,
        Need::Debug,
        Need::Default,
        Need::Text,
        Need::Known,
    ];

    /// The interface of the prelude, where it is one.
    pub fn interface(self) -> Option<&'static str> {
        Some(match self {
            Need::Add => "Add",
            Need::Sub => "Sub",
            Need::Mul => "Mul",
            Need::Div => "Div",
            Need::Mod => "Mod",
            Need::Eq => "Eq",
            Need::Ord => "Ord",
            Need::Not => "Not",
            Need::Hash => "Hash",
            Need::Display => "Display",
            Need::Debug => "Debug",
            Need::Default => "Default",
            Need::Negate | Need::Text | Need::Known => return None,
        })
    }

    /// The need that an interface of the prelude stands for.
    pub fn of_interface(name: &str) -> Option<Need> {
        Need::ALL
            .into_iter()
            .find(|need| need.interface() == Some(name))
    }

    /// What a type may have without an impl, from its structure.
    pub fn is_structural(self) -> bool {
        match self {
            Need::Eq | Need::Ord | Need::Hash | Need::Display | Need::Debug | Need::Text => true,
            Need::Add
            | Need::Sub
            | Need::Mul
            | Need::Div
            | Need::Mod
            | Need::Negate
            | Need::Not
            | Need::Default
            | Need::Known => false,
        }
    }

    /// Asked by arithmetic: a type that nothing else decides is Int.
    pub fn is_arithmetic(self) -> bool {
        matches!(
            self,
            Need::Add | Need::Sub | Need::Mul | Need::Div | Need::Mod | Need::Negate
        )
    }
}

impl Arithmetic {
    /// What the operator asks of its operands.
    pub fn need(self) -> Need {
        match self {
            Arithmetic::Add => Need::Add,
            Arithmetic::Sub => Need::Sub,
            Arithmetic::Mul => Need::Mul,
            Arithmetic::Div => Need::Div,
            Arithmetic::Rem => Need::Mod,
        }
    }

    /// The method that the operator calls on a type with an impl of its own.
    pub fn method(self) -> &'static str {
        match self {
            Arithmetic::Add => "add",
            Arithmetic::Sub => "sub",
            Arithmetic::Mul => "mul",
            Arithmetic::Div => "div",
            Arithmetic::Rem => "mod",
        }
    }
}

/// An interface that a type must implement. The type decides the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceBound {
    /// Which, none of those that are a [`Need`].
    pub interface: InterfaceId,
    /// Its type arguments.
    pub arguments: Vec<Ty>,
}

/// All that one type parameter must support.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// A bit for each [`Need`].
    needs: u16,
    /// Each interface once.
    pub interfaces: Vec<InterfaceBound>,
}

impl Bounds {
    /// Asks for one more.
    pub fn add(&mut self, need: Need) {
        self.needs |= 1 << need as u16;
    }

    /// Whether it is asked for.
    pub fn has(&self, need: Need) -> bool {
        self.needs & (1 << need as u16) != 0
    }

    /// All needs.
    pub fn needs(&self) -> impl Iterator<Item = Need> + '_ {
        Need::ALL.into_iter().filter(|need| self.has(*need))
    }

    /// Whether arithmetic asks for something.
    pub fn is_number(&self) -> bool {
        self.needs().any(Need::is_arithmetic)
    }

    /// The arguments that an interface is asked for with.
    pub fn arguments_of(&self, interface: InterfaceId) -> Option<&[Ty]> {
        let found = self.interfaces.iter().find(|b| b.interface == interface);
        found.map(|bound| &bound.arguments[..])
    }

    /// How much is asked for.
    pub fn count(&self) -> usize {
        self.needs.count_ones() as usize + self.interfaces.len()
    }

    /// The same with other types in the arguments of interfaces.
    pub fn map(&self, mut change: impl FnMut(&Ty) -> Ty) -> Bounds {
        let interfaces = self.interfaces.iter();
        let interfaces = interfaces
            .map(|bound| InterfaceBound {
                interface: bound.interface,
                arguments: bound.arguments.iter().map(&mut change).collect(),
            })
            .collect();
        Bounds {
            needs: self.needs,
            interfaces,
        }
    }
}
