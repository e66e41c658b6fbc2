//! What the values of a type are made of, for walks over values that are nested too deeply for
//! recursion. Static data of the program; generated code writes it, the runtime reads it.

use super::{Bytes, Context, Header};

/// One part of an object.
#[repr(C)]
#[derive(Debug)]
pub struct Step {
    /// One of [`step`].
    pub code: u16,
    /// Of a [`step::CASE`]: which variant.
    pub variant: u16,
    /// Bytes from the start of the object or item; of a [`step::ITEM_END`] the size of an item.
    pub offset: u32,
    /// Steps to skip; of a [`step::ITEM_END`] those back to the first one of an item.
    pub skip: i64,
    /// Of a [`step::VALUE`] or [`step::OPEN`]: what lies there.
    pub of: *const Shape,
}

/// Values of `Step::code`.
pub mod step {
    /// The object has no more parts.
    pub const END: u16 = 0;
    /// The item of a list has no more parts.
    pub const ITEM_END: u16 = 1;
    /// An `Int`.
    pub const INT: u16 = 2;
    /// A pid.
    pub const PID: u16 = 3;
    /// A `Float`.
    pub const FLOAT: u16 = 4;
    /// A `Bool`.
    pub const BOOL: u16 = 5;
    /// A `()`.
    pub const UNIT: u16 = 6;
    /// A `String`.
    pub const STRING: u16 = 7;
    /// A `Bytes`.
    pub const BYTES: u16 = 8;
    /// A function.
    pub const CLOSURE: u16 = 9;
    /// A pointer to an object or list.
    pub const VALUE: u16 = 10;
    /// A tuple, struct or sum that lies in the object begins.
    pub const OPEN: u16 = 11;
    /// It ends.
    pub const CLOSE: u16 = 12;
    /// The steps of one of its variants follow.
    pub const CASE: u16 = 13;
    /// A struct without fields: packed it takes a byte.
    pub const NOTHING: u16 = 14;
}

/// The object of one constructor, tuple, struct or closure; or the item of a list.
#[repr(C)]
#[derive(Debug)]
pub struct Variant {
    /// Name of the constructor.
    pub name: *const std::ffi::c_char,
    /// Names of the fields of a struct.
    pub fields: *const *const std::ffi::c_char,
    /// Number of parts that are shown.
    pub count: i64,
    /// Bytes of the object or item.
    pub size: i64,
    /// The one object of a boxed constructor without parts, else null.
    pub constant: *mut Header,
    /// Its parts.
    pub steps: *const Step,
}

/// Functions that replace the walk over a value; each takes the place where the value lies.
#[repr(C)]
#[derive(Debug)]
pub struct Hooks {
    /// Equality.
    pub equal: Option<unsafe extern "C-unwind" fn(*mut Context, *const u8, *const u8) -> bool>,
    /// Order.
    pub compare: Option<unsafe extern "C-unwind" fn(*mut Context, *const u8, *const u8) -> i64>,
    /// Hash.
    pub hash: Option<unsafe extern "C-unwind" fn(*mut Context, *const u8) -> i64>,
    /// Appends the text of Display.
    pub display: Option<Show>,
    /// Appends the text of Debug.
    pub inspect: Option<Show>,
}

/// Appends the text of the value that lies at a place.
pub type Show = unsafe extern "C-unwind" fn(*mut Context, *mut Bytes, *const u8) -> *mut Bytes;

/// What the values of a type are made of.
#[repr(C)]
#[derive(Debug)]
pub struct Shape {
    /// One of [`shape`].
    pub kind: i64,
    /// 0 when nothing has to be dropped in an object.
    pub owns: i64,
    /// Name of a struct.
    pub name: *const std::ffi::c_char,
    /// One for each constructor; one for a tuple, a struct, and the item of a list.
    pub variants: *const Variant,
    /// Null when there are none.
    pub hooks: *const Hooks,
}

/// Values of `Shape::kind`.
pub mod shape {
    /// A tuple.
    pub const TUPLE: i64 = 0;
    /// A struct.
    pub const STRUCT: i64 = 1;
    /// A sum; its tag says which variant.
    pub const SUM: i64 = 2;
    /// A list.
    pub const LIST: i64 = 3;
    /// A map of the library: a list of slots, which are free or have a key and a value, an index
    /// by hashes, and a count. It is walked by its entries.
    pub const MAP: i64 = 4;
    /// A set of the library: a map whose keys are the elements. Its steps name the map's shape,
    /// also where the set lies in an object.
    pub const SET: i64 = 5;
    /// A queue of the library: a struct of one list, but with a text of its own.
    pub const QUEUE: i64 = 6;
}
