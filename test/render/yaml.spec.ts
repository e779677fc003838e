import assert from "node:assert/strict";
import { tutorEnvironment } from "../../src/tutor/environment.js";
import { terminalProgress } from "../../src/workspace/progress.js";
import { runChecked } from "../../src/workspace/run.js";
import { date, refused, refusedHere, yamlScalars } from "../tutor/yamlScalars.js";
import { sample } from "./rendering.js";

/** Tells what Tutor's own reader makes of each text, and what its templates print of the value. */
const script = `
import datetime, json, sys
from tutor import serialize

def read(text):
    try:
        value = serialize.load("K: " + text + "\\n")["K"]
    except Exception:
        return {"refused": True}
    if isinstance(value, datetime.date):
        return {"date": True}
    return {"value": json.dumps(value, default=str), "printed": str(value)}

json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
`;

interface Answer {
  refused?: true;
  date?: true;
  value?: string;
  printed?: string;
}

describe("Tutor's own YAML reader", () => {
  let answers: Map<string, Answer>;

  before(async function () {
    this.timeout(600_000);
    const { name, files } = sample("campus");
    const python = await tutorEnvironment(name, files.requirements, terminalProgress());
    const texts = [...yamlScalars, ...refusedHere].map(([written]) => written);
    const { stdout } = await runChecked(python, ["-c", script], { input: JSON.stringify(texts) });
    const read = JSON.parse(stdout) as Answer[];
    answers = new Map(texts.map((text, index) => [text, read[index] ?? {}]));
  });

  for (const [written, value, printed] of yamlScalars) {
    it(`reads ${JSON.stringify(written)} as the tests of ours say`, () => {
      const answer = answers.get(written) ?? {};
      if (value === refused || value === date) {
        assert.deepEqual(answer, value === refused ? { refused: true } : { date: true });
        return;
      }
      assert.deepEqual(JSON.parse(answer.value ?? "") as unknown, value);
      if (typeof value === "number") {
        assert.equal(answer.printed, printed ?? String(value));
      }
    });
  }

  it("takes what we refuse, which is so for a reason of ours", () => {
    for (const [written] of refusedHere) {
      assert.ok(answers.get(written)?.refused === undefined, written);
    }
  });
});
