//! The C side of the boundary: headers, prototypes and the check that both sides agree on layouts.

use std::fmt::Write;
use std::mem::offset_of;

use crate::functions::{Function, FUNCTIONS};
use crate::layout;
use crate::types::AbiType;

/// File name and text of each header, in the order of inclusion.
pub const HEADERS: &[(&str, &str)] = &[
    ("snow_object.h", include_str!("../c/snow_object.h")),
    ("snow_number.h", include_str!("../c/snow_number.h")),
    ("snow_bytes.h", include_str!("../c/snow_bytes.h")),
    ("snow_bits.h", include_str!("../c/snow_bits.h")),
    ("snow_raw.h", include_str!("../c/snow_raw.h")),
    ("snow_string.h", include_str!("../c/snow_string.h")),
    ("snow_list.h", include_str!("../c/snow_list.h")),
    ("snow_pack.h", include_str!("../c/snow_pack.h")),
];

/// All headers with their texts. Generated code includes `snow.h`, which includes the objects first,
/// then the prototypes, which name them, then what is built on both.
pub fn files() -> Vec<(String, String)> {
    let mut order: Vec<&str> = HEADERS.iter().map(|(name, _)| *name).collect();
    order.insert(1.min(order.len()), "snow_abi.h");
    let include = |name: &str| format!("#include \"{name}\"\n");
    let all: String = order.into_iter().map(include).collect();
    let written = HEADERS
        .iter()
        .map(|(name, text)| (*name, (*text).to_owned()));
    written
        .chain([("snow_abi.h", abi_header()), ("snow.h", all)])
        .map(|(name, text)| (name.to_owned(), text))
        .collect()
}

/// The one C file that has the helpers of the headers in development; others call them.
pub const HELPERS: &str = "#define SN_HELPERS\n#include \"snow.h\"\n";

/// The C prototype of a runtime function, without a final semicolon.
pub fn prototype(function: &Function) -> String {
    let never = if function.result == AbiType::Never {
        "_Noreturn "
    } else {
        ""
    };
    let mut text = format!(
        "{never}{} {}(sn_cx *",
        function.result.c_name(),
        function.name
    );
    for param in function.params {
        let _ = write!(text, ", {}", param.c_name());
    }
    text.push(')');
    text
}

/// `snow_abi.h`: every prototype, and assertions that the layouts of C and Rust are the same.
pub fn abi_header() -> String {
    let mut text = String::from(
        "/* Made from the table in snow-abi; not edited by hand. */\n#ifndef SNOW_ABI_H\n#define SNOW_ABI_H\n",
    );
    for function in FUNCTIONS {
        let _ = writeln!(text, "{};", prototype(function));
    }
    text.push_str("int snow_start(int argc, char **argv, const sn_program *program);\n");
    text.push_str(&layout_assertions());
    text.push_str("#endif\n");
    text
}

/// `_Static_assert`s for every offset that generated code relies on.
pub fn layout_assertions() -> String {
    let mut text = String::new();
    let mut field = |c_type: &str, c_field: &str, offset: usize| {
        let _ = writeln!(
            text,
            "_Static_assert(offsetof({c_type}, {c_field}) == {offset}, \"{c_type}.{c_field}\");"
        );
    };
    field("sn_header", "tag", offset_of!(layout::Header, tag));
    field("sn_header", "cls", offset_of!(layout::Header, class));
    field("sn_header", "epoch", offset_of!(layout::Header, epoch));
    field("sn_bytes", "len", offset_of!(layout::Bytes, len));
    field("sn_bytes", "data", offset_of!(layout::Bytes, data));
    field("sn_bytes", "owner", offset_of!(layout::Bytes, owner));
    field("sn_block", "cap", offset_of!(layout::Block, capacity));
    field("sn_block_ref", "block", offset_of!(layout::BlockRef, block));
    field("sn_closure", "info", offset_of!(layout::Closure, info));
    field(
        "sn_closure_info",
        "unpack",
        offset_of!(layout::ClosureInfo, unpack),
    );
    field(
        "sn_closure_info",
        "captured",
        offset_of!(layout::ClosureInfo, captured),
    );
    field("sn_list", "data", offset_of!(layout::List, data));
    field("sn_list", "owner", offset_of!(layout::List, owner));
    field("sn_step", "variant", offset_of!(layout::Step, variant));
    field("sn_step", "offset", offset_of!(layout::Step, offset));
    field("sn_step", "skip", offset_of!(layout::Step, skip));
    field("sn_step", "of", offset_of!(layout::Step, of));
    field("sn_variant", "fields", offset_of!(layout::Variant, fields));
    field("sn_variant", "size", offset_of!(layout::Variant, size));
    field(
        "sn_variant",
        "constant",
        offset_of!(layout::Variant, constant),
    );
    field("sn_variant", "steps", offset_of!(layout::Variant, steps));
    field("sn_hooks", "hash", offset_of!(layout::Hooks, hash));
    field("sn_hooks", "inspect", offset_of!(layout::Hooks, inspect));
    field("sn_shape", "owns", offset_of!(layout::Shape, owns));
    field("sn_shape", "variants", offset_of!(layout::Shape, variants));
    field("sn_shape", "hooks", offset_of!(layout::Shape, hooks));
    field(
        "sn_actor_info",
        "terminate",
        offset_of!(layout::ActorInfo, terminate),
    );
    field(
        "sn_actor_info",
        "unpack",
        offset_of!(layout::ActorInfo, unpack),
    );
    field(
        "sn_actor_info",
        "message",
        offset_of!(layout::ActorInfo, message),
    );
    field(
        "sn_actor_info",
        "receives",
        offset_of!(layout::ActorInfo, receives),
    );
    field("sn_place", "line", offset_of!(layout::Place, line));
    field("sn_cx", "free", offset_of!(layout::Context, free));
    field("sn_cx", "bump", offset_of!(layout::Context, bump));
    field("sn_cx", "guard", offset_of!(layout::Context, guard));
    field("sn_guard", "limit", offset_of!(layout::Guard, limit));
    field("sn_guard", "body", offset_of!(layout::Guard, body));
    field("sn_guard", "state", offset_of!(layout::Guard, before));
    field("sn_limit", "started", offset_of!(layout::Limit, started));
    field("sn_limit", "named", offset_of!(layout::Limit, named));
    field(
        "sn_program",
        "sources",
        offset_of!(layout::Program, sources),
    );
    field("sn_cx", "pid", offset_of!(layout::Context, pid));
    field("sn_cx", "error", offset_of!(layout::Context, error));
    field("sn_cx", "epoch", offset_of!(layout::Context, epoch));
    field(
        "sn_cx",
        "last_epoch",
        offset_of!(layout::Context, last_epoch),
    );
    field("sn_cx", "noted", offset_of!(layout::Context, noted));
    field("sn_cx", "note", offset_of!(layout::Context, note));
    field("sn_cx", "notes_end", offset_of!(layout::Context, notes_end));
    field("sn_note", "header", offset_of!(layout::Note, header));
    field("sn_writer", "cx", offset_of!(layout::Writer, context));
    field("sn_message", "kept", offset_of!(layout::Message, kept));
    field(
        "sn_message",
        "event_text",
        offset_of!(layout::Message, event_text),
    );
    let size = size_of::<layout::Guard>();
    let _ = writeln!(
        text,
        "_Static_assert(sizeof(sn_guard) >= {size}, \"sn_guard\");"
    );
    text
}
