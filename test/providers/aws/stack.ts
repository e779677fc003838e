import { awsCase } from "../../contract/aws.js";
import { type CloudRun, inputsOf, type Plain, runCloud } from "../../contract/clouds.js";

export const aws = awsCase.config.aws as Plain;
export const network = {
  id: "vpc-1",
  cidr: "10.7.0.0/16",
  nodeSubnets: ["subnet-1", "subnet-2"],
  dataSubnets: ["subnet-3", "subnet-4"],
};

export function run(changes: Plain = {}, beside: Plain = {}): Promise<CloudRun> {
  return runCloud(awsCase, { preview: false, config: { aws: { ...aws, ...changes }, ...beside } });
}

let usualRun: Promise<CloudRun> | undefined;

/** The stack as the contract's suite has it. */
export function usual(): Promise<CloudRun> {
  return (usualRun ??= run());
}

/** Inputs of all resources of a type, by name. */
export function inputs({ registrations }: CloudRun, type: string): Record<string, Plain> {
  return Object.fromEntries(
    registrations.filter((each) => each.type.endsWith(`:${type}`)).map((each) => [each.name, inputsOf(each)]),
  );
}
