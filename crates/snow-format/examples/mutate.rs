use snow_compiler::lex::{self, TokenKind};
use snow_compiler::source::Sources;
use snow_format::{format, Layout};
struct N(u64);
impl N {
    fn below(&mut self, l: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % l.max(1)
    }
}
fn gaps(text: &str) -> Vec<usize> {
    let mut s = Sources::default();
    let f = s.add("c", "Main", false, text);
    let l = lex::tokens(&s, f);
    let mut d = 0usize;
    let mut p = vec![];
    for t in &l.tokens {
        if d == 0 {
            p.push(t.span.start as usize)
        }
        match t.kind {
            TokenKind::StringStart => d += 1,
            TokenKind::StringEnd => d = d.saturating_sub(1),
            _ => {}
        }
    }
    p
}
fn main() {
    std::thread::Builder::new()
        .stack_size(512 << 20)
        .spawn(|| {
            let a: Vec<String> = std::env::args().collect();
            let seed: u64 = a[1].parse().unwrap();
            let rounds: usize = a[2].parse().unwrap();
            let added = [
                "\n",
                "\n\n\n",
                "  ",
                " # note\n",
                "\n# note\n",
                " #= note =# ",
                ";",
                " #= a\n b =#\n",
                "\n\n## doc\n",
            ];
            let mut n = N(seed);
            let (mut ok, mut un, mut bad) = (0, 0, 0);
            for p in &a[3..] {
                let text = std::fs::read_to_string(p).unwrap();
                if !matches!(format(p, &text), Layout::Done(_)) {
                    continue;
                }
                let g = gaps(&text);
                for _ in 0..rounds {
                    let mut c = text.clone();
                    let mut ch: Vec<usize> =
                        (0..1 + n.below(3)).map(|_| g[n.below(g.len())]).collect();
                    ch.sort();
                    for at in ch.into_iter().rev() {
                        c.insert_str(at, added[n.below(added.len())]);
                    }
                    match std::panic::catch_unwind(|| format(p, &c)) {
                        Ok(Layout::Done(_)) => ok += 1,
                        Ok(Layout::Unreadable(..)) => un += 1,
                        Ok(Layout::Broken(w)) => {
                            bad += 1;
                            let f = format!("/tmp/fmtbad/{bad}.snow");
                            std::fs::create_dir_all("/tmp/fmtbad").unwrap();
                            std::fs::write(&f, &c).unwrap();
                            println!("{f} {p}: {w}")
                        }
                        Err(_) => {
                            bad += 1;
                            let f = format!("/tmp/fmtbad/{bad}.snow");
                            std::fs::create_dir_all("/tmp/fmtbad").unwrap();
                            std::fs::write(&f, &c).unwrap();
                            println!("PANIC {f} {p}")
                        }
                    }
                }
            }
            println!("{ok} ok {un} unreadable {bad} bad");
        })
        .unwrap()
        .join()
        .unwrap();
}
