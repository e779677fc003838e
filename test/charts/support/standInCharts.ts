import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** A chart that a test makes up. */
export interface StandIn {
  name: string;
  version: string;
  /** Files of the chart by their paths in it. Default: one ConfigMap that shows the values. */
  files?: Record<string, string>;
}

const showValues = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
data:
  values: {{ toJson .Values | quote }}
`;

/** The archive of a chart, the same bytes each time. */
export function archive({ name, version, files = { "templates/values.yaml": showValues } }: StandIn): Buffer {
  const all = { "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n`, ...files };
  const blocks = Object.entries(all).flatMap(([path, text]) => tarEntry(`${name}/${path}`, text));
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Header and content of one file in the `ustar` format. */
function tarEntry(path: string, text: string): Buffer[] {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(" ".repeat(8), 148);
  header.write("0ustar\x0000", 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(octal(sum, 7), 148);
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}

/** A folder for a test's files, removed by `remove`. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), "charts-"));

  write(path: string, content: string | Buffer): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
