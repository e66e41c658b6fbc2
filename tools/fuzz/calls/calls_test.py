"""Tests of the generator; `run` runs them before it generates anything. They need no compiler."""

import os
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import library
import rules
from library import INT, STRING, UNIT, Type, con, list_of, result
from program import Case, Program, Statement
from run import run, smaller

LIST = """\
builtin Prelude.Int
builtin Prelude.Float
builtin Prelude.Bool
builtin Prelude.String
builtin Prelude.Bytes
builtin Prelude.List<T>
builtin Prelude.Pid<M>
type Prelude.Option<T> = Some(T) | None
type Prelude.Result<T, E> = Ok(T) | Err(E)
opaque struct Job.Job<T> { owner: Prelude.Int, look: Prelude.Int }
opaque struct Map.Map<K, V> { live: Prelude.Int }
opaque struct Set.Set<T> { items: Map.Map<T, ()> }
opaque struct Queue.Queue<T> { items: Prelude.List<T> }
opaque struct Timer.Timer { id: Prelude.Int }
opaque struct Process.Monitor { id: Prelude.Int }
opaque struct Service.Reply<R> { place: Prelude.Int }
opaque struct Socket.Socket { handle: Prelude.Int }
opaque struct Deadline.Deadline { at_ms: Prelude.Int }
opaque struct Ws.Handler.Conn { socket: Socket.Socket }
opaque struct Task.Task { run: Fun() -> Prelude.Int }
struct Process.Down { pid: Prelude.Int, reason: Process.Reason }
type Process.Reason = Normal | Error(Prelude.String)
type Socket.SocketEvent = Readable | Lost
fn Job.async<T>(f: Fun() -> T) -> Job.Job<T>
fn Job.await<T>(job: Job.Job<T>) -> Prelude.Result<T, Prelude.String>
fn List.length<T>(_: Prelude.List<T>) -> Prelude.Int
fn Map.has_key<K: eq hash, V>(map: Map.Map<K, V>, key: K) -> Prelude.Bool
fn Process.halt(_: Prelude.Int) -> ()
fn Process.monitor<M, P>(self: Prelude.Pid<M>, pid: Prelude.Pid<P>, event: Fun(Process.Down) -> M) -> Process.Monitor
fn Socket.pair() -> Prelude.Result<(Socket.Socket, Socket.Socket), Prelude.String>
fn Socket.close(socket: Socket.Socket) -> ()
fn Timer.sleep(_: Prelude.Int) -> ()
fn Timer.send_after<M>(pid: Prelude.Pid<M>, ms: Prelude.Int, message: M) -> Timer.Timer
"""


def program(seed=7, count=30):
    return Program(library.read(LIST), seed, count)


def text_of(made):
    """All files of a program as one text."""
    with tempfile.TemporaryDirectory() as folder:
        made.write(os.path.join(folder, "p"))
        names = sorted(os.listdir(os.path.join(folder, "p")))
        return "".join(Path(folder, "p", name).read_text(encoding="utf-8") for name in names)


class Reading(unittest.TestCase):
    def test_types_are_read_to_the_last_part(self):
        functions = {f.full_name: f for f in library.read(LIST).functions}
        self.assertEqual(functions["Job.async"].params, [("f", Type("fun", "", (Type("param", "T"),)))])
        self.assertEqual(functions["Map.has_key"].bounds, {"K": ["eq", "hash"], "V": []})
        pair = Type("tuple", "", (con("Socket.Socket"), con("Socket.Socket")))
        self.assertEqual(functions["Socket.pair"].result, result(pair))
        self.assertEqual(functions["Socket.close"].result, UNIT)
        self.assertTrue(functions["Process.monitor"].takes_self)

    def test_declarations_say_what_can_be_built(self):
        types = library.read(LIST).types
        self.assertTrue(types["Job.Job"].opaque)
        self.assertEqual(types["Prelude.Option"].variants, [("Some", [Type("param", "T")]), ("None", [])])
        self.assertEqual([name for name, _ in types["Process.Down"].fields], ["pid", "reason"])


