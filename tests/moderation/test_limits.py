import pytest

from commonplace.core.errors import Unavailable
from commonplace.moderation.limits import check_reports, count_report


def test_the_eleventh_report_of_an_hour_is_one_too_many_and_others_may_go_on(app, people):
    with app.test_request_context():
        for _ in range(10):
            check_reports(people.bob)
            count_report(people.bob)
        with pytest.raises(Unavailable) as refused:
            check_reports(people.bob)
        assert refused.value.status == 429
        check_reports(people.cleo)
