//! Certificates and keys: what is wrong with them is said, and which file it is.

use crate::keys::{self, file};
use crate::support::run;

#[test]
fn every_error_names_the_file() {
    run(|main| {
        let (certificate, key) = (file("server.pem"), file("server.key"));
        let missing = file("missing.pem");
        let refused = |certificate: &str, key: &str| {
            assert!(keys::configure(main, certificate, key).is_err());
            main.error_text()
        };
        let words = "no such file or directory";
        assert_eq!(
            refused(&missing, &key),
            format!("cannot read certificates from {missing}: {words}")
        );
        assert_eq!(
            refused(&certificate, &missing),
            format!("cannot read the key from {missing}: {words}")
        );
        assert_eq!(
            refused(&key, &key),
            format!("{key} holds no certificate in PEM form, but: private key")
        );
        let text = format!("{certificate} holds no private key in PEM form, but: certificate");
        assert_eq!(refused(&certificate, &certificate), text);
        let other = file("renewed.key");
        let text =
            format!("the key in {other} does not belong to the certificate in {certificate}");
        assert_eq!(refused(&certificate, &other), text);
    });
}

#[test]
fn a_bad_reload_changes_nothing_and_connections_survive_a_good_one() {
    run(|main| {
        let config = keys::server(main);
        let (client, server) = main.pair();
        main.spawn(move |other| keys::connect(other, client, "localhost").unwrap());
        keys::accept(main, server, config, -1).unwrap();
        assert_eq!(
            keys::reload(main, config, &file("server.pem"), &file("renewed.key")),
            Err(4)
        );
        for _ in 0..2 {
            let (fresh, far) = main.pair();
            main.spawn(move |other| keys::connect(other, fresh, "localhost").unwrap());
            keys::accept(main, far, config, -1).unwrap();
            main.write(server, b"still here", -1).unwrap();
            assert_eq!(main.read_exactly(client, 10), b"still here");
            keys::reload(main, config, &file("renewed.pem"), &file("renewed.key")).unwrap();
        }
        keys::release(main, config);
        main.write(client, b"and after", -1).unwrap();
        assert_eq!(main.read_exactly(server, 9), b"and after");
        assert_eq!(
            keys::reload(main, config, &file("server.pem"), &file("server.key")),
            Err(4)
        );
    });
}
