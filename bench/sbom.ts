import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

/** `npm run sbom`: what is installed for running, as CycloneDX, without asking anybody. */
const ROOT = join(import.meta.dirname, "..");
const FILE = "dist/sbom.cdx.json";

const Component = z.looseObject({
  name: z.string(),
  externalReferences: z.array(z.looseObject({ type: z.string() })).optional(),
});
const Bom = z.looseObject({
  metadata: z.looseObject({ component: Component }),
  components: z.array(Component),
});

const made = execFileSync(
  "npm",
  ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application", "--omit", "dev", "--offline"],
  { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "inherit"] },
);
const bom = Bom.parse(JSON.parse(made));
mkdirSync(join(ROOT, "dist"), { recursive: true });
writeFileSync(
  join(ROOT, FILE),
  `${JSON.stringify(
    {
      ...bom,
      // npm names it after the folder.
      metadata: { ...bom.metadata, component: { ...bom.metadata.component, name: "vtip" } },
      components: bom.components.map(withoutPlace),
    },
    null,
    2,
  )}\n`,
);
console.log(`${FILE}: ${bom.components.length} packages.`);

/** Which server a package was fetched from is of the machine, not of the program. */
function withoutPlace(component: z.infer<typeof Component>): unknown {
  const { externalReferences = [], ...rest } = component;
  return { ...rest, externalReferences: externalReferences.filter(({ type }) => type !== "distribution") };
}
