import { z } from "zod";
import { addOnConfigSchema, addOnStates } from "./platform.js";
import { configSchema } from "./schema.js";

/** The JSON schema of a stack file, for editors: checked in as stacks/schema.json. */
export function stackFileSchema(project: string): string {
  const { $schema: _, ...openedx } = z.toJSONSchema(configSchema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema as unknown) === addOnConfigSchema) {
        const map = { ...jsonSchema };
        Object.keys(jsonSchema).forEach((key) => delete jsonSchema[key]);
        jsonSchema.anyOf = [{ enum: [...addOnStates, true, false] }, map];
      }
    },
  });
  const properties = openedx.properties ?? {};
  const secret = {
    description: "An encrypted value, as `pulumi config set --secret` writes it.",
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  };
  const config: Record<string, unknown> = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [`${project}:${key}`, value]),
  );
  config[`${project}:secrets`] = {
    ...(properties.secrets as object),
    additionalProperties: { type: "object", additionalProperties: secret },
  };
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of Open edX sites",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: config,
        // Strict within this project's namespace, open for those of other Pulumi packages.
        patternProperties: { [`^(?!${project}:)[^:]+:`]: {} },
        required: (openedx.required ?? []).map((key) => `${project}:${key}`),
        additionalProperties: false,
      },
      encryptionsalt: { type: "string" },
      encryptedkey: { type: "string" },
      secretsprovider: { type: "string" },
      environment: {},
    },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
