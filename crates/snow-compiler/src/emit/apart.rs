//! Files of helpers of types, in development.
//!
//! In: the helpers that files of functions want. Out: files with these and with what they want in
//! turn. Which file a helper is in depends on its type's name and on how many files there are, so a
//! changed line that wants the same helpers changes none of them.

use std::collections::BTreeSet;

use super::linkage::Linkage;
use super::names::key;
use super::operations::{pays_apart, Helper, Homes};
use super::parts::number;
use super::traces::Traces;
use super::unit::Emitter;
use super::Unit;
use crate::core::ir::Program;
use crate::core::types::TypeRef;
use crate::parallel;
use crate::source::{Name, Sources};

/// Helpers in a file, about. Less is not worth another start of the C compiler.
const HELPERS: usize = 48;

/// What no module is called.
const NAME: &str = "types";

/// Helpers of types.
type Wanted = BTreeSet<(Helper, TypeRef)>;

/// The files of those helpers and of all that they want.
pub(super) fn files(
    program: &Program,
    sources: &Sources,
    (linkage, traces): (&Linkage, &Traces),
    wanted: Wanted,
) -> Vec<Unit> {
    let emitter =
        |name: &Name, homes| Emitter::new(program, sources, (linkage, traces), (name, homes));
    let mut all = emitter(&NAME.into(), Homes::EachFile);
    for (helper, ty) in wanted {
        all.helper_name(helper, ty);
    }
    all.helpers();
    let mut all = all.requested;
    all.retain(|(helper, ty)| pays_apart(&program.types, *helper, *ty));
    let count = all.len().div_ceil(HELPERS).next_power_of_two();
    let mut files = vec![Wanted::new(); count];
    for (helper, ty) in all {
        files[number(&key(&program.types, ty)) % count].insert((helper, ty));
    }
    let files = files.into_iter().enumerate();
    let files = files.filter(|(_, own)| !own.is_empty());
    parallel::map(files.collect(), |(at, own)| {
        let name: Name = match at {
            0 => NAME.into(),
            _ => format!("{NAME}+{at}").into(),
        };
        // By name, so that the order does not depend on how the program reached them.
        let mut ordered: Vec<_> = own.iter().copied().collect();
        ordered.sort_by_cached_key(|(helper, ty)| (key(&program.types, *ty), *helper));
        let mut file = emitter(&name, Homes::of(own));
        for (helper, ty) in ordered {
            file.helper_name(helper, ty);
            file.helpers();
        }
        file.file(Vec::new())
    })
}
