"""Tests of generator, printer, evaluator and shrinker; `run` runs them first. They need no compiler."""

import math
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluate import Evaluator, TooLong
from generate import made
from nodes import (Binary, Call, Case, Clause, Closure, Do, Function, If, Impl, Let, ListOf, Lit, Name,
                   PCons, PName, Segment, Show, Struct, Sum, Text, Unary, Variant)
from segments import packed, taken_apart
from supervision import Outcome, outcomes_of
from types_of import BOOL, INT, STRING, Ty, fun, list_of
from walks import walk
from watched import Child, Tree
from printer import Printer, pattern
from run import with_stack
from shrink import cost, smaller
from values import (NONE, MapV, Panic, RecordV, SetV, Values, VariantV, float_text, quotient, remainder, some,
                    wrapped)

ONE, TWO = Lit(INT, 1), Lit(INT, 2)


def program(body, functions=(), declarations=()):
    return Case(0, list(declarations), list(functions), [], body)


def shown(ty, value):
    return Show(Text([value]))


class Meaning(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual(wrapped(2**63), -(2**63))
        self.assertEqual((quotient(-7, 2), remainder(-7, 3), remainder(7, -3)), (-3, -1, 1))
        self.assertEqual(quotient(-(2**63), -1), -(2**63))
        with self.assertRaises(Panic):
            quotient(1, 0)

    def test_texts_of_floats(self):
        texts = {1.0: "1", 0.1 + 0.2: "0.30000000000000004", 1e20: "1" + "0" * 20, -0.0: "-0", 1e-7: "0.0000001",
                 -math.inf: "-inf"}
        self.assertEqual([float_text(f) for f in texts], list(texts.values()))
        self.assertEqual(float_text(math.nan), "NaN")

    def test_texts(self):
        structs = {"P": Struct("P", (), [("x", INT), ("s", STRING)], ("Display", "Debug")),
                   "Q": Struct("Q", (), [("p", Ty("P"))], None)}
        values = Values(structs, {"V": Sum("V", (), [("A", []), ("B", [STRING])], None)}, set(), None)
        p, b = RecordV("P", [1, "a"]), VariantV("V", "B", ["t"])
        self.assertEqual(values.display(p), "P(1, a)")
        self.assertEqual(values.display(RecordV("Q", [p])), 'Q { p: P { x: 1, s: "a" } }')
        self.assertEqual((values.display(b), values.inspect(b)), ("B(t)", 'B("t")'))
        self.assertEqual(values.display([some("a"), NONE]), "[Some(a), None]")
        self.assertEqual(values.display((MapV([("k", 1)]), SetV([1]), ())), "(%{k => 1}, #{1}, ())")

    def test_order_goes_by_declaration(self):
        values = Values({}, {"V": Sum("V", (), [("Z", []), ("A", [INT])], None)}, set(), None)
        z, a, b = VariantV("V", "Z"), VariantV("V", "A", [1]), VariantV("V", "A", [2])
        self.assertEqual([values.compare(z, a), values.compare(b, a), values.compare([1], [1, 0])], [-1, 1, -1])

    def test_maps_keep_the_place_of_a_key(self):
        values = Values({}, {}, set(), None)
        self.assertEqual(values.map_of([(1, "a"), (2, "b"), (1, "c")]).pairs, [(1, "c"), (2, "b")])

    def test_an_impl_takes_the_place_of_what_there_is(self):
        always = Lit(Ty("Ordering"), VariantV("Ordering", "Less"))
        clause = Clause([PName("self"), PName("other")], None, always)
        impl = Impl("Ord", Ty("V"), [Function("compare", (), {}, [], Ty("Ordering"), [clause])])
        less = Binary(BOOL, "<", Variant(Ty("V"), "B", []), Variant(Ty("V"), "A", []))
        case = program([shown(BOOL, less)], (), [Sum("V", (), [("A", []), ("B", [])], None), impl])
        self.assertEqual(Evaluator(case).run(), (["true"], "end"))

    def test_a_crash_ends_the_case(self):
        case = program([Show(Text(["a"])), Do(Binary(INT, "/", ONE, Lit(INT, 0))), Show(Text(["b"]))])
        self.assertEqual(Evaluator(case).run(), (["a"], "crash: division by zero"))

    def test_tail_calls_take_no_stack(self):
        n = Name(INT, "n")
        again = Call(INT, "f", [Binary(INT, "-", n, ONE)])
        body = If(INT, Binary(BOOL, ">", n, Lit(INT, 0)), again, n)
        f = Function("f", (), {}, [("n", INT)], INT, [Clause([PName("n")], None, body)])
        case = program([shown(INT, Call(INT, "f", [Lit(INT, 5000)]))], [f])
        self.assertEqual(Evaluator(case).run(), (["0"], "end"))

    def test_what_grows_without_end_is_too_long(self):
        s = Name(STRING, "s")
        doubled = Call(STRING, "f", [Binary(STRING, "<>", s, s)])
        f = Function("f", (), {}, [("s", STRING)], STRING, [Clause([PName("s")], None, doubled)])
        large = Call(list_of(INT), "Range.to_list", [Binary(Ty("Range"), "..", Lit(INT, 0), Lit(INT, 2**40))])
        for value in (Call(STRING, "f", [Lit(STRING, "ab")]), large):
            with self.assertRaises(TooLong):
                Evaluator(program([shown(value.ty, value)], [f])).run()

    def test_bits(self):
        ints = [Segment(None, "int", 3), Segment(None, "int", 5), Segment(None, "int", 16, True)]
        rest = Segment(None, "utf8", None)
        data = packed(zip([*ints, rest], [9, -1, 258, "é"]))
        self.assertEqual(data, b"\x3f\x02\x01\xc3\xa9")
        self.assertEqual(taken_apart([*ints, rest], data, None), [1, 31, 258, "é"])
        self.assertIsNone(taken_apart(ints, data, None))
        self.assertIsNone(taken_apart([ints[0], ints[1], rest], b"\x00\xff", None))
        self.assertEqual(taken_apart([Segment(None, "int", 64)], b"\xff" * 8, None), [-1])
        counted = [Segment(None, "int", 8), Segment(None, "bytes", "n"), Segment(None, "bytes")]
        self.assertEqual(taken_apart(counted, b"\x01ab", lambda values, name: values[0]), [1, b"a", b"b"])
        self.assertIsNone(taken_apart(counted, b"\x03ab", lambda values, name: values[0]))

    def test_supervisors(self):
        children = [Child("a", None, []), Child("b", "transient", []), Child("c", "permanent", [])]
        tree = lambda strategy, limit: Tree("T", "w", strategy, limit, children, False)
        self.assertEqual(outcomes_of(tree("rest_for_one", 5), [(1, "out")]), [Outcome([1, 2], [0])])
        self.assertEqual(outcomes_of(tree(None, 5), [(1, None), (0, None)]), [Outcome([], [0, 2]), Outcome([0], [2])])
        self.assertEqual(outcomes_of(tree("one_for_one", 0), [(0, "out"), (1, "out")]), [Outcome([], [], True)])


class Printing(unittest.TestCase):
    def text(self, node):
        return Printer(program([])).expr(node, 0)

    def test_brackets_stand_where_they_must(self):
        sum_ = Binary(INT, "+", ONE, TWO)
        self.assertEqual(self.text(Binary(INT, "*", sum_, sum_)), "(1 + 2) * (1 + 2)")
        self.assertEqual(self.text(Binary(INT, "-", sum_, sum_)), "1 + 2 - (1 + 2)")
        self.assertEqual(self.text(Unary(INT, "-", Lit(INT, -1))), "- -1")
        self.assertEqual(self.text(Call(INT, "Math.abs", [Lit(INT, -1)], "method")), "(-1).abs()")
        self.assertEqual(pattern(PCons(PName("a"), PName("b")), 3), "(a :: b)")

    def test_a_pattern_in_brackets_is_no_list_of_parameters(self):
        ty = fun(list_of(INT), INT)
        clauses = [Clause([PCons(PName("a"), PName("b"))], None, ONE), Clause([PName("c")], None, TWO)]
        self.assertEqual(self.text(Closure(ty, clauses, 1)), "fn ((a :: b)) -> 1 | c -> 2 end")

    def test_strings_are_escaped(self):
        self.assertEqual(self.text(Text(['$"\\\n', ONE])), '"\\$\\"\\\\\\n${1}"')


class Generating(unittest.TestCase):
    def test_a_seed_gives_the_same_case_and_another_seed_another(self):
        texts = [Printer(made(seed, 0)[0]).text() for seed in (7, 7, 8)]
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])

    def test_every_kind_of_node_is_made_and_printed(self):
        cases = [made("x", n)[0] for n in range(150)]
        for case in cases:
            self.assertIn(f"actor act{case.number}() do", Printer(case).text())
        kinds = {type(node).__name__ for case in cases for node in walk(case)}
        wanted = {"Lit", "Text", "Name", "Binary", "Unary", "TupleOf", "ListOf", "MapOf", "Record", "Variant", "Field",
                  "Update", "If", "Choice", "Closure", "Call", "MethodCall", "Try", "Loop", "While", "Jump", "Return",
                  "Block", "Guarded", "Job", "Ask", "Start", "Post", "Receive", "PAny", "PName", "PLit", "PTuple",
                  "PCtor", "PList", "PCons", "POr", "PAs", "Service", "Server", "Interface", "Impl",
                  "Bits", "PBits", "Frail", "Middle", "Worker", "Tree", "Monitor", "Trap", "Link", "Exit", "Send",
                  "Supervised", "Told"}
        self.assertEqual(wanted - kinds, set())


class Shrinking(unittest.TestCase):
    def test_only_what_fails_is_left(self):
        case = program([Let(PName("a"), INT, ONE), shown(INT, Binary(INT, "+", ONE, Lit(INT, 77))),
                        shown(STRING, ListOf(list_of(INT), [ONE, TWO]))])
        is_bad = lambda other: any(isinstance(n, Lit) and n.value == 77 for n in walk(other))
        small = smaller(case, is_bad, 100)
        self.assertEqual(len(small.body), 1)
        self.assertLess(cost(small), cost(case))


if __name__ == "__main__":
    with_stack(unittest.main)
