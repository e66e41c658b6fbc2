//! `snowc explain`: what a code means, from the compiler's catalogue.

use crate::arguments::Explain;
use crate::failure::Failure;

/// Prints the code, what is wrong, and what to do about it.
pub(crate) fn explain(options: &Explain) -> Result<(), Failure> {
    let code = options.code;
    println!("{code}: {}\n\n{}", code.title(), code.meaning());
    Ok(())
}
