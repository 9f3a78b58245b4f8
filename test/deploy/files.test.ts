import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { readConfig } from "../../src/config.ts";
import { readStages, ROOT, settingsOf, wordsOf } from "./dockerfile.ts";

/** How long the bot may take to end (docs/operations.md, "The bot"). */
const STOP_S = 15;

interface Yaml {
  parseAllDocuments(text: string, options: { merge: boolean }): readonly { toJS(): unknown }[];
}
// Of the API's description: it comes with that package, so it is no dependency of ours.
const requireThere = createRequire(createRequire(import.meta.url).resolve("@fastify/swagger"));
const yaml = requireThere("yaml") as Yaml;

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function documents(path: string): readonly unknown[] {
  return yaml.parseAllDocuments(read(path), { merge: true }).map((document) => document.toJS());
}

const known = new Set([...read(".env.example").matchAll(/^#([A-Z][A-Z0-9_]*)=/gmu)].map(([, name]) => name));
const image = readStages().at(-1);

/** Settings that the program does not have; a secret may stand in a file. */
function strange(names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== "NODE_ENV" && !known.has(name) && !known.has(withoutFile(name)));
}

function withoutFile(name: string): string {
  return name.replace(/_FILE$/u, "");
}

test("the image sets nothing that the program does not know", () => {
  expect(strange(Object.keys(settingsOf(image)))).toEqual([]);
});

test("what is to be watched is what the program and Grafana's dashboard have", () => {
  const metrics = read("adapters/http/metrics.ts");
  const named = (path: string) => new Set(read(path).match(/\bvtip_[a-z_]+[a-z]\b/gu) ?? []);
  const watched = named("docs/operations.md");
  const shown = [...named("docs/grafana.json")].map((name) => name.replace(/_bucket$/u, ""));

  expect([...watched].filter((name) => !metrics.includes(`"${name}"`))).toEqual([]);
  expect(shown.filter((name) => !watched.has(name))).toEqual([]);
});

describe("compose.yaml", () => {
  const Service = z.looseObject({
    profiles: z.array(z.string()),
    image: z.string(),
    build: z.string().optional(),
    networks: z.array(z.string()),
    volumes: z.array(z.string()),
    environment: z.record(z.string(), z.string()).default({}),
    depends_on: z.record(z.string(), z.unknown()).default({}),
  });
  const Compose = z.looseObject({
    services: z.record(z.string(), Service),
    volumes: z.record(z.string(), z.unknown()),
    networks: z.record(z.string(), z.unknown()),
  });
  const { services, volumes, networks } = Compose.parse(documents("compose.yaml")[0]);
  const vtips = Object.values(services).filter(({ image }) => image === "vtip");

  test("has one process with SQLite, and three with PostgreSQL and Redis", () => {
    const of = (profile: string) => vtips.filter(({ profiles }) => profiles.includes(profile));

    const [alone] = of("one").map(({ environment }) => readConfig(environment));
    const together = of("three").map(({ environment }) => readConfig(environment));

    expect([of("one").length, alone?.databaseUrl, alone?.redisUrl]).toEqual([1, null, null]);
    expect(together.map(({ databaseUrl }) => new URL(databaseUrl ?? "").host)).toEqual(
      Array.from({ length: 3 }, () => "postgres:5432"),
    );
    expect(together.map(({ redisUrl }) => redisUrl)).toEqual(
      Array.from({ length: 3 }, () => "redis://redis:6379"),
    );
    expect(vtips.flatMap(({ environment }) => strange(Object.keys(environment)))).toEqual([]);
  });

  test("names nothing that is not there", () => {
    for (const service of Object.values(services)) {
      const mounted = service.volumes.map((volume) => volume.split(":")[0] ?? "");
      expect(mounted.filter((name) => !(name in volumes))).toEqual([]);
      expect(service.networks.filter((name) => !(name in networks))).toEqual([]);
      expect(Object.keys(service.depends_on).filter((name) => !(name in services))).toEqual([]);
    }
  });

  test("gives every process the same lists, nothing else to write on, no rights, and the time that it needs to end", () => {
    const places = wordsOf(image, "VOLUME").flatMap((words) => JSON.parse(words) as string[]);

    for (const service of vtips) {
      expect(service.volumes).toContain("lists:/lists");
      expect(
        service.volumes.map((volume) => volume.split(":")[1]).filter((at) => !places.includes(at ?? "")),
      ).toEqual([]);
      expect(service).toMatchObject({
        read_only: true,
        tmpfs: "/tmp",
        cap_drop: ["ALL"],
        ulimits: { core: 0 },
      });
      expect(service["security_opt"]).toEqual(["no-new-privileges:true"]);
      expect(Number.parseInt(String(service["stop_grace_period"]), 10)).toBeGreaterThan(STOP_S);
    }
  });
});

describe("the manifests for Kubernetes", () => {
  const folder = "deploy/kubernetes";
  const files = readdirSync(join(ROOT, folder));
  const Labels = z.object({ matchLabels: z.record(z.string(), z.string()) });
  const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
  const Mount = z.looseObject({ name: z.string(), mountPath: z.string() });
  const Pod = z.looseObject({
    terminationGracePeriodSeconds: z.number(),
    securityContext: z.looseObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.number(),
      runAsGroup: z.number(),
    }),
    containers: z.tuple([
      z.looseObject({
        image: z.literal("vtip"),
        envFrom: z.tuple([z.object({ configMapRef: z.object({ name: z.string() }) })]),
        ports: z.tuple([z.object({ name: z.string(), containerPort: z.number() })]),
        securityContext: z.unknown(),
        startupProbe: Probe,
        livenessProbe: Probe,
        readinessProbe: Probe,
        volumeMounts: z.array(Mount),
      }),
    ]),
    volumes: z.array(z.looseObject({ name: z.string() })),
  });
  const Deployment = z.looseObject({
    replicas: z.number(),
    selector: Labels,
    template: z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }), spec: Pod }),
  });
  const Kustomization = z.looseObject({
    resources: z.array(z.string()),
    configMapGenerator: z.tuple([z.object({ name: z.string(), envs: z.tuple([z.string()]) })]),
  });
  const Thing = z.looseObject({
    kind: z.string(),
    metadata: z.looseObject({ name: z.string() }),
    spec: z.unknown().optional(),
  });

  const kustomization = Kustomization.parse(documents(`${folder}/kustomization.yaml`)[0]);
  const things = kustomization.resources
    .flatMap((file) => documents(`${folder}/${file}`))
    .map((each) => Thing.parse(each));
  const specOf = (kind: string) => things.filter((thing) => thing.kind === kind).map(({ spec }) => spec);
  const deployment = Deployment.parse(specOf("Deployment")[0]);
  const { labels } = deployment.template.metadata;
  const pod = deployment.template.spec;
  const [container] = pod.containers;
  const [generator] = kustomization.configMapGenerator;
  const settings = Object.fromEntries(
    [...read(`${folder}/${generator.envs[0]}`).matchAll(/^([A-Z]\w*)=(.*)$/gmu)].map(([, name, value]) => [
      name,
      value,
    ]),
  );

  test("are all of the folder, but for the example of a secret", () => {
    const used = [
      "kustomization.yaml",
      "secrets.example.yaml",
      generator.envs[0],
      ...kustomization.resources,
    ];

    expect([...files].sort()).toEqual([...used].sort());
    expect(container.envFrom[0].configMapRef.name).toBe(generator.name);
  });

  test("choose the pods that there are", () => {
    expect(deployment.replicas).toBe(3);
    expect(deployment.selector.matchLabels).toEqual(labels);
    expect(specOf("PodDisruptionBudget")).toMatchObject([{ selector: { matchLabels: labels } }]);
    expect(specOf("NetworkPolicy")).toMatchObject([{ podSelector: { matchLabels: labels } }]);
    expect(specOf("Service")).toMatchObject([{ selector: labels }, { selector: labels }]);
  });

  test("set what the program knows; secrets are files that the secret has", () => {
    const [secret] = documents(`${folder}/secrets.example.yaml`);
    const { stringData } = z.looseObject({ stringData: z.record(z.string(), z.string()) }).parse(secret);
    const inFiles = Object.entries(settings).filter(([name]) => name.endsWith("_FILE"));

    expect(strange(Object.keys(settings))).toEqual([]);
    expect(inFiles.map(([name, path]) => [name, path])).toEqual(
      inFiles.map(([name]) => [name, `/secrets/${withoutFile(name)}`]),
    );
    expect(Object.keys(stringData).sort()).toEqual(inFiles.map(([name]) => withoutFile(name)).sort());
  });

  test("run the image's user on a root that cannot be written, with the image's volumes", () => {
    const places = wordsOf(image, "VOLUME").flatMap((words) => JSON.parse(words) as string[]);
    const { runAsUser, runAsGroup } = pod.securityContext;

    expect([`${runAsUser}:${runAsGroup}`]).toEqual(wordsOf(image, "USER"));
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(container.volumeMounts.map(({ mountPath }) => mountPath).sort()).toEqual(
      ["/secrets", "/tmp", ...places].sort(),
    );
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(pod.volumes.map(({ name }) => name));
    expect(specOf("PersistentVolumeClaim")).toMatchObject([{ accessModes: ["ReadWriteMany"] }]);
  });

  test("ask the image's port for what the program answers, and give it the time that it needs to end", () => {
    const health = read("adapters/http/health.ts");
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];

    expect(probes.map(({ httpGet }) => httpGet.path)).toEqual(["/healthz", "/healthz", "/readyz"]);
    expect(probes.filter(({ httpGet }) => !health.includes(`"${httpGet.path}"`))).toEqual([]);
    expect([String(container.ports[0].containerPort)]).toEqual(wordsOf(image, "EXPOSE"));
    expect(settingsOf(image)["HTTP_PORT"]).toBe(String(container.ports[0].containerPort));
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(STOP_S);
  });

  const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;
  test.runIf(hasKubectl)("are put together by kubectl", () => {
    const { status, stdout, stderr } = spawnSync("kubectl", ["kustomize", join(ROOT, folder)], {
      encoding: "utf8",
    });

    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.match(/^kind: /gmu)).toHaveLength(things.length + 1);
  });
  if (!hasKubectl) test.skip("are put together by kubectl (which is not here)", () => undefined);
});

