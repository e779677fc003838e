import assert from "node:assert/strict";
import { gitLab } from "../../.gitlab/note.mjs";

interface Asked {
  method: string;
  path: string;
  body?: unknown;
}

describe("the note on a merge request", () => {
  let asked: Asked[];
  const answers: Record<string, unknown> = {
    "/projects/group%2Fsites/merge_requests/7": { state: "opened", sha: "abc" },
    "/user": { id: 5 },
    "/projects/group%2Fsites/merge_requests/7/notes?sort=asc&order_by=created_at&per_page=100&page=1": [
      { id: 1, body: "mine", author: { id: 5 } },
      { id: 2, body: "theirs", author: { id: 6 } },
    ],
  };
  const forge = gitLab({
    project: "group/sites",
    request: (method, path, body) => {
      asked.push({ method, path, body });
      return Promise.resolve(answers[path]);
    },
  });
  beforeEach(() => (asked = []));

  it("is for the merge request's latest commit only", async () => {
    assert.equal(await forge.isOpenAt(7, "abc"), true);
    assert.equal(await forge.isOpenAt(7, "abd"), false);
  });

  it("knows its own by who wrote it", async () =>
    assert.deepEqual(
      (await forge.own(7)).map(({ id }) => id),
      [1],
    ));

  it("is made, updated and removed by the calls that GitLab has for it", async () => {
    await forge.create(7, "text");
    await forge.update(7, 1, "text");
    await forge.remove(7, 1);
    const notes = "/projects/group%2Fsites/merge_requests/7/notes";
    assert.deepEqual(asked, [
      { method: "POST", path: notes, body: { body: "text" } },
      { method: "PUT", path: `${notes}/1`, body: { body: "text" } },
      { method: "DELETE", path: `${notes}/1`, body: undefined },
    ]);
  });
});
