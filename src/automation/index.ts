/** Functions for scripts that work on stacks of this program: docs/automation.md. */
export { doctor, type DoctorOptions } from "./doctor.js";
export type { Diagnosis } from "../doctor/report.js";
export { newInstance, type NewInstance } from "./newInstance.js";
export {
  getConfig,
  removeConfig,
  setConfig,
  setSecret,
  type ConfigEntry,
  type ConfigOptions,
} from "./stacks/config.js";
export { interruption, type Interruption } from "./stacks/interruption.js";
export { openStack, type OpenedStack, type OpenStack } from "./stacks/openStack.js";
export {
  destroy,
  OperationError,
  type OperationOptions,
  type OperationResult,
  preview,
  refresh,
  type RefreshOptions,
} from "./stacks/operations.js";
export { outputs, type OutputsOptions } from "./stacks/outputs.js";
export { previewDiff, type PreviewDiff } from "./stacks/previewDiff.js";
export { previewToMarkdown, type PreviewedStack } from "./stacks/previewMarkdown.js";
export {
  countsOf,
  type Diagnostic,
  hasChanges,
  type Operation,
  type PolicyViolation,
  type ReportedResource,
  type ResourceOp,
  type StackReport,
} from "./stacks/report.js";
export { joinedRows, resourcesToMarkdown, summaryOf } from "./stacks/reportText.js";
export {
  type Joined,
  oneAfterAnother,
  sideBySide,
  type SideBySideOptions,
  type StackOutcome,
} from "./stacks/several.js";
export { up } from "./stacks/up.js";
export { UserError } from "../workspace/errors.js";
export { type Progress, silent, terminalProgress } from "../workspace/progress.js";
