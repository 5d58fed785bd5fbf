"""Intervals that hold the truth as often as they say, and tests that agree with SciPy's."""

import numpy as np
import pytest
from scipy import stats

from summarize.evaluation.significance import bootstrap_intervals, holm, paired_p_values


@pytest.mark.parametrize("documents", [20, 36, 200])
def test_intervals_hold_the_mean_as_often_as_they_say(documents):
    simulations = 2000
    scores = np.random.default_rng(documents).beta(3, 5, (documents, simulations))
    intervals = bootstrap_intervals(scores, resamples=1000)
    held = (intervals[:, 0] <= 3 / 8) & (intervals[:, 1] >= 3 / 8)
    assert 0.93 <= held.mean() <= 0.97


def test_intervals_depend_on_the_seed_alone():
    scores = np.random.default_rng(0).random((50, 3))
    assert (bootstrap_intervals(scores) == bootstrap_intervals(scores)).all()
    assert (bootstrap_intervals(scores) != bootstrap_intervals(scores, seed=1)).all()


def test_intervals_of_few_and_of_equal_scores():
    assert bootstrap_intervals([0.3]).tolist() == [[0.3, 0.3]]
    assert bootstrap_intervals([0.5] * 8).tolist() == [[0.5, 0.5]]
    with pytest.raises(ValueError, match="at least one document"):
        bootstrap_intervals([])


@pytest.mark.parametrize("shift", [0.0, 0.02, 0.05, 0.1])
@pytest.mark.parametrize("documents", [12, 60])
def test_p_values_are_those_of_scipys_permutation_test(documents, shift):
    generator = np.random.default_rng(documents)
    differences = generator.normal(shift, 0.15, documents)
    expected = stats.permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    ).pvalue
    found = paired_p_values(differences, trials=20_000)[0]
    error = 4 * np.sqrt(2 * expected * (1 - expected) / 20_000)
    assert found == pytest.approx(expected, abs=error + 1e-4)


def test_p_values_are_right_if_nothing_differs():
    generator = np.random.default_rng(0)
    p_values = paired_p_values(generator.normal(0, 1, (40, 2000)), trials=1000)
    assert 0.04 <= (p_values < 0.05).mean() <= 0.06


def test_p_values_at_the_edges():
    assert paired_p_values([0.0] * 5).tolist() == [1.0]
    assert paired_p_values([0.2]).tolist() == [1.0]
    assert paired_p_values([0.2] * 40, trials=999).tolist() == [0.001]  # (1 + 0) / (1 + 999)


def test_a_column_s_p_value_does_not_depend_on_the_others():
    differences = np.random.default_rng(0).normal(0.1, 1, (30, 4))
    together = paired_p_values(differences)
    assert together.tolist() == [paired_p_values(column)[0] for column in differences.T]


def test_holm_steps_down():
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
