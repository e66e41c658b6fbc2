//! Decision trees: how to find the arm that matches.

use crate::hir::{ExprId, FnId, LocalId, Pat, Segment};
use crate::source::Name;

use rustc_hash::FxHashMap;

use super::places::{Place, Places};

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKey {
    /// The clauses of a function; one column a parameter.
    Function(FnId),
    /// `case`, `receive` (one column), a closure (one column a parameter).
    Expr(ExprId),
}

/// One decision for each match of the program with more than plain names.
pub type Decisions = FxHashMap<MatchKey, Decision>;

/// How the arm is found.
#[derive(Clone, Debug)]
pub enum Decision {
    /// By a tree that looks at no value twice.
    Tree(Tree),
    /// By trying one arm after the other: the tree would be much longer than the patterns.
    InOrder,
}

/// Index into [`Tree::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A decision tree whose equal sub-trees are one: a graph without circles.
#[derive(Clone, Debug)]
pub struct Tree {
    /// A node stands behind those that it leads to.
    pub nodes: Vec<Node>,
    /// Where to begin.
    pub root: NodeId,
    /// What the nodes look at.
    pub places: Places,
}

impl Tree {
    /// The node of that number.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}

/// One step of a decision.
#[derive(Clone, Debug)]
pub enum Node {
    /// Nothing matches: a panic, or for `receive` the next message.
    Fail,
    /// This arm.
    Arm {
        /// Index of the clause.
        arm: usize,
        /// Names to bind first. Names bound by a `Bits` node on the way are bound already.
        bindings: Vec<(LocalId, Place)>,
    },
    /// This arm if its guard holds.
    Guarded {
        /// Index of the clause.
        arm: usize,
        /// Names that guard and body use.
        bindings: Vec<(LocalId, Place)>,
        /// When the guard says no.
        otherwise: NodeId,
    },
    /// Looks at one value.
    Switch {
        /// Which value.
        place: Place,
        /// All of one kind, each in one list only; each list leads to another node.
        cases: Vec<(Vec<Case>, NodeId)>,
        /// When no case holds; absent when the cases are complete.
        default: Option<NodeId>,
    },
    /// Tests and takes apart a `Bytes` by the bit syntax; binds the names of the segments when it
    /// matches.
    Bits {
        /// The bytes.
        place: Place,
        /// The segments.
        segments: Vec<Segment<Pat>>,
        /// It matches.
        matched: NodeId,
        /// It does not.
        otherwise: NodeId,
    },
}

impl Node {
    /// Calls `visit` for each edge to another node, in order.
    pub fn edges(&self, visit: &mut dyn FnMut(NodeId)) {
        match self {
            Node::Fail | Node::Arm { .. } => {}
            Node::Guarded { otherwise, .. } => visit(*otherwise),
            Node::Switch { cases, default, .. } => {
                cases.iter().for_each(|(_, node)| visit(*node));
                default.iter().for_each(|node| visit(*node));
            }
            Node::Bits {
                matched, otherwise, ..
            } => {
                visit(*matched);
                visit(*otherwise);
            }
        }
    }
}

/// What a switch compares with.
#[derive(Clone, Debug, PartialEq)]
pub enum Case {
    /// A constructor by index.
    Variant(usize),
    Int(i64),
    Float(f64),
    String(Name),
    Bool(bool),
    /// A list that is not empty.
    Cons,
    /// The empty list.
    Nil,
}
