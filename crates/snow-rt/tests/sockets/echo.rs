//! What one side sends the other side reads, in order, whatever its size.

use crate::support::run;

#[test]
fn messages_of_many_sizes_come_back_unchanged() {
    run(|main| {
        let (listener, port) = main.listen();
        main.spawn(move |client| {
            let socket = client.connect(port).unwrap();
            for length in [1, 31, 1023, 1024, 1025, 16_384, 300_000, 3_000_000] {
                let message: Vec<u8> = (0..length).map(|index| (index * 31 % 251) as u8).collect();
                client.write(socket, &message, -1).unwrap();
                assert!(
                    client.read_exactly(socket, length) == message,
                    "{length} bytes"
                );
            }
            client.close(socket);
        });
        let socket = main.accept(listener, -1).unwrap();
        while let Ok(bytes) = main.read(socket, 1 << 20, -1) {
            main.write(socket, &bytes, -1).unwrap();
        }
        main.close(socket);
        main.close(listener);
    });
}

#[test]
fn what_is_sent_before_the_sending_side_ends_arrives_before_the_end() {
    run(|main| {
        let (near, far) = main.pair();
        let message = vec![7; 500_000];
        assert_eq!(main.send(near, &message), 0);
        main.shutdown(near).unwrap();
        assert_eq!(main.send(near, b"late"), 2);
        assert!(main.read_exactly(far, message.len()) == message);
        assert_eq!(main.read(far, 10, -1), Err(1));
        main.write(far, b"the other direction lives", -1).unwrap();
        assert_eq!(main.read_exactly(near, 25), b"the other direction lives");
    });
}
