import { toComment } from "./comment.ts";
import type { Feed } from "./feed.ts";

/**
 * A whole `geo` block, to be included at the level of `http`: `$vtip_blocked` is 1 for what is listed. Not `deny`
 * lines, which nginx compares one after the other for each request; `geo` is a tree.
 * https://nginx.org/en/docs/http/ngx_http_geo_module.html
 */
export const nginx: Feed = {
  name: "nginx",
  contentType: "text/plain; charset=utf-8",
  extension: "conf",
  hasComments: true,
  hasRules: false,
  isDetailed: false,
  mayOverlap: true,
  async *write(entries, { comments }) {
    yield "geo $vtip_blocked {\n    default 0;\n";
    for await (const entry of entries) {
      const comment = comments ? toComment(entry) : "";
      yield comment === "" ? `    ${entry.ip} 1;\n` : `    ${entry.ip} 1; # ${comment}\n`;
    }
    yield "}\n";
  },
};
