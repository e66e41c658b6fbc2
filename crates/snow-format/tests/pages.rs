//! Pages of Markdown: blocks of Snow are laid out, everything else keeps its bytes.

use snow_format::{format_markdown, Layout};

fn formatted(page: &str) -> String {
    match format_markdown("page.md", page) {
        Layout::Done(text) => {
            let again = format_markdown("page.md", &text);
            assert!(matches!(again, Layout::Done(again) if again == text));
            text
        }
        Layout::Unreadable(..) => panic!("a page is never unreadable"),
        Layout::Broken(difference) => panic!("{difference}"),
    }
}

#[track_caller]
fn becomes(page: &str, wanted: &str) {
    assert_eq!(formatted(page), wanted);
}

#[track_caller]
fn stays(page: &str) {
    becomes(page, page);
}

#[test]
fn blocks_of_snow_and_nothing_else() {
    becomes(
        "# A  page \n\n*  an item\n\n```snow\nfn  a( x ) do x  end\n```\n\n```text\nfn  a( x )\n```\n  \nend",
        "# A  page \n\n*  an item\n\n```snow\nfn a(x) do\n  x\nend\n```\n\n```text\nfn  a( x )\n```\n  \nend",
    );
}

#[test]
fn more_words_behind_the_fence_and_other_fences() {
    becomes(
        "~~~~ snow run\nlet  a = 1\n~~~~\n```snow\nlet  b = 2\n",
        "~~~~ snow run\nlet a = 1\n~~~~\n```snow\nlet b = 2\n",
    );
    stays("```snowball\nlet  a = 1\n```\n");
    stays("```\nlet  a = 1\n```\n\n    let  b = 2\n");
}

#[test]
fn what_does_not_parse_is_left_alone() {
    becomes(
        "```snow\nfn  a( x do\n```\n\n```snow\nlet  a = 1\n```\n",
        "```snow\nfn  a( x do\n```\n\n```snow\nlet a = 1\n```\n",
    );
}

#[test]
fn a_fence_shown_inside_of_another_is_no_fence() {
    stays("````markdown\n```snow\nlet  a = 1\n```\n````\n");
    stays("<!--\n```snow\nlet  a = 1\n```\n-->\n");
}

#[test]
fn a_block_in_a_list_keeps_its_margin() {
    becomes(
        "- one:\n\n  ```snow\n  fn  a() do\n\n   1 \n  end\n  ```\n- two\n",
        "- one:\n\n  ```snow\n  fn a() do\n    1\n  end\n  ```\n- two\n",
    );
    stays("> ```snow\n> let  a = 1\n> ```\n");
}

#[test]
fn ends_of_lines_are_those_of_the_page() {
    becomes(
        "a\r\n```snow\r\nlet  a = 1\r\nlet  b = 2\r\n```\r\n",
        "a\r\n```snow\r\nlet a = 1\r\nlet b = 2\r\n```\r\n",
    );
}

#[test]
fn blocks_without_a_program() {
    stays("```snow\n```\n");
    stays("```snow\n\n\n```\n");
    stays("```snow");
    becomes("```snow\n# a  note \n```\n", "```snow\n# a  note\n```\n");
}
