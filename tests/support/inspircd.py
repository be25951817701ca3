"""InspIRCd with what ngircd lacks (IRCv3's tags, accounts, MONITOR, bot mode), and Atheme, its
services."""
import os
import pwd
import shutil

from stage import LOOPBACK, Here, free_port

_MODULES = ("cap", "ircv3", "ircv3_ctctags", "ircv3_accounttag", "services_account", "botmode",
            "monitor", "ircv3_servertime", "ircv3_msgid", "ircv3_chghost", "chghost", "namesx",
            "uhnames")
_ECHO_MODULES = ("ircv3_echomessage", "ircv3_labeledresponse", "ircv3_batch")
_TLS_MODULES = ("ssl_gnutls", "sslinfo")
_SERVICES = "services.tubes.example"
_LINK = "a-password-of-the-test"
_NO_LIMITS = 'threshold="1000" commandrate="100000" fakelag="no"'


def start_inspircd_with_flood_limits(stage, fakelag):
    """As its example configuration limits clients, and in 40 channels; who is too fast is slowed
    down (fakelag) or thrown out. Returns the port for clients."""
    return _start_server(stage, _MODULES, [], limits=(
        f'threshold="10" commandrate="1000" fakelag="{fakelag}" recvq="8192" maxchans="40"'))[0]


def start_inspircd(stage, *more):
    """Returns the port for clients; `more` are lines of its configuration."""
    return _start_server(stage, _MODULES, more)[0]


def start_inspircd_with_echo(stage, port=None, place=Here, ping_timeout=120):
    """It sends back what was said, with the label. Returns the port for clients and its Program."""
    limits = f'{_NO_LIMITS} pingfreq="{ping_timeout}"'
    return _start_server(stage, (*_MODULES, *_ECHO_MODULES), (), limits, port, place)


def start_inspircd_with_services(stage, more_modules=(), more=()):
    """Returns the port for clients; NickServ is there, and SASL with PLAIN, ECDSA and EXTERNAL."""
    link = free_port()
    port, _ = _start_server(stage, (*_MODULES, "spanningtree", "sasl", *more_modules), [
        f'<bind address="{LOOPBACK}" port="{link}" type="servers">',
        f'<link name="{_SERVICES}" ipaddr="{LOOPBACK}" port="{link}" allowmask="{LOOPBACK}"',
        f'      sendpass="{_LINK}" recvpass="{_LINK}">',
        f'<uline server="{_SERVICES}">', f'<sasl target="{_SERVICES}">', *more])
    _start_atheme(stage, link)
    return port


def start_inspircd_with_tls(stage, certificate, key, asks_for_tls=False):
    """Returns the ports for clients without and with TLS, which sees their certificates; if it
    asks for TLS (STS), then of those that call it localhost."""
    secure = free_port()
    sts = [f'<sts host="localhost" duration="1h" port="{secure}">'] if asks_for_tls else []
    modules = (*_TLS_MODULES, *(("ircv3_sts",) if asks_for_tls else ()))
    plain, _ = _start_server(stage, (*_MODULES, *modules),
                             [*_listens_with_tls(secure, certificate, key), *sts])
    return plain, secure


def start_inspircd_with_services_and_tls(stage, certificate, key):
    """Returns the ports for clients without and with TLS."""
    secure = free_port()
    plain = start_inspircd_with_services(stage, _TLS_MODULES,
                                         _listens_with_tls(secure, certificate, key))
    return plain, secure


def register(user, password):
    """Gives an IrcUser the account of its nick, and logs it in."""
    user.say("NickServ", f"REGISTER {password} {user.nick}@tubes.example")
    user.wait_for(f" 900 {user.nick} ")


def _listens_with_tls(port, certificate, key):
    return [
        f'<sslprofile name="tls" provider="gnutls" certfile="{certificate}" keyfile="{key}"',
        '             hash="sha256" requestclientcert="yes">',
        f'<bind address="{LOOPBACK}" port="{port}" type="clients" sslprofile="tls">']


def _start_server(stage, modules, more, limits=_NO_LIMITS, port=None, place=Here):
    port = port or free_port()
    config = stage.write("inspircd.conf", "\n".join([
        '<server name="irc.tubes.example" description="Tubes" network="Tubes">',
        '<admin name="none" nick="none" email="none@tubes.example">',
        f'<bind address="{place.host}" port="{port}" type="clients">',
        '<connect name="all" allow="*" localmax="100" globalmax="100"',
        f'         {limits} resolvehostnames="no" useident="no">',
        f'<pid file="{stage.path("inspircd.pid")}">',
        *(f'<module name="{module}">' for module in modules), *more, ""]))
    # In the folder: 3.15 with TLS crashes when it is told to stop, and leaves a core where it runs.
    return port, stage.start_server("inspircd", ["inspircd", "--runasroot", "--nofork", "--nolog",
                                                 f"--config={config}"], port, cwd=stage.folder,
                                    place=place)


def _start_atheme(stage, link):
    modules = ("protocol/inspircd", "backend/opensex", "crypto/posix", "nickserv/main",
               "nickserv/identify", "nickserv/register", "nickserv/set_core",
               "nickserv/set_pubkey", "nickserv/cert", "saslserv/main", "saslserv/plain",
               "saslserv/external", "saslserv/ecdsa-nist256p-challenge")
    config = stage.write("atheme.conf", "\n".join([
        *(f'loadmodule "modules/{module}";' for module in modules),
        f'serverinfo {{ name = "{_SERVICES}"; desc = "Services"; numeric = "00A"; recontime = 1;',
        '  netname = "Tubes"; adminname = "none"; adminemail = "none@tubes.example";',
        '  registeremail = "none@tubes.example"; mta = "/bin/true"; maxlogins = 5;',
        '  loglevel = { error; info; }; auth = none; casemapping = rfc1459; };',
        f'uplink "irc.tubes.example" {{ host = "{LOOPBACK}"; port = {link};',
        f'  send_password = "{_LINK}"; receive_password = "{_LINK}"; }};',
        *(f'{nick.lower()} {{ nick = "{nick}"; user = "{nick}"; host = "services."; real = "Services"; }};'
          for nick in ("NickServ", "SaslServ")), ""]))
    data = stage.path("atheme")
    os.mkdir(data)
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # it refuses to run as root
    if user is not None:
        shutil.chown(data, user.pw_uid, user.pw_gid)
    program = stage.start("atheme", ["atheme-services", "-n", "-c", config, "-D", data,
                                     "-l", os.path.join(data, "log"), "-p", os.path.join(data, "pid")],
                          user)
    program.wait_for("finished synching with uplink")
