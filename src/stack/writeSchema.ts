import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { programFolder } from "../workspace/paths.js";
import { stackFileSchema } from "./jsonSchema.js";

writeFileSync(join(programFolder, "stacks/schema.json"), stackFileSchema("openedx"));
