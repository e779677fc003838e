import { apiRules } from "./rules/apiRules.js";
import { imageTags } from "./rules/imageTags.js";
import { plainSecrets } from "./rules/plainSecrets.js";
import { protectedData } from "./rules/protectedData.js";
import { publicDatabases } from "./rules/publicDatabases.js";
import { quotas } from "./rules/quotas.js";
import { releaseSteps } from "./rules/releaseSteps.js";
import { uniqueHosts } from "./rules/uniqueHosts.js";
import type { Rule } from "./types.js";

/** All rules: `openedx plan --policy` and the policy pack have the same. */
export const rules: readonly Rule[] = [
  plainSecrets,
  imageTags,
  protectedData,
  publicDatabases,
  apiRules,
  releaseSteps,
  uniqueHosts,
  quotas,
];
