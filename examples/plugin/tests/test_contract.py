from summarize.testing import check_backend


def test_contract() -> None:
    check_backend("longest", cap=30)
