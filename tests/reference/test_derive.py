"""How facts are read from a text in the layout of the reference; the text here is invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

TEXT = """Title

Query parameter name: token

Clocks

Everything that ticks

Read a clock


  • API consumers who can use this method: Synerise User, Workspace (formerly Business Profile)

  • Some words about keys.permissions required: CLOCK_READ, CLOCKS_READ

Authorizations:
path Parameters
clockId
required
string <uuid>

Which clock

query Parameters
zone
required
string
Enum: "UTC" "local"

page
integer <int32> >= 1
Default: 1

Responses

Request samples

curl --request GET
  --url 'https://api.synerise.com/clocks/%7BclockId%7D?zone=SOME_STRING_VALUE'
  --header 'Authorization: Bearer _YOUR_JWT_TOKEN_'

Response samples

Content type
application/json;charset=UTF-8
{
  • "time": "string",
  • "zone": {
    }
}

Wind a clock

This winds a clock.

IMPORTANT: This endpoint is limited to:

  • 3 turns per request
  • 20 requests per second
  • 2 requests per second per profile

  • API consumer who can use this method: Anonymous profile (formerly client)

Request Body schema: application/json
required
Key (object) or Crank (object)

With what. A string or an
object
is meant.

turns
integer
object

How far

Responses

Request samples

Content type
application/json
{
  • "tool": {
    },
  • "turns": 0,
  • "angle": {
    }
}

Response samples

Content type
application/json
ANSWER

Bells

They ring

Break a bell

Breaks it

  • This method does not require a Synerise authorization token.
Responses

Request samples

curl --request DELETE
  --url https://api.synerise.com/bells/
  --header 'Authorization: Bearer _YOUR_JWT_TOKEN_'
"""
# In the reference, the lines of a command end with a space.
TEXT = re.sub("(--request|--url)(.*)", r"\1\2 ", TEXT)
STRAY = "With what. A string or an\nobject\nis meant.\n"
ERROR = '{\n  • "timestamp": "x",\n  • "status": 0,\n  • "error": "x",\n  • "message": "x",\n'
ERROR += '  • "path": "x"\n}'


def text(answer: str) -> str:
    return TEXT.replace(STRAY, "With what.\n").replace("ANSWER", answer)


@pytest.fixture
def derive(deriving: Mapping[str, Any]) -> Callable[[str], list[dict[str, Any]]]:
    return deriving["derive"]


def test_facts_of_a_reference(derive: Callable[[str], list[dict[str, Any]]]) -> None:
    read, wind, broken = derive(text("[ ]"))
    assert read == {
        "tag": "Clocks",
        "summary": "Read a clock",
        "method": "GET",
        "path": "/clocks/{clockId}",
        "path_parameters": [{"name": "clockId", "required": True}],
        "query": [
            {"name": "zone", "required": True, "values": ["UTC", "local"]},
            {"name": "page", "required": False},
        ],
        "body": [],
        "permissions": ["CLOCK_READ", "CLOCKS_READ"],
        "consumers": ["user", "workspace"],
        "limits": None,
        "answer": "object",
        "printed": ["time", "zone"],
        "creates_account": False,
    }
    assert (wind["tag"], wind["summary"], wind["path"]) == ("Clocks", "Wind a clock", None)
    assert wind["body"] == [
        {"name": "tool", "required": True},
        {"name": "turns", "required": False},
        {"name": "angle", "required": False},
    ]
    assert wind["consumers"] == ["anonymous"]
    assert wind["limits"] == {"items": 3, "per_second": 20, "per_profile_per_second": 2}
    assert (broken["tag"], broken["summary"]) == ("Bells", "Break a bell")
    assert (broken["method"], broken["path"]) == ("DELETE", "/bells/")
    assert (broken["answer"], broken["printed"], broken["consumers"]) == ("nothing", [], [])


@pytest.mark.parametrize(
    ("answer", "shape", "keys"),
    [
        ('{\n  • "id": "x"\n}', "object", ["id"]),
        ('"497f6eca"', "text", []),
        ("[ ]", "array", []),
        ("[\n  • {\n    }\n]", "array", []),
        ("[\n  • [\n    ]\n]", "array", []),
        ('[\n  • "string"\n]', "array", []),
        ('[\n  • {\n    "id": 1}\n]', "array", ["id"]),
        (ERROR, "nothing", []),
    ],
)
def test_answers_of_a_reference(
    answer: str, shape: str, keys: list[str], derive: Callable[[str], list[dict[str, Any]]]
) -> None:
    wind = derive(text(answer))[1]
    assert (wind["answer"], wind["printed"]) == (shape, keys)


def test_a_reference_whose_fields_and_sample_disagree_is_refused(
    derive: Callable[[str], list[dict[str, Any]]],
) -> None:
    with pytest.raises(ValueError, match="4 fields, but the sample has"):
        derive(TEXT.replace("ANSWER", "[ ]"))
    with pytest.raises(ValueError, match="Field 'turns' is 'rounds' in the sample"):
        derive(text("[ ]").replace('"turns"', '"rounds"'))


def test_facts_of_a_reference_are_written_as_they_are_read(deriving: Mapping[str, Any]) -> None:
    facts = deriving["derive"](text("[ ]"))
    assert json.loads(deriving["render"](facts)) == facts
