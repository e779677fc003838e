import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { join } from "node:path";
import { pythonPackages } from "./pythonPackages.js";
import { freePort } from "./server.js";

/** Django's own way to send, as the release of Open edX at hand has it, and a relay to send to. */
const requirements = ["aiosmtpd==1.4.6", "django==5.2.16", "trustme==1.2.1"];

export interface Sent {
  /** What the relay took. Default: it took nothing. */
  received?: { sender: string; from: string; to: string[]; by: string };
  /** What Django says. Default: all went well. */
  error?: string;
}

export interface RelayRequest {
  /** Settings of Django whose names begin with EMAIL_ or are senders. */
  settings: Record<string, unknown>;
  /** Who the relay takes mail from. */
  account: { username: string; password: string };
  /** How TLS begins. */
  tls: "starttls" | "implicit";
}

/**
 * Has Django send a mail by its settings to a relay on loopback, which asks for TLS and an account. Its authority is one
 * that Django knows as it knows those of the internet.
 */
export async function sendByDjango({ settings, account, tls }: RelayRequest): Promise<Sent> {
  const port = await freePort();
  const bin = await pythonPackages(...requirements);
  const { status, stdout, stderr } = spawnSync(join(bin, "python"), ["-c", program], {
    input: JSON.stringify({ settings, account, tls, port }),
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Sent;
}

const program = `
import email, json, os, ssl, sys, tempfile
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

asked = json.load(sys.stdin)
authority = trustme.CA()
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
authority.issue_cert("localhost").configure_cert(context)
told = {}


class Relay:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content)
        told["received"] = {
            "sender": envelope.mail_from,
            "from": message["From"],
            "to": envelope.rcpt_tos,
            "by": session.auth_data.login.decode(),
        }
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    given = (data.login.decode(), data.password.decode())
    wanted = (asked["account"]["username"], asked["account"]["password"])
    return AuthResult(success=given == wanted, handled=False, auth_data=data)


implicit = asked["tls"] == "implicit"
controller = Controller(
    Relay(),
    hostname="localhost",
    port=asked["port"],
    authenticator=authenticate,
    auth_required=True,
    # aiosmtpd knows no TLS but its own.
    auth_require_tls=not implicit,
    **({"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}),
)
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "authority.pem")
    authority.cert_pem.write_to_path(file)
    os.environ["SSL_CERT_FILE"] = file
    controller.start()
    try:
        from django.conf import settings
        from django.core.mail import send_mail

        settings.configure(**asked["settings"], EMAIL_TIMEOUT=10, EMAIL_PORT=str(asked["port"]), USE_TZ=True)
        send_mail("Activate your account", "Welcome", None, ["learner@example.com"])
    except Exception as error:
        told["error"] = f"{type(error).__name__}: {error}"
    finally:
        controller.stop()
print(json.dumps(told))
`;
