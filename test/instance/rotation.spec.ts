import assert from "node:assert/strict";
import { prepareInstance } from "../../src/instance/prepare.js";
import { checkRotated } from "../../src/instance/rotation.js";
import { UserError } from "../../src/workspace/errors.js";
import { campusInput } from "./campus.js";
import { password, rsa, token } from "./objects.js";

const secrets = [
  password("PASSWORD"),
  token("UUID", { kind: "uuid" }),
  rsa(),
  password("GIVEN_PASSWORD"),
  token("SMTP_PASSWORD", { kind: "given" }),
  token("MYSQL_HOST", { kind: "bound" }),
  token("DERIVED", { kind: "hmac", key: "PASSWORD", message: "UUID" }),
  token("HASH", { kind: "bcrypt", of: "PASSWORD" }),
];
const given = { GIVEN_PASSWORD: "hunter2", SMTP_PASSWORD: "hunter2" };

describe("checkRotated", () => {
  it("takes what is generated for the site", () => {
    checkRotated("campus", { PASSWORD: 2, UUID: 3, JWT_RSA_PRIVATE_KEY: 2 }, secrets, given);
    checkRotated("campus", {}, [], {});
  });

  const refused: [key: string, message: RegExp][] = [
    ["PASWORD", /rotated\.PASWORD: is none .*These are: PASSWORD, UUID, JWT_RSA_PRIVATE_KEY$/],
    ["MYSQL_HOST", /is none of the secrets that are generated/],
    [
      "GIVEN_PASSWORD",
      /you give its value.*config set --secret --path openedx:secrets\.campus\.GIVEN_PASSWORD/,
    ],
    ["SMTP_PASSWORD", /you give its value/],
    ["DERIVED", /is derived from PASSWORD; rotate that one/],
    ["HASH", /is the hash of PASSWORD; rotate that one/],
  ];
  for (const [key, message] of refused) {
    it(`refuses ${key}, and says what to do`, () => {
      assert.throws(
        () => checkRotated("campus", { [key]: 2 }, secrets, given),
        (error: Error) =>
          error instanceof UserError &&
          error.message.startsWith("instance campus: ") &&
          message.test(error.message) &&
          !error.message.includes("hunter2"),
      );
    });
  }

  it("is asked before anything is made", () => {
    const input = campusInput();
    const config = { ...input.config, rotated: { XQUEUE_SECRET_KEY: 2 } };
    assert.throws(
      () => prepareInstance({ ...input, config }, []),
      /openedx:instances\.campus\.rotated\.XQUEUE_SECRET_KEY: is none .*OPENEDX_SECRET_KEY/,
    );
  });
});
