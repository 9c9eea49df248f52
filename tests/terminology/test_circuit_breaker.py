"""Leaving alone for a while a server that fails."""

from cordee.terminology.circuit_breaker import CircuitBreaker


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_failures_in_a_row_open_it() -> None:
    """An answer in between starts the count again."""
    breaker = CircuitBreaker(failures=2, pause=10, clock=Clock())
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert breaker.open
    assert not breaker.allows()


def test_one_trial_after_each_pause() -> None:
    """After a pause one call may try; its failure begins another pause, its success ends them."""
    clock = Clock()
    breaker = CircuitBreaker(failures=1, pause=10, clock=clock)
    breaker.failed()
    clock.now = 9.9
    assert not breaker.allows()
    clock.now = 10
    assert breaker.allows()
    assert not breaker.allows()
    clock.now = 15
    breaker.failed()
    clock.now = 24
    assert not breaker.allows()
    clock.now = 25
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()
