//! Operators between two operands: one table of how they are spelled, how tightly they bind and
//! what they do. Parser, printer, inference and lowering ask it.

/// An operator on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

/// An operator that compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    Ne,
    Order(Order),
}

/// A comparison that needs an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Lt,
    Gt,
    Le,
    Ge,
}

/// An operator that may leave its right side out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logic {
    And,
    Or,
}

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Arithmetic(Arithmetic),
    Comparison(Comparison),
    Logic(Logic),
    /// Strings.
    Join,
    /// Lists and strings.
    Concat,
    Range,
}

/// Which of two operators of one level binds first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Associates {
    /// `a - b - c` is `(a - b) - c`.
    Left,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $op:ident $spelling:literal $level:literal $side:ident $group:expr;)*) => {
        /// Operators between two operands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum BinaryOp {
            $($(#[$doc])* $op,)*
        }

        impl BinaryOp {
            /// As it is written; `and` and `or` also have the spellings `&&` and `||`.
            pub fn spelling(self) -> &'static str {
                match self { $(BinaryOp::$op => $spelling,)* }
            }

            /// How tightly it binds. The pipe has level 1.
            pub fn level(self) -> usize {
                match self { $(BinaryOp::$op => $level,)* }
            }

            /// What it does beside operators of its level.
            pub fn associates(self) -> Associates {
                match self { $(BinaryOp::$op => Associates::$side,)* }
            }

            /// What it does.
            pub fn group(self) -> Group {
                match self { $(BinaryOp::$op => $group,)* }
            }
        }
    };
}

operators! {
    // operator  spelling  level  side  group
    Or           "or"      2      Left  Group::Logic(Logic::Or);
    And          "and"     3      Left  Group::Logic(Logic::And);
    Eq           "=="      4      Left  Group::Comparison(Comparison::Eq);
    Ne           "!="      4      Left  Group::Comparison(Comparison::Ne);
    Lt           "<"       5      Left  Group::Comparison(Comparison::Order(Order::Lt));
    Gt           ">"       5      Left  Group::Comparison(Comparison::Order(Order::Gt));
    Le           "<="      5      Left  Group::Comparison(Comparison::Order(Order::Le));
    Ge           ">="      5      Left  Group::Comparison(Comparison::Order(Order::Ge));
    Range        ".."      6      Left  Group::Range;
    Join         "<>"      7      Left  Group::Join;
    Concat       "++"      7      Left  Group::Concat;
    Add          "+"       8      Left  Group::Arithmetic(Arithmetic::Add);
    Sub          "-"       8      Left  Group::Arithmetic(Arithmetic::Sub);
    Mul          "*"       9      Left  Group::Arithmetic(Arithmetic::Mul);
    Div          "/"       9      Left  Group::Arithmetic(Arithmetic::Div);
    Rem          "%"       9      Left  Group::Arithmetic(Arithmetic::Rem);
}