describe("the unit for systemd", () => {
  const path = join(ROOT, "deploy/vtip.service");
  const unit = read("deploy/vtip.service");

  test("sets what the program knows, and gives it the time that it needs to end", () => {
    const names = [...unit.matchAll(/^Environment=([A-Z_]+)=/gmu)].map(([, name]) => name ?? "");
    const [, stop = ""] = /^TimeoutStopSec=(\d+)$/mu.exec(unit) ?? [];

    expect(names).toContain("LOG_FILE");
    expect(strange(names)).toEqual([]);
    expect(Number(stop)).toBeGreaterThan(STOP_S);
  });

  test("leaves /proc/sys in sight, where it stands which start of the machine a process belongs to", () => {
    expect(unit).not.toMatch(/^ProcSubset=/mu);
  });

  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  test.runIf(hasSystemd)("is understood, and exposes little (systemd-analyze)", () => {
    const verified = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
    const judged = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", path], {
      encoding: "utf8",
    });

    const [, exposure = "10"] = /exposure level for vtip\.service: ([\d.]+)/u.exec(judged.stdout) ?? [];

    // Where Node is elsewhere, that is all there is to say.
    expect(
      verified.stderr
        .split("\n")
        .filter((line) => line.includes("vtip.service") && !line.includes("not executable")),
    ).toEqual([]);
    expect(Number(exposure)).toBeLessThan(1.5);
  });
  if (!hasSystemd)
    test.skip("is understood, and exposes little (systemd-analyze is not here)", () => undefined);
});
