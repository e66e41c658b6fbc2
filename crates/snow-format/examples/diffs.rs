fn main() {
    std::thread::Builder::new()
        .stack_size(512 << 20)
        .spawn(|| {
            for p in std::env::args().skip(1) {
                let t = std::fs::read_to_string(&p).unwrap();
                match snow_format::format(&p, &t) {
                    snow_format::Layout::Done(s) => {
                        std::fs::create_dir_all(format!(
                            "/tmp/fmtout/{}",
                            std::path::Path::new(&p).parent().unwrap().display()
                        ))
                        .unwrap();
                        std::fs::write(format!("/tmp/fmtout/{p}"), s).unwrap()
                    }
                    snow_format::Layout::Unreadable(..) => println!("UNREADABLE {p}"),
                    snow_format::Layout::Broken(w) => println!("BROKEN {p}: {w}"),
                }
            }
        })
        .unwrap()
        .join()
        .unwrap();
}
