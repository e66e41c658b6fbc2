"""Whether what members heard is one order, without a duplicate, with every loss inside a gap that
was told.

Nothing here is the product's: a member's record is what came to its socket. A member's consecutive
messages are an edge; one order exists when the graph of all members' edges has no cycle. A member
has lost a message when that is on a way from one of the member's messages to the next.
"""

from array import array

# How much later than a message that follows a gap the telling of the gap may come, in seconds.
LATENESS = 3.0
# How long a connection may be deaf before its node notices, with which a gap begins: what
# docs/cluster.md says, and as much again for a node that is stopped meanwhile.
UNNOTICED = 18.0
SHOWN = 20


class Member:
    """What one member heard: `at` has the time of each message, 0 for those that did not come."""

    def __init__(self, checker, number):
        self.checker, self.number = checker, number
        self.at = array("d", [0.0]) * checker.most
        self.last = None
        self.heard = 0
        # Times from the end of a connection to the next `joined`, and those of told gaps.
        self.away = [[0.0, None]]
        self.gaps = []

    def ended(self, now):
        if self.away[-1][1] is not None:
            self.away.append([now, None])

    def joined(self, now):
        self.away[-1][1] = now

    def gap(self, now, ms):
        self.gaps.append((now - ms / 1000, now))

    def message(self, number, now):
        if self.at[number]:
            self.checker.fault(f"member {self.number} hears message {number} twice")
            return
        self.at[number] = now
        self.heard += 1
        if self.last is not None:
            self.checker.edge(self.last, number)
        self.last = number

    def is_told(self, since, until):
        return any(
            begin - LATENESS <= until and since <= end <= until + LATENESS
            for begin, end in self.gaps
        )

    def may_miss(self, sent, answered):
        """True when a message of that time is in a told gap, or the member was away."""
        is_away = any(
            begin <= answered + LATENESS and (end is None or sent <= end)
            for begin, end in self.away
        )
        return is_away or any(
            begin - UNNOTICED <= answered and sent <= end for begin, end in self.gaps
        )

    def returned(self, since, until):
        """When the member had joined again, if it was away between those times."""
        times = [
            end if end is not None else until
            for begin, end in self.away
            if begin <= until and (end is None or since <= end)
        ]
        return max(times, default=None)


class Checker:
    """`most` is the number of messages that there may be; `is_whole` whether the members are all
    that there are."""

    def __init__(self, most, is_whole=True):
        self.most, self.is_whole = most, is_whole
        self.faults = []
        self.fault_count = 0
        # The first successor of each message, and those that are not the first.
        self.next = array("i", [-1]) * most
        self.others = {}
        self.sent_at = array("d", [0.0]) * most
        self.refused = set()
        # The times at which messages were answered with Ok.
        self.accepted = {}
        self.members = []
        self.told = 0

    def fault(self, words):
        self.fault_count += 1
        if len(self.faults) < SHOWN:
            self.faults.append(words)

    def member(self):
        self.members.append(Member(self, len(self.members)))
        return self.members[-1]

    def edge(self, before, after):
        first = self.next[before]
        if first < 0:
            self.next[before] = after
        elif first != after:
            self.others.setdefault(before, set()).add(after)

    def successors(self, message):
        first = self.next[message]
        return () if first < 0 else (first, *self.others.get(message, ()))

    def order(self):
        """What was heard, in an order that contradicts no member; None when there is none."""
        waiting = array("i", [0]) * self.most
        heard = [
            number
            for number in range(self.most)
            if any(member.at[number] for member in self.members)
        ]
        for message in heard:
            for after in self.successors(message):
                waiting[after] += 1
        ready = [message for message in heard if not waiting[message]]
        order = []
        while ready:
            message = ready.pop()
            order.append(message)
            for after in self.successors(message):
                waiting[after] -= 1
                if not waiting[after]:
                    ready.append(after)
        if len(order) < len(heard):
            left = [message for message in heard if waiting[message]]
            self.fault(
                f"there is no one order: {len(left)} messages are in or behind a cycle, such as {left[:5]}"
            )
            return None
        return order

    def finish(self):
        """Checks what needs all records."""
        for message in self.refused:
            if any(member.at[message] for member in self.members):
                self.fault(f"message {message} was refused, and somebody hears it")
        if self.is_whole:
            self.check_accepted()
        else:
            self.check_times()
        order = self.order()
        if order is None:
            return
        for member in self.members:
            self.check_member(member, order)
        for message in order[-1:]:
            for member in self.members:
                if not member.at[message]:
                    self.fault(f"member {member.number} misses the last message")

    def check_accepted(self):
        for message in self.accepted:
            if not any(member.at[message] for member in self.members):
                self.fault(f"message {message} was answered with Ok, and nobody hears it")

    def check_times(self):
        """What none of these members hears has no place in their order, but a time."""
        for message, answered in self.accepted.items():
            for member in self.members:
                if not member.at[message] and not member.may_miss(self.sent_at[message], answered):
                    self.fault(
                        f"message {message} was answered with Ok at {answered:.3f}, member "
                        f"{member.number} misses it, and was neither away nor told a gap"
                    )

    def check_member(self, member, order):
        before, missing = None, []
        for message in order:
            if not member.at[message]:
                missing.append(message)
                continue
            if missing:
                self.check_hole(member, before, missing, message)
                missing = []
            before = message

    def check_hole(self, member, before, missing, after):
        since, until = 0.0 if before is None else member.at[before], member.at[after]
        if member.is_told(since, until):
            self.told += 1
            return
        returned = member.returned(since, until)
        if returned is not None:
            ahead = self.ahead_of(missing, after)
            lost = [one for one in missing if self.sent_at[one] > returned and one in ahead]
            if lost:
                self.fault(
                    f"member {member.number} had joined, and was not told that {len(lost)} messages are missing in "
                    f"front of {after}, such as {lost[0]}"
                )
        else:
            behind, ahead = self.behind(before, missing), self.ahead_of(missing, after)
            lost = [one for one in missing if one in behind and one in ahead]
            if lost:
                self.fault(
                    f"member {member.number} was not told that {len(lost)} messages are missing between {before} "
                    f"and {after}, such as {lost[0]}; it heard nothing for {until - since:.3f} s"
                )

    # Between two messages of the order stand those that the member misses, and no other: each is
    # looked at once, because there may be thousands of which no record says where they belong.

    def behind(self, before, missing):
        """Those of them that are behind a message, as members' records say."""
        behind = set(self.successors(before))
        for message in missing:
            if message in behind:
                behind.update(self.successors(message))
        return behind

    def ahead_of(self, missing, after):
        """Those of them that are ahead of a message, as members' records say."""
        ahead = {after}
        for message in reversed(missing):
            if any(successor in ahead for successor in self.successors(message)):
                ahead.add(message)
        return ahead
