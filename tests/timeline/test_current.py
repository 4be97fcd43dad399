from commonplace.timeline.current import feed
from commonplace.timeline.feed import Feed


def test_the_feed_of_a_site_is_made_once(app):
    with app.app_context():
        assert isinstance(feed(), Feed)
        assert feed() is feed()
