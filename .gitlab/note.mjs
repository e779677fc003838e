// The note on a merge request: the same as the comment on GitHub's pull requests. docs/ci.md tells where it runs.
import { pathToFileURL } from "node:url";
import { allPages, apiAt, comment } from "../.github/scripts/comment.mjs";

/**
 * @param {import("./note.mjs").GitLabOptions} options `project` is the number or the path of the project.
 * @returns {import("../.github/scripts/comment.mjs").Forge}
 */
export function gitLab({ request, project }) {
  const requests = `/projects/${encodeURIComponent(project)}/merge_requests`;
  return {
    isOpenAt: async (number, sha) => {
      const found = await request("GET", `${requests}/${number}`);
      return found.state === "opened" && found.sha === sha;
    },
    own: async (number) => {
      const { id } = await request("GET", "/user");
      const notes = await allPages(request, `${requests}/${number}/notes?sort=asc&order_by=created_at`);
      return notes.filter(({ author }) => author.id === id);
    },
    create: (number, body) => request("POST", `${requests}/${number}/notes`, { body }),
    update: (number, id, body) => request("PUT", `${requests}/${number}/notes/${id}`, { body }),
    remove: (number, id) => request("DELETE", `${requests}/${number}/notes/${id}`),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { CI_API_V4_URL, HEAD_SHA, NOTE_TOKEN, PROJECT, REPORTS, RUN_URL } = process.env;
  const forge = gitLab({ request: apiAt(CI_API_V4_URL, { "private-token": NOTE_TOKEN }), project: PROJECT });
  process.stdout.write(`${await comment({ forge, folder: REPORTS, sha: HEAD_SHA, run: RUN_URL })}\n`);
}
