import type { Forge, Request } from "../.github/scripts/comment.mjs";

export interface GitLabOptions {
  request: Request;
  project: string;
}

export function gitLab(options: GitLabOptions): Forge;
