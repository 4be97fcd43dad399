from commonplace.live.topics import add_topics, list_topics


def test_all_providers_are_asked_of_the_user(app):
    add_topics(app, lambda user: [f"shared-by-{user}"])
    add_topics(app, lambda _user: (f"tag-{number}" for number in range(2)))
    assert list_topics(app, 7) == ["shared-by-7", "tag-0", "tag-1"]


def test_a_provider_that_fails_is_logged_and_goes_without(app, caplog):
    add_topics(app, lambda _user: 1 / 0)
    add_topics(app, lambda _user: ["everybody"])
    assert list_topics(app, 7) == ["everybody"]
    assert "a provider of topics failed" in caplog.text
