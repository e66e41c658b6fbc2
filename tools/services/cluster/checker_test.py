"""What the checker finds: python3 -m unittest, in this folder."""

import unittest

from checker import Checker


def records(*sequences, most=10):
    """What is found with a member for each sequence: messages, and pairs for gaps, a second
    apart."""
    checker = Checker(most)
    for sequence in sequences:
        member = checker.member()
        member.joined(0.5)
        for time, entry in enumerate(sequence, 1):
            if isinstance(entry, tuple):
                member.gap(time, *entry)
            elif entry == "away":
                member.ended(time)
            elif entry == "joined":
                member.joined(time)
            else:
                member.message(entry, time)
    checker.finish()
    return checker.faults


class Checks(unittest.TestCase):
    def test_one_order_is_fine(self):
        self.assertEqual(records([1, 2, 3], [1, 2, 3]), [])

    def test_a_duplicate(self):
        self.assertIn("twice", records([1, 2, 1])[0])

    def test_two_orders(self):
        self.assertIn("no one order", records([1, 2, 3], [2, 1, 3])[0])

    def test_orders_that_contradict_each_other_only_together(self):
        self.assertIn("no one order", records([1, 2], [2, 3], [3, 1])[0])

    def test_a_loss_that_was_not_told(self):
        self.assertIn("member 1 was not told", records([1, 2, 3], [1, 3])[0])

    def test_a_loss_inside_a_gap(self):
        self.assertEqual(records([1, 2, 3], [1, (500,), 3]), [])
        self.assertEqual(records([1, 2, 3], [1, 3, (1500,)]), [])

    def test_a_gap_that_is_read_together_with_what_is_around_it(self):
        # Half of all times would be later than the gap's if they were rounded to 32 bits.
        for now in (33.1, 33.2, 33.3, 33.4):
            checker = Checker(4)
            first, second = checker.member(), checker.member()
            first.joined(0.5)
            second.joined(0.5)
            for number in (1, 2, 3):
                second.message(number, now)
            first.message(1, now)
            first.gap(now, 500)
            first.message(3, now)
            checker.finish()
            self.assertEqual(checker.faults, [])

    def test_a_gap_of_another_time(self):
        self.assertIn(
            "was not told", records([1, 2, 3, 4, 5, 6, 7, 8], [(500,), 1, 2, 3, 4, 5, 6, 8])[0]
        )

    def test_a_connection_that_ended(self):
        self.assertEqual(records([1, 2, 3], [1, "away", "joined", 3]), [])

    def test_the_last_message_comes_to_all(self):
        self.assertIn("misses the last message", records([1, 2, 3], [1, 2])[0])

    def test_what_is_sent_after_a_join(self):
        checker = Checker(10)
        first, second = checker.member(), checker.member()
        first.joined(0.5)
        second.joined(0.5)
        for number in range(1, 4):
            checker.sent_at[number] = number
            first.message(number, number + 0.1)
        second.message(3, 3.1)
        checker.finish()
        self.assertIn("member 1 had joined", checker.faults[0])

    def test_what_was_accepted_comes_to_all_who_were_there(self):
        checker = Checker(10, is_whole=False)
        for member in (checker.member(), checker.member()):
            member.joined(0.5)
            member.message(2, 3)
        checker.members[0].gap(41, 5000)
        checker.sent_at[1], checker.accepted[1] = 39, 40
        checker.finish()
        self.assertEqual(len(checker.faults), 1)
        self.assertIn("member 1 misses it", checker.faults[0])

    def test_what_was_accepted_is_heard_by_somebody(self):
        checker = Checker(10)
        checker.member().message(2, 3)
        checker.accepted[1] = 4
        checker.finish()
        self.assertIn("nobody hears it", checker.faults[0])

    def test_what_was_refused_is_heard_by_nobody(self):
        checker = Checker(10)
        checker.member().message(1, 1)
        checker.refused.add(1)
        checker.finish()
        self.assertIn("was refused", checker.faults[0])

    def test_thousands_of_which_nobody_knows_where_they_belong_are_looked_at_once(self):
        most = 20000
        checker = Checker(most + 4)
        first, second = checker.member(), checker.member()
        first.joined(0.5)
        second.joined(0.5)
        for member, between in ((first, [most + 2]), (second, range(1, most + 1))):
            for number in (most + 1, *between, most + 3):
                member.message(number, 1.0)
        # Nothing says that what the second hears is ahead of what the first does.
        checker.finish()
        self.assertEqual(checker.faults, [])


if __name__ == "__main__":
    unittest.main()
