import { page } from "./html/page.js";
import type { Report } from "./markdown.js";

/** The comparison as a page for people: one file, which needs no network. Pure, but for its style and script. */
export function diffToHtml(report: Report): string {
  return page(report).markup;
}
