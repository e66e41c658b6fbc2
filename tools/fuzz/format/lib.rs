//! The fuzz target of the formatter.
//!
//! In: any bytes. They are read as a file of Snow and as a page of Markdown. What must hold: no
//! panic, and what has a layout has the same tokens, comments and tree in it, and no other layout
//! after that; `snow-format` proves these for each text and answers `Broken` when one does not hold.

use snow_compiler::pipeline;
use snow_format::{format, format_markdown, Layout};

/// Called by libFuzzer with each input.
///
/// # Safety
///
/// `data` points to `size` bytes, which nobody writes during the call.
#[no_mangle]
pub unsafe extern "C" fn LLVMFuzzerTestOneInput(data: *const u8, size: usize) -> i32 {
    let bytes = match size {
        0 => &[],
        // SAFETY: the caller promises it.
        _ => unsafe { std::slice::from_raw_parts(data, size) },
    };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let builder = std::thread::Builder::new().stack_size(pipeline::STACK);
    let running = builder.spawn(move || {
        check(format("case.snow", &text));
        check(format_markdown("page.md", &text));
    });
    // A panic has aborted by then.
    running.expect("a thread").join().expect("an end");
    0
}

fn check(layout: Layout) {
    match layout {
        Layout::Done(_) | Layout::Unreadable(..) => {}
        Layout::Broken(difference) => panic!("{difference}"),
    }
}
