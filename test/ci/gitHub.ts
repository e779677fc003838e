export interface IssueComment {
  id: number;
  user: { login: string };
  body: string;
}

interface Pull {
  state: string;
  head: { sha: string; repo: { full_name: string } };
}

/** The few calls of GitHub's API that the comment needs, in memory, for one pull request. */
export class StandInGitHub {
  readonly comments: IssueComment[] = [];
  readonly pull: Pull;
  /** What another run does to a comment just after it was written. */
  afterNextWrite: ((comment: IssueComment) => void) | undefined;
  private readonly login: string;

  constructor(login: string, pull: Pull) {
    this.login = login;
    this.pull = pull;
  }

  readonly request = (method: string, path: string, body?: unknown): Promise<unknown> =>
    Promise.resolve(this.answer(method, new URL(path, "http://api.invalid"), (body as IssueComment)?.body));

  private answer(method: string, { pathname, searchParams }: URL, text: string): unknown {
    if (method === "GET" && pathname === "/repos/owner/repo/pulls/7") {
      return this.pull;
    }
    if (method === "GET" && pathname === "/repos/owner/repo/issues/7/comments") {
      const [size, page] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
      return structuredClone(this.comments.slice(size * (page - 1), size * page));
    }
    if (method === "POST" && pathname === "/repos/owner/repo/issues/7/comments") {
      const made = { id: 1000 + this.comments.length, user: { login: this.login }, body: text };
      this.comments.push(made);
      return this.written(made);
    }
    const id = Number(/^\/repos\/owner\/repo\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
    const at = this.comments.findIndex((comment) => comment.id === id);
    const found = this.comments[at];
    if (found?.user.login !== this.login) {
      throw new Error(`${method} ${pathname}: 403`);
    }
    if (method === "DELETE") {
      this.comments.splice(at, 1);
      return undefined;
    }
    found.body = text;
    return this.written(found);
  }

  private written(comment: IssueComment): IssueComment {
    this.afterNextWrite?.(comment);
    this.afterNextWrite = undefined;
    return comment;
  }
}
