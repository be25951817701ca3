"""What comes with the package: its README, types, generated code and optional libraries."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from servers import ROOT
from test_bus import Heard

import tubes_bus

HOME = Path(__file__).parents[1]
SERVER = "redis://127.0.0.1:6379"  # in the examples
README = (HOME / "README.md").read_text()
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HOME), "PYTHONDONTWRITEBYTECODE": "1"}


def run(*command, **options):
    options = {"cwd": HOME, "env": ENVIRONMENT, "text": True, "capture_output": True, **options}
    return subprocess.run([str(each) for each in command], **options)


def python(code, folder=HOME):
    return run(sys.executable, "-c", code, cwd=folder)


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("number, code", list(enumerate(blocks("python"))))
def test_the_examples_of_the_readme_run(redis_server, tmp_path, number, code):
    """Each for itself, and each module that one is named as is there for the next."""
    for each in blocks("python"):
        name = re.match(r"# (\w+\.py)\n", each)
        if name:
            (tmp_path / name[1]).write_text(each.replace(SERVER, redis_server.url))
    ending = code.replace("signal.pause()", "pass")  # or the bot would run for ever
    done = python(ending.replace(SERVER, redis_server.url), tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_readme_has_a_bot_of_at_most_15_lines_and_its_test_of_10():
    bot, its_test = blocks("python")[:2]
    assert len(bot.splitlines()) <= 15
    assert len(its_test.splitlines()) <= 10
    assert len(blocks("python")) >= 4


def test_types_are_strict():
    assert shutil.which("mypy"), "mypy is not there; apt-get install mypy"
    done = run("mypy", "--strict", "--cache-dir", "/dev/null", "tubes_bus", "examples/greeter.py")
    assert done.returncode == 0, done.stdout


def test_the_generated_code_is_that_of_the_schema(tmp_path):
    """protoc -I proto --python_out=… tubes/v1/envelope.proto"""
    assert shutil.which("protoc"), "protoc is not there; apt-get install protobuf-compiler"
    made = run(
        "protoc", "-I", ROOT / "proto", f"--python_out={tmp_path}", "tubes/v1/envelope.proto"
    )
    assert made.returncode == 0, made.stderr
    generated = (tmp_path / "tubes" / "v1" / "envelope_pb2.py").read_text()
    checked_in = (HOME / "tubes_bus" / "wire" / "envelope_pb2.py").read_text()
    assert generated == checked_in, "regenerate it: see tests/test_package.py"


def without(module, code):
    return python(f"import sys; sys.modules[{module!r}] = None\nimport tubes_bus\n{code}")


def test_without_zmq_all_else_works_and_the_error_names_what_to_install(redis_server):
    done = without("zmq", f"tubes_bus.open({redis_server.url!r}).close()")
    assert done.returncode == 0, done.stderr
    done = without("zmq", "tubes_bus.open('zmq://127.0.0.1')")
    assert "apt-get install python3-zmq, or: pip install 'tubes-bus[zmq]'" in done.stderr


def test_without_protobuf_json_works_and_the_reason_names_what_to_install():
    code = """
from tubes_bus import *
print(decode(Role.in_, b'\\x08\\x01').why)
print(decode(Role.in_, b'{"version":1,"type":"quit","data":{"sender":"a"}}').envelope.message)
encode(Envelope(in_.Quit('a')), WireFormat.protobuf)
"""
    done = without("google.protobuf", code)
    why, message = done.stdout.splitlines()
    assert "apt-get install python3-protobuf, or: pip install 'tubes-bus[protobuf]'" in why
    assert message == "Quit(sender='a', message='', network='', time='', msgid='', batch='')"
    assert "apt-get install python3-protobuf" in done.stderr


def test_a_program_that_ends_without_close_has_said_what_it_said(server):
    with tubes_bus.open(server.url) as bus:
        heard = Heard()
        tubes_bus.Client(bus).on(tubes_bus.out.Privmsg, heard)
        code = f"""
import tubes_bus
def say(text):
    tubes_bus.Client(tubes_bus.open({server.url!r})).say("#deploys", text)
say("v1.2 is live")
"""
        done = python(code)
        assert (done.returncode, done.stderr) == (0, "")
        assert heard.next().message == "v1.2 is live"


def test_it_installs_without_a_network(tmp_path):
    passed_over = shutil.ignore_patterns("tests", "__pycache__")
    shutil.copytree(HOME, tmp_path / "source", ignore=passed_over)
    target = tmp_path / "installed"
    options = ["--no-build-isolation", "--no-index", "--no-deps", "--target", target]
    done = run(sys.executable, "-m", "pip", "install", *options, ".", cwd=tmp_path / "source")
    assert done.returncode == 0, done.stderr
    assert (target / "tubes_bus" / "py.typed").exists()
    code = "import tubes_bus.aio, tubes_bus.transports.zeromq, tubes_bus.wire; print('imported')"
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = run(sys.executable, "-c", code, cwd=tmp_path, env=environment)
    assert done.stdout == "imported\n", done.stderr
