//! What one side sends the other side reads, in order, whatever its size.

use crate::keys;
use crate::support::run;

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 31 % 251) as u8).collect()
}

#[test]
fn messages_of_many_sizes_come_back_unchanged() {
    run(|main| {
        let (client, server) = keys::pair(main);
        main.spawn(move |echo| {
            while let Ok(bytes) = echo.read(server, 1 << 20, -1) {
                echo.write(server, &bytes, -1).unwrap();
            }
            echo.close(server);
        });
        for length in [1, 31, 1023, 1025, 16_383, 16_384, 16_385, 131_072, 300_000] {
            let message = pattern(length);
            main.write(client, &message, -1).unwrap();
            assert!(
                main.read_exactly(client, length) == message,
                "{length} bytes"
            );
        }
        main.close(client);
    });
}

#[test]
fn much_goes_both_ways_at_once() {
    run(|main| {
        let (client, server) = keys::pair(main);
        let message = pattern(5_000_000);
        for (socket, content) in [(client, message.clone()), (server, message.clone())] {
            main.spawn(move |sender| sender.write(socket, &content, -1).unwrap());
        }
        assert!(main.read_exactly(server, message.len()) == message);
        assert!(main.read_exactly(client, message.len()) == message);
    });
}

#[test]
fn small_and_large_pieces_of_one_turn_stay_in_order() {
    run(|main| {
        let (client, server) = keys::pair(main);
        let mut whole = Vec::new();
        for length in [10, 2000, 40_000, 3, 20_000, 16_384, 1, 9000] {
            let part = pattern(length);
            assert_eq!(main.send(client, &part), 0);
            whole.extend(part);
        }
        assert!(main.pending(client).unwrap() > 0);
        assert!(main.read_exactly(server, whole.len()) == whole);
        assert_eq!(main.pending(client), Ok(0));
    });
}

#[test]
fn the_outbox_counts_plaintext_and_asks_the_system_before_it_refuses() {
    run(|main| {
        let (client, server) = keys::pair(main);
        main.set_limit(client, 1000).unwrap();
        assert_eq!(main.send(client, &[1; 1000]), 0);
        assert_eq!(main.pending(client), Ok(1000));
        // Behind the message that is being written there are 1,001 bytes, until the system takes
        // them.
        assert_eq!(main.send(client, &[1; 1001]), 0);
        assert_eq!(main.send(client, &[1; 1]), 0);
        assert_eq!(main.read_exactly(server, 2002), [1; 2002]);
    });
}

#[test]
fn a_peer_that_does_not_read_fills_the_outbox() {
    run(|main| {
        let (client, server) = keys::pair(main);
        let mut taken = 0;
        while main.send(client, &[5; 100_000]) == 0 {
            taken += 1;
            main.give_way();
        }
        assert!(taken >= 10);
        assert!(main
            .read_exactly(server, taken * 100_000)
            .iter()
            .all(|byte| *byte == 5));
    });
}
