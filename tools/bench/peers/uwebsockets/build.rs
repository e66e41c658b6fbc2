//! Links what the C++ library needs and its binding crate does not name.

fn main() {
    for library in ["stdc++", "uv", "z", "ssl", "crypto"] {
        println!("cargo:rustc-link-lib={library}");
    }
}
