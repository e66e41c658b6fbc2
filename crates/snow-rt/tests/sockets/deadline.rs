//! Deadlines end waiting, and nothing else.

use std::time::Instant;

use crate::support::run;

#[test]
fn a_read_ends_at_its_deadline_and_the_socket_lives_on() {
    run(|main| {
        let (near, far) = main.pair();
        let begun = Instant::now();
        assert_eq!(main.read(far, 10, main.after(30)), Err(2));
        assert!(begun.elapsed().as_millis() >= 29);
        main.write(near, b"later", -1).unwrap();
        assert_eq!(main.read_exactly(far, 5), b"later");
    });
}

#[test]
fn a_deadline_in_the_past_still_takes_what_is_there() {
    run(|main| {
        let (near, far) = main.pair();
        main.write(near, b"here", -1).unwrap();
        assert_eq!(main.read(far, 10, -1), Ok(b"here".to_vec()));
        assert_eq!(main.read(far, 10, 0), Err(2));
        assert_eq!(main.try_read(far), Err(3));
    });
}

#[test]
fn an_accept_and_a_full_write_end_at_their_deadlines() {
    run(|main| {
        let (listener, _) = main.listen();
        assert_eq!(main.accept(listener, main.after(5)), Err(2));
        let (near, _far) = main.pair();
        let flood = vec![0; 32 << 20];
        assert_eq!(main.write(near, &flood, main.after(20)), Err(2));
        assert!(main.pending(near).unwrap() > 0);
    });
}