class Programs(unittest.TestCase):
    def test_a_seed_gives_the_same_program_and_another_seed_another(self):
        self.assertEqual(text_of(program()), text_of(program()))
        self.assertNotEqual(text_of(program(7)), text_of(program(8)))

    def test_what_is_left_out_is_never_called(self):
        self.assertNotIn("Process.halt(", re.sub(r"(?s)actor conductor.*?\nend", "", text_of(program())))

    def test_everything_else_is_called(self):
        made = program(count=120)
        self.assertEqual(made.maker.called, {f.full_name for f in made.maker.functions})

    def test_opaque_values_come_from_functions(self):
        text = text_of(program())
        self.assertIn("Result.unwrap(Socket.pair())", text)
        self.assertNotRegex(text, r"Socket\.Socket \{|Job\.Job \{")

    def test_waits_are_short(self):
        for argument in re.findall(r"Timer\.sleep\((.*?)\(", text_of(program(count=120))):
            self.assertEqual(argument, "Calls.short_ms")

    def test_functions_are_not_compared(self):
        maker = program().maker
        self.assertTrue(maker.has_functions(con("Task.Task")))
        self.assertFalse(maker.supports(list_of(con("Task.Task")), ["eq"]))
        self.assertTrue(maker.supports(con("Prelude.Pid", con("Task.Task")), ["eq"]))
        self.assertFalse(maker.is_sound(con("Map.Map", con("Task.Task"), INT)))

    def test_only_what_asks_for_it_is_hashed(self):
        maker = program().maker
        for t in (INT, result(STRING), con("Mail.Variant"), con("Prelude.Pid", con("Process.Reason"))):
            self.assertTrue(maker.supports(t, ["eq", "hash"]), t)
            self.assertEqual(maker.look(t, "v"), "(Calls.look(v), hash(v))")
        for t in (con("Process.Reason"), con("Process.Down"), list_of(con("Process.Down"))):
            self.assertFalse(maker.supports(t, ["eq", "hash"]), t)
            self.assertEqual(maker.look(t, "v"), "Calls.look(v)")
            self.assertFalse(maker.is_sound(con("Map.Map", t, INT)), t)

    def test_what_is_written_as_json_has_a_form(self):
        function = library.read("fn Json.encode<T>(value: T) -> Prelude.String").functions[0]
        self.assertEqual(rules.bounded(function).bounds, {"T": ["json", "known"]})
        maker = program().maker
        self.assertTrue(maker.supports(list_of(STRING), ["json"]))
        self.assertFalse(maker.supports(result(STRING), ["json"]))
        self.assertFalse(maker.supports(list_of(UNIT), ["json"]))

    def test_internal_types_have_the_names_that_programs_may_write(self):
        maker = program().maker
        self.assertEqual(maker.name_text("Json.Stream.Stream"), "Json.Stream")
        self.assertEqual(maker.name_text("Ws.Handler.Conn"), "Ws.Conn")
        self.assertEqual(maker.name_text("Ws.Test.Harness.View"), "Ws.Test.View")

    def test_outcomes_are_used_after_they_were_made(self):
        for case in program().cases:
            known = set()
            for statement in case.statements:
                self.assertLessEqual(set(re.findall(r"\bv\d+\b", statement.text)) - {statement.name}, known)
                known.add(statement.name)


class Rules(unittest.TestCase):
    def test_each_reason_is_said(self):
        self.assertTrue(all(len(reason) > 10 for reason in rules.LEFT_OUT.values()))

    def test_a_rule_about_nothing_is_noticed(self):
        stale = rules.stale(library.read(LIST).functions)
        self.assertIn("Ws.serve", stale)
        self.assertNotIn("Process.halt", stale)


class Running(unittest.TestCase):
    def outcome(self, script):
        """What is said of a program that is this script of the shell."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "program")
            path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            path.chmod(0o755)
            return run(str(path), 0, 3)

    def test_an_end_in_order_is_fine(self):
        self.assertEqual(self.outcome("echo 'calls: 2 ended, 1 crashed, 0 late' >&2"), (None, (2, 1, 0)))

    def test_a_report_of_the_sanitizer_is_a_finding(self):
        words, _ = self.outcome("echo '==1==ERROR: AddressSanitizer: use after free' >&2; exit 1")
        self.assertIn("use after free", words)

    def test_an_early_end_is_a_finding_whatever_its_status(self):
        for script in ("exit 0", "exit 1", "kill -SEGV $$"):
            self.assertIn("ended with status", self.outcome(script)[0])


class Shrinking(unittest.TestCase):
    def statements(self, *texts):
        return [Statement(f"v{n}", STRING, text, False) for n, text in enumerate(texts)]

    def test_what_does_not_matter_goes(self):
        all_ = self.statements("a", "b", "f(v1)", "c", "d", "g(v2)")
        left = smaller(all_, lambda some: any(s.text == "g(v2)" for s in some))
        self.assertEqual([s.text for s in left], ["b", "f(v1)", "g(v2)"])

    def test_nothing_goes_that_all_of_it_needs(self):
        all_ = self.statements("a", "b")
        self.assertEqual(smaller(all_, lambda some: len(some) == 2), all_)

    def test_a_case_alone_is_a_program(self):
        made = program()
        with tempfile.TemporaryDirectory() as folder:
            made.write(os.path.join(folder, "p"), [Case(5, made.cases[5].statements)])
            with open(os.path.join(folder, "p", "main.snow"), encoding="utf-8") as file:
                self.assertIn("fn begin(0, round) = Process.id(spawn(Cases0.case_5, round))", file.read())


if __name__ == "__main__":
    unittest.main()
