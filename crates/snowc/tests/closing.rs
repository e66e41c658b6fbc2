//! What SIGTERM does to a program with supervisors: `tests/servers/closing` says which child is
//! stopped when.

use crate::support::running::Running;

tests![supervisors_close_their_children_in_order,];

fn supervisors_close_their_children_in_order() {
    let program = Running::start("tests/servers/closing", &[]);
    assert_eq!(program.out.next().as_deref(), Some("ready"));
    program.process.ask_to_end();
    assert_eq!(
        program.out.rest(),
        ["last stops", "stuck does not", "leaf stops", "first stops"]
    );
    program.end_when_asked();
}
