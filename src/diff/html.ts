import { diffToMarkdown, type Report } from "./markdown.js";

/** The comparison as a page. Pure. */
export function diffToHtml(report: Report): string {
  return diffToMarkdown(report, Infinity);
}
