"""What a supervisor does when a child ends, from the reference."""

from dataclasses import dataclass


@dataclass
class Outcome:
    """Places of children: those that are started again, in order, and those that are not touched.
    `is_over`: restarts are too many, and the supervisor ends."""

    again: list
    untouched: list
    is_over: bool = False


def outcomes_of(tree, steps):
    """What each step leads to, up to the one after which the supervisor has ended."""
    made, there, restarts = [], list(range(len(tree.children))), 0
    for at, crash in steps:
        others = [place for place in there if place != at]
        if not is_started_again(tree.children[at].restart, crash is not None):
            there = others
            made.append(Outcome([], others))
            continue
        restarts += 1
        if restarts > tree.max_restarts:
            made.append(Outcome([], [], True))
            break
        again = {None: [at], "one_for_one": [at], "one_for_all": there,
                 "rest_for_one": [place for place in there if place >= at]}[tree.strategy]
        made.append(Outcome(list(again), [place for place in there if place not in again]))
    return made


def is_started_again(restart, has_crashed):
    return restart in (None, "permanent") or restart == "transient" and has_crashed
