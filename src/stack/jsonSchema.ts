import { z } from "zod";
import { addOnConfigSchema, addOnStates } from "../config/platform.js";
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
    Object.entries(properties).map(([key, value]) => [`${project}:${key}`, orAsText(value)]),
  );
  for (const key of ["secrets", "credentials"]) {
    config[`${project}:${key}`] = {
      ...(properties[key] as object),
      additionalProperties: { type: "object", additionalProperties: secret },
    };
  }
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

type Property = NonNullable<z.core.JSONSchema.BaseSchema["properties"]>[string];

/** The Pulumi CLI writes a boolean and a number that stand right below `config` as text, and reads both forms. */
function orAsText(property: Property): Property {
  if (typeof property !== "object") {
    return property;
  }
  const { description, default: value, ...own } = property;
  const text = {
    boolean: { enum: ["true", "false"] },
    integer: { type: "string" as const, pattern: "^-?\\d+$" },
    number: { type: "string" as const, pattern: "^-?\\d+(\\.\\d+)?$" },
  }[own.type as string];
  return text === undefined ? property : { default: value, description, anyOf: [own, text] };
}
