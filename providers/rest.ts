import { NotAllowed } from "../src/cloud/check.js";

/** Asks a cloud's API of plain HTTPS and JSON, as the caller. */
export interface Rest {
  /** @throws RestError, or NotAllowed where the answer is 403. */
  get: <T>(url: string, permission: string) => Promise<T>;
  post: <T>(url: string, permission: string, body: unknown) => Promise<T>;
}

/** A request as the sender of a cloud takes it. */
export interface RestRequest {
  method: "GET" | "POST";
  url: string;
  body?: unknown;
}

/** The API turned a request down. */
export class RestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RestError";
    this.status = status;
  }
}

/** @param send gives the status and the body, whatever they are. */
export function restOver(send: (request: RestRequest) => Promise<{ status: number; body: unknown }>): Rest {
  const ask = async <T>(request: RestRequest, permission: string): Promise<T> => {
    const { status, body } = await send(request);
    if (status === 403 && !isOff(body)) {
      throw new NotAllowed(permission);
    }
    if (status >= 300) {
      throw new RestError(status, messageIn(body) ?? `${request.url} answered ${status}`);
    }
    return body as T;
  };
  return {
    get: (url, permission) => ask({ method: "GET", url }, permission),
    post: (url, permission, body) => ask({ method: "POST", url, body }, permission),
  };
}

interface ErrorBody {
  error?: { message?: string; details?: { reason?: string }[] };
}

function messageIn(body: unknown): string | undefined {
  return (body as ErrorBody | undefined)?.error?.message;
}

/** Google answers 403 where an API is off, too. */
function isOff(body: unknown): boolean {
  return (
    (body as ErrorBody | undefined)?.error?.details?.some(({ reason }) => reason === "SERVICE_DISABLED") ??
    false
  );
}

/** Undefined where there is no such thing. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof RestError && error.status === 404) {
      return undefined;
    }
    throw error;
  });
}

/** A list of Azure that comes in pages, whole. */
export async function listed<T>(rest: Rest, url: string, permission: string): Promise<T[]> {
  const all: T[] = [];
  for (let next: string | undefined = url; next !== undefined;) {
    const { value, nextLink }: { value?: T[]; nextLink?: string } = await rest.get<{
      value?: T[];
      nextLink?: string;
    }>(next, permission);
    all.push(...(value ?? []));
    next = nextLink;
  }
  return all;
}
