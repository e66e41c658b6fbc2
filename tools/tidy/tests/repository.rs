//! One test a rule: the repository keeps it.

use tidy::repository::Repository;
use tidy::rules::{abi, coverage, dependencies, diagnostics, floors};
use tidy::rules::{library_docs, library_names, links, numbers, parameters, shape, twins};

fn holds(rule: fn(&Repository) -> Vec<String>) {
    let breaches = rule(&Repository::open());
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

macro_rules! rules {
    ($($name:ident: $rule:path;)*) => { $( #[test] fn $name() { holds($rule) } )* };
}

rules! {
    files_are_short: shape::sizes;
    files_say_what_they_are: shape::headers;
    unsafe_code_says_why: shape::safety;
    nothing_is_left_over: shape::leftovers;
    white_space_is_clean: shape::white_space;
    names_say_something: shape::names;
    modules_have_tests: twins::library_tests;
    cases_have_goldens: twins::goldens;
    examples_are_run: twins::examples;
    the_table_is_implemented: abi::entries;
    the_runtime_looks_downwards: floors::downwards;
    documented_paths_exist: links::paths;
    numbers_are_true: numbers::constants;
    library_functions_show_a_call: library_docs::examples;
    library_names_are_listed: library_names::names;
    functions_have_few_parameters: parameters::few;
    features_have_tests: coverage::features;
    codes_are_explained: diagnostics::codes;
    dependencies_are_explained: dependencies::explained;
}
