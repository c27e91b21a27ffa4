"""The file of a stage: what is wrong in it is said by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.deploy import stages
from infra.deploy.__main__ import main
from infra.deploy.stages import NotReady

BOUNDARY = '"arn:aws:iam::123456789012:policy/b"'
RIGHT = {"region": '"us-east-1"', "mail_from": '"PrintLab <p@example.edu>"', "mail_identity": '"example.edu"'}


def written(folder: Path, **entries: str) -> Path:
    text = "\n".join(f"{name} = {value}" for name, value in {**RIGHT, **entries}.items() if value)
    (folder / "prod.toml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"region": ""}, "region is missing"),
        ({"mail_from": '"PrintLab"'}, "mail_from holds no address"),
        ({"mail_identity": ""}, "mail_identity is missing"),
        ({"colour": '"red"'}, "colour is unknown"),
        ({"monthly_budget": '"20"'}, "monthly_budget must be a whole number"),
        ({"monthly_budget": "true"}, "monthly_budget must be a whole number"),
        ({"mail_transport": '"pigeon"'}, "mail_transport must be ses or smtp"),
        ({"mail_transport": '"smtp"'}, "smtp_host is missing"),
        ({"domain": '"print.example.edu"'}, "domain and certificate belong together"),
        (
            {"domain": '"p.example.edu"', "certificate": '"arn:aws:acm:eu-west-1:1:certificate/x"'},
            "certificate must be one of us-east-1",
        ),
        ({"stack_role": '"arn:aws:iam::123456789012:role/r"'}, "permissions_boundary is missing"),
        ({"permissions_boundary": '"arn:aws:iam::123456789012:role/r"'}, "must be the ARN of a policy"),
        ({"region": "eu-central-1"}, r"prod\.toml: Invalid value"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, entries: dict[str, str], said: str) -> None:
    with pytest.raises(NotReady, match=said):
        stages.load("prod", written(tmp_path, **entries))


def test_a_stage_that_nobody_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotReady, match=r"example\.toml"):
        stages.load("prod", tmp_path)
    with pytest.raises(NotReady, match="A stage is called like"):
        stages.load("../prod", tmp_path)
    assert main(["nowhere-at-all"]) == 1
    assert "is missing. Copy" in capsys.readouterr().err


def test_the_example_is_right() -> None:
    found = stages.load("example")
    assert found.parameters()["MailIdentity"] == "example.edu"


def test_every_parameter_is_one_of_the_template(tmp_path: Path) -> None:
    from infra.local import template

    known = {**template.document()["Parameters"], **template.document(Path("infra/aws.yaml"))["Parameters"]}
    given = stages.load("prod", written(tmp_path, permissions_boundary=BOUNDARY)).parameters()
    assert known.keys() - given.keys() == {"FilesBucketName", "SiteOrigin", "OriginKey"}
    assert given.keys() <= known.keys()
