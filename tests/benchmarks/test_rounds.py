"""Calls are compared round by round."""

from benchmarks.rounds import Call, run_rounds, times_as_long


def test_a_ratio_is_the_middle_of_the_rounds_ratios():
    assert times_as_long([2.0, 30.0, 3.0], [1.0, 10.0, 3.0]) == 2.0


def test_a_call_takes_the_middle_of_its_rounds():
    assert Call(list, 1, [3e-6, 1e-6, 2e-6]).microseconds == 2.0


def test_of_the_calls_in_a_round_the_quickest_counts(monkeypatch):
    moments = iter([0.0, 5.0, 5.0, 7.0, 7.0, 10.0])
    monkeypatch.setattr("benchmarks.rounds.time.perf_counter", lambda: next(moments))
    call = Call(list, 3)
    call.run()
    assert call.seconds == [2.0]


def test_every_call_is_made_in_each_round_in_turn_and_first_unmeasured():
    made = []
    calls = [Call(lambda: made.append("a"), 2), Call(lambda: made.append("b"), 1)]
    run_rounds(calls, 2)
    assert "".join(made) == "aab" * 3
    assert [len(call.seconds) for call in calls] == [2, 2]
