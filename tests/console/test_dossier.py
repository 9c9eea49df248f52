"""The page of a record."""

from console.conftest import Site, text

MESSAGE = {
    "resourceType": "Communication",
    "id": "message-new",
    "status": "completed",
    "subject": {"reference": "Patient/person"},
    "sent": "2026-11-25T08:00:00+01:00",
    "payload": [{"contentString": "Passage décalé à jeudi."}],
}


async def test_the_record_shows_the_person_and_the_circle(site: Site) -> None:
    """Identity with its status and INS, and each member with role and structure, in words too."""
    page = await site.get("/dossier/person")
    assert "Jeanne Lefèvre" in page.findtext(".//h1")
    assert page.cssselect(".ins .badge.qualified")
    assert "2 53 05 35 238 299 57" in text(page)
    drawn = {one.text_content().strip() for one in page.cssselect("svg.circle text.name")}
    table = {one.text_content().strip() for one in page.cssselect(".roll tbody th")}
    assert drawn == table
    assert "Daniel Faure" in table
    assert page.xpath("//td[contains(., 'Médecin traitant')]")


async def test_the_record_shows_plan_thread_alerts_and_agenda(site: Site) -> None:
    """What is in force is there, each with a way to its resource."""
    page = await site.get("/dossier/person", language="fr")
    said = text(page)
    for words in (
        "Perte de poids récente",
        "Soulager l'aidante",
        "Le bilan sanguin est arrivé",
        "A bien mangé à midi",
        "Évaluation gériatrique standardisée",
        "Plan personnalisé de coordination en santé",
    ):
        assert words in said, words
    assert page.xpath("//a[@href='/explore/ServiceRequest/referral']")


async def test_long_lists_unfold(site: Site) -> None:
    """Of many alerts the first are seen at once; a category that only has a code is said."""
    person = {"resourceType": "Patient", "id": "alerted", "name": [{"family": "Brun"}]}
    category = {"coding": [{"code": "safety"}]}
    flags = [
        {
            "resourceType": "Flag",
            "id": f"alerted-{number}",
            "status": "active",
            "category": [category],
            "code": {"text": f"Chute {number}"},
            "subject": {"reference": "Patient/alerted"},
        }
        for number in range(8)
    ]
    await site.store(person, *flags)
    page = await site.get("/dossier/alerted", language="fr")
    assert len(page.cssselect(".alerts > ul li")) == 6
    assert len(page.cssselect(".alerts details li")) == 2
    assert {one.text_content() for one in page.cssselect(".alerts .tag")} == {"sécurité"}


async def test_a_record_takes_at_most_six_calls(site: Site) -> None:
    """The page says how many calls of the public API made it."""
    page = await site.get("/dossier/person", language="en")
    count = next(word for word in text(page).split("made of ")[-1].split() if word.isdigit())
    assert int(count) <= 6


async def test_new_messages_can_be_had_alone(site: Site) -> None:
    """A page that is open asks for the thread, where a new message comes first."""
    await site.store(MESSAGE)
    answer = await site.client.get("/dossier/person/messages")
    assert "<html" not in answer.text
    first = answer.text.index("Passage décalé à jeudi.")
    assert first < answer.text.index("Le bilan sanguin")
    await site.client.delete("/fhir/Communication/message-new")


async def test_a_record_with_nothing_in_it_says_so(site: Site) -> None:
    """A person without a circle has a page too."""
    page = await site.get("/dossier/hostile", language="en")
    assert "No care circle." in text(page)
