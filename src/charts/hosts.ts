import { connect } from "node:net";
import { processEnvironment } from "../workspace/environment.js";
import { hostOf } from "./reference.js";

/** How long a host may take to accept a connection, name resolution included, in milliseconds. */
const patience = 4_000;

const answers = new Map<string, Promise<boolean>>();

/**
 * Whether a repository's host accepts connections, so that those that do not cost seconds, and only once a process.
 * Behind a proxy only a download can tell: then it is taken for reachable.
 */
export function isReachable(
  repository: string,
  env: NodeJS.ProcessEnv = processEnvironment(),
): Promise<boolean> {
  if (["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => env[name])) {
    return Promise.resolve(true);
  }
  const { hostname, port } = hostOf(repository);
  const key = `${hostname}:${port}`;
  const answer = answers.get(key) ?? accepts(hostname.replace(/^\[|\]$/g, ""), port);
  answers.set(key, answer);
  return answer;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isAccepted: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isAccepted);
    };
    const timer = setTimeout(() => end(false), patience);
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}
