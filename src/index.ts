import { loadConfig } from "./stack/load.js";
import { deploy } from "./deploy.js";

/** The Pulumi program. The engine calls it once per operation; what it returns are the stack's outputs. */
export default async function program(): Promise<Record<string, unknown>> {
  return deploy(loadConfig());
}
