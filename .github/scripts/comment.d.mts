export const mark: string;
export const commentLength: number;

/** Asks an API; what it answers is read as the caller knows it to be. */
export type Request = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** What the comment needs of the place where pull requests are; errors of its API are thrown. */
export interface Forge {
  /** Whether a pull request is open, and its latest commit this one. */
  isOpenAt: (number: number, sha: string) => Promise<boolean>;
  /** All comments that are by us, the oldest first. */
  own: (number: number) => Promise<{ id: number; body: string }[]>;
  create: (number: number, body: string) => Promise<unknown>;
  update: (number: number, id: number, body: string) => Promise<unknown>;
  remove: (number: number, id: number) => Promise<unknown>;
}

export interface GitHubOptions {
  request: Request;
  repository: string;
  headRepository: string;
  author: string;
}

export interface CommentOptions {
  forge: Forge;
  folder: string;
  sha: string;
  run: string;
}

export function gitHub(options: GitHubOptions): Forge;
export function apiAt(url: string, headers: Record<string, string>): Request;
export function allPages(request: Request, path: string): Promise<unknown[]>;
export function readReports(folder: string): { number: number; parts: Map<string, string> };
export function harmless(text: string): string;
export function cut(text: string, limit: number): string;
export function partsOf(body: string): Map<string, string>;
export function bodyOf(parts: ReadonlyMap<string, string>): string;
export function merged(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Map<string, string>;
export function comment(options: CommentOptions): Promise<string>;
