import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { readPackages, toPage } from "./packages.ts";

/** `npm run licences`: writes the page anew. */
const PAGE = fileURLToPath(new URL("../docs/licences.md", import.meta.url));

const page = toPage(readPackages());
const before = readFileSync(PAGE, { encoding: "utf8", flag: "a+" });
writeFileSync(PAGE, page);
console.log(page === before ? "docs/licences.md is as it was." : "docs/licences.md is written anew.");
