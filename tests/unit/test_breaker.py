from __future__ import annotations

from pinxit.domain.breaker import FAILURES, FIRST_REST_S, LONGEST_REST_S, Breaker, Circuit


def failing(times: int, start: Breaker | None = None, now_s: float = 0.0) -> Breaker:
    breaker = start or Breaker()
    for _ in range(times):
        breaker = breaker.failed(now_s)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row_and_not_before() -> None:
    assert failing(FAILURES - 1).circuit(0.0) is Circuit.CLOSED
    assert failing(FAILURES).circuit(0.0) is Circuit.OPEN
    assert failing(FAILURES).until_s == FIRST_REST_S


def test_a_success_between_starts_the_count_anew() -> None:
    breaker = failing(FAILURES - 1).succeeded()

    assert failing(FAILURES - 1, breaker).circuit(0.0) is Circuit.CLOSED


def test_half_open_lets_one_job_through_and_waits_for_its_end() -> None:
    breaker = failing(FAILURES)

    assert not breaker.lets_through(FIRST_REST_S - 0.1, 600.0)
    assert breaker.circuit(FIRST_REST_S) is Circuit.HALF_OPEN
    assert breaker.lets_through(FIRST_REST_S, 600.0)
    probing = breaker.probing(FIRST_REST_S)
    assert not probing.lets_through(FIRST_REST_S + 1, 600.0)
    assert probing.lets_through(FIRST_REST_S + 601, 600.0)
    assert probing.unprobed().lets_through(FIRST_REST_S + 1, 600.0)


def test_a_probe_that_succeeds_closes_it_and_one_that_fails_doubles_the_rest() -> None:
    probing = failing(FAILURES).probing(FIRST_REST_S)

    assert probing.succeeded().circuit(FIRST_REST_S) is Circuit.CLOSED
    again = probing.failed(FIRST_REST_S)
    assert again.until_s == FIRST_REST_S + 2 * FIRST_REST_S
    assert again.lets_through(again.until_s or 0, 600.0)


def test_the_rest_never_grows_beyond_the_longest() -> None:
    breaker, now_s = failing(FAILURES), 0.0
    for _ in range(10):
        now_s = breaker.until_s or 0.0
        breaker = breaker.failed(now_s)

    assert breaker.until_s == now_s + LONGEST_REST_S


def test_jobs_that_began_before_it_opened_do_not_lengthen_the_rest() -> None:
    breaker = failing(FAILURES)

    assert failing(20, breaker, now_s=1.0).until_s == breaker.until_s


def test_a_generator_that_asks_to_be_left_alone_is_so_at_once() -> None:
    breaker = Breaker().failed(0.0, 1800.0)

    assert breaker.circuit(1799.0) is Circuit.OPEN
    assert breaker.circuit(1800.0) is Circuit.HALF_OPEN


def test_years_of_failures_do_not_overflow() -> None:
    breaker = Breaker(failures=9000, openings=9000).failed(1.0)

    assert breaker.until_s == 1.0 + LONGEST_REST_S


def test_what_a_generator_says_of_its_rest_is_kept_within_bounds() -> None:
    assert Breaker().failed(0.0, -5.0).until_s == 0.0
    assert Breaker().failed(0.0, 1e300).until_s == 31 * 86_400.0
