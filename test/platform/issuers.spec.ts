import assert from "node:assert/strict";
import { plain } from "../instance/stack.js";
import { deployPlatform, type Given, ofType, releasesOf } from "./stack.js";

describe("the ClusterIssuer", () => {
  const dns = { zones: ["example.com"], solver: { route53: {} }, externalDns: { provider: { name: "aws" } } };
  const issuer = async (edge: Record<string, unknown>, more: Given = {}): Promise<unknown> =>
    plain(ofType(await deployPlatform({ ...more, config: { edge } }), ":ClusterIssuer").at(-1)?.inputs.spec);

  it("solves by http01 with the class of the controller's Ingresses", async () => {
    assert.deepEqual(await issuer({ controller: "traefik", tls: { email: "ops@example.com" } }), {
      acme: {
        server: "https://acme-v02.api.letsencrypt.org/directory",
        email: "ops@example.com",
        privateKeySecretRef: { name: "openedx-acme-account" },
        solvers: [{ http01: { ingress: { ingressClassName: "traefik" } } }],
      },
    });
  });

  it("solves by http01 at the Gateways' plain listeners", async () => {
    const spec = JSON.stringify(
      await issuer({ controller: "traefik", mode: "gateway", tls: { email: "ops@example.com" } }),
    );
    assert.match(spec, /"http01":\{"gatewayHTTPRoute":\{"parentRefs":\[\{"kind":"Gateway"/);
  });

  it("solves by dns01 with the cloud's solver, in the cloud's zones", async () => {
    const tls = { issuer: "dns01", email: "ops@example.com", acmeServer: "https://acme.example.com/dir" };
    const spec = (await issuer(
      { controller: "traefik", tls },
      { abilities: { dns: true }, cloud: { dns } },
    )) as {
      acme: Record<string, unknown>;
    };
    assert.equal(spec.acme.server, "https://acme.example.com/dir");
    assert.deepEqual(spec.acme.solvers, [
      { selector: { dnsZones: ["example.com"] }, dns01: { route53: {} } },
    ]);
  });

  it("is made for the cluster's own cert-manager, where that is", async () => {
    const config = {
      edge: { controller: "traefik", tls: { issuer: "self-signed" } },
      platform: {
        addons: { traefik: "existing", "cert-manager": { state: "existing", namespace: "security" } },
      },
    };
    const deployed = await deployPlatform({ config });
    assert.deepEqual([...releasesOf(deployed).keys()], []);
    assert.deepEqual(ofType(deployed, ":Namespace"), []);
    const [certificate] = ofType(deployed, ":Certificate");
    assert.deepEqual(plain(certificate?.inputs.metadata), {
      name: "openedx-authority",
      namespace: "security",
    });
    assert.equal(ofType(deployed, ":ClusterIssuer").length, 2);
  });

  it("is not made where the cluster has one", async () => {
    const tls = { issuer: "existing", clusterIssuer: "ours" };
    const deployed = await deployPlatform({ config: { edge: { controller: "traefik", tls } } });
    assert.deepEqual([...releasesOf(deployed).keys()], ["traefik"]);
  });
});
