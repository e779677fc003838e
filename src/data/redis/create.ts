import {
  type ClusterContext,
  type ClusterServer,
  createPassword,
  createSecret,
  createServiceRelease,
} from "../cluster.js";
import { sharedNames } from "../names.js";
import { type RedisRole, redisUsersName, redisValues } from "./cluster.js";

/** One of the two servers. Helm waits until it serves: the chart's pods say so themselves. */
export function createRedis(context: ClusterContext, role: RedisRole): ClusterServer {
  const { config, placement } = context;
  const holdsData = role === "broker";
  const adminPassword = createPassword(context, `${sharedNames[role]}-admin`, { holdsData });
  const users = createSecret(context, redisUsersName(role), { default: adminPassword });
  const release = createServiceRelease(context, {
    chart: "valkey",
    name: sharedNames[role],
    values: redisValues(role, config.services, placement, config.disposable),
    holdsData,
    after: [users],
  });
  return { ready: [release], adminPassword };
}
