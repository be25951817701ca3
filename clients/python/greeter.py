#!/usr/bin/python3
"""The greeter, with nothing but python3-redis or python3-zmq: greeter.py redis://HOST:PORT|zmq://HOST:PORT"""
import json, signal, socket, sys, uuid
from urllib.parse import urlsplit


def reply(event):
    """What to say to an event of topic `in`, or None."""
    if event["type"] == "privmsg" and event["data"]["message"] == "hello":
        return f"Hello {event['data']['sender']}, greetings from {socket.gethostname()}"
    if event["type"] == "privmsg" and event["data"]["message"] == "!woot":
        return "Indeed!"


def over_redis(url):
    import redis
    client = redis.Redis.from_url(url.geturl())
    inbox = client.pubsub()
    inbox.subscribe("in")
    payloads = (message["data"] for message in inbox.listen())
    next(payloads)  # Redis says that the subscription is live
    return payloads, lambda payload: client.publish("out", payload)


def over_zmq(url):
    import zmq
    outbox, inbox = (zmq.Context.instance().socket(kind) for kind in (zmq.DEALER, zmq.SUB))
    outbox.connect(f"tcp://{url.hostname}:{url.port or 5550}")
    inbox.connect(f"tcp://{url.hostname}:{(url.port or 5550) + 1}")
    ready = f"$ready.{uuid.uuid4()}"
    for topic in ("in", ready):
        inbox.subscribe(topic)
    frames = iter(inbox.recv_multipart, None)
    next(topic for topic, _ in frames if topic == ready.encode())  # so does the broker
    payloads = (payload for topic, payload in frames if topic == b"in")  # ZeroMQ brings "in2" too
    return payloads, lambda payload: outbox.send_multipart([b"out", payload.encode()])


signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
url = urlsplit(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
payloads, publish = {"redis": over_redis, "zmq": over_zmq}[url.scheme](url)
print("greeter.py: listening on in", file=sys.stderr, flush=True)
for payload in payloads:
    try:
        event = json.loads(payload)
        text, data = reply(event), event["data"]
    except (ValueError, KeyError, TypeError) as why:  # a stranger's message is no end
        print(f"greeter.py: passed over {payload[:80]!r}: {why!r}", file=sys.stderr, flush=True)
        continue
    if text:
        answer = {"to": data["channel"], "message": text, "network": data.get("network", "")}
        publish(json.dumps({"version": 1, "type": "privmsg", "data": answer}))
