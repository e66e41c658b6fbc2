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

macro_rules! operators {
    ($($(#[$doc:meta])* $op:ident $spelling:literal $level:literal $group:expr;)*) => {
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

            /// How tightly it binds; all associate to the left. The pipe has level 1.
            pub fn level(self) -> usize {
                match self { $(BinaryOp::$op => $level,)* }
            }

            /// What it does.
            pub fn group(self) -> Group {
                match self { $(BinaryOp::$op => $group,)* }
            }
        }
    };
}

operators! {
    // operator  spelling  level  group
    Or           "or"      2      Group::Logic(Logic::Or);
    And          "and"     3      Group::Logic(Logic::And);
    Eq           "=="      4      Group::Comparison(Comparison::Eq);
    Ne           "!="      4      Group::Comparison(Comparison::Ne);
    Lt           "<"       5      Group::Comparison(Comparison::Order(Order::Lt));
    Gt           ">"       5      Group::Comparison(Comparison::Order(Order::Gt));
    Le           "<="      5      Group::Comparison(Comparison::Order(Order::Le));
    Ge           ">="      5      Group::Comparison(Comparison::Order(Order::Ge));
    Range        ".."      6      Group::Range;
    Join         "<>"      7      Group::Join;
    Concat       "++"      7      Group::Concat;
    Add          "+"       8      Group::Arithmetic(Arithmetic::Add);
    Sub          "-"       8      Group::Arithmetic(Arithmetic::Sub);
    Mul          "*"       9      Group::Arithmetic(Arithmetic::Mul);
    Div          "/"       9      Group::Arithmetic(Arithmetic::Div);
    Rem          "%"       9      Group::Arithmetic(Arithmetic::Rem);
}
