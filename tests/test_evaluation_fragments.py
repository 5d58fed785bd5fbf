"""Coverage, density and novel n-grams, against the paper's own procedure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarize.evaluation.fragments import extractive_fragments, novel_ngrams

WORDS = st.lists(st.sampled_from("abc"), max_size=15)


def figure_3(article, summary):
    """The procedure F(A, S) of Grusky et al. (2018), line by line."""
    fragments = []
    i = j = 0
    while i < len(summary):
        longest = []
        while j < len(article):
            if summary[i] == article[j]:
                a, b = i, j
                while a < len(summary) and b < len(article) and summary[a] == article[b]:
                    a, b = a + 1, b + 1
                if len(longest) < a - i:
                    longest = summary[i:a]
                j = b
            else:
                j += 1
        i, j = i + max(len(longest), 1), 0
        if longest:
            fragments.append(longest)
    return fragments


@given(WORDS, WORDS.filter(bool))
def test_fragments_are_the_paper_s(document, summary):
    fragments = figure_3(document, summary)
    found = extractive_fragments(document, summary)
    assert found.coverage == sum(map(len, fragments)) / len(summary)
    assert found.density == sum(len(each) ** 2 for each in fragments) / len(summary)


def test_a_copied_summary_is_one_fragment():
    words = "the river rose in the night".split()
    found = extractive_fragments(words, words[1:4])
    assert (found.coverage, found.density) == (1.0, 3.0)


def test_an_empty_summary_has_none():
    with pytest.raises(ValueError, match="no token"):
        extractive_fragments(["a"], [])


def test_novel_ngrams_are_counted_once():
    assert novel_ngrams("a b c".split(), "x y x y a b".split()) == 3 / 4
    assert novel_ngrams("a b c".split(), ["a"]) == 0.0
    assert novel_ngrams("a b".split(), "a c".split(), n=1) == 0.5
