import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { ROOT, sourcesOf, type Stage } from "./dockerfile.ts";

const isRoot = process.getuid?.() === 0;
/** As the image's USER. */
const USER = 1000;
/** Of this machine, for the libraries that Node is linked with. */
const SYSTEM = ["usr", "lib", "lib64", "bin", "etc"];

const PROBE =
  "mount --bind /usr /usr && mount -o remount,bind,ro /usr && mount -t proc proc /proc && chroot / true";

/** Whether parts of the file system can be made read-only for one program; needs Linux, and root or user namespaces. */
export const canJail =
  process.platform === "linux" &&
  spawnSync("unshare", [...asRoot(), "--mount", "--pid", "--fork", "sh", "-c", PROBE]).status === 0;

function asRoot(): readonly string[] {
  return isRoot ? [] : ["--user", "--map-root-user"];
}

/**
 * Does what the Dockerfile does, with the packages that are installed here: builds from the files that it copies, and
 * puts what its last stage has into `folder`, beside empty folders for its volumes.
 */
export function buildImage(folder: string, build: Stage | undefined): void {
  const workshop = join(folder, "workshop");
  const image = join(folder, "image");
  for (const name of ["app", "data", "lists", "tmp", "proc", "dev", ...SYSTEM])
    mkdirSync(join(image, name), { recursive: true });
  mkdirSync(workshop);
  for (const source of sourcesOf(build))
    cpSync(join(ROOT, source), join(workshop, source), { recursive: true });
  // A checkout may have a link to the packages of another one: these must stay as they are.
  copyTree(realpathSync(join(ROOT, "node_modules")), join(workshop, "node_modules"));
  execFileSync(process.execPath, ["build.mjs"], { cwd: workshop, stdio: "pipe" });
  for (const path of developmentPackages()) rmSync(join(workshop, path), { recursive: true, force: true });
  for (const name of ["package.json", "node_modules", "dist"])
    execFileSync("mv", [join(workshop, name), join(image, "app", name)]);
  rmSync(workshop, { recursive: true });
  writeFileSync(join(image, "node"), "");
  for (const name of ["data", "lists", "tmp"]) {
    chmodSync(join(image, name), 0o777);
    if (isRoot) chownSync(join(image, name), USER, USER);
  }
}

/** Hard links where the file system has them: it is half a gigabyte. */
function copyTree(from: string, to: string): void {
  if (spawnSync("cp", ["-al", from, to]).status === 0) return;
  rmSync(to, { recursive: true, force: true });
  execFileSync("cp", ["-a", from, to]);
}

function developmentPackages(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  return Object.keys(packages).filter((path) => packages[path]?.dev === true);
}

/** A folder becomes the root, and nothing of it can be written but `data`, `lists` and `tmp`. */
const JAIL = `set -e
root=$1; node=$2; shift 2
mount --make-rprivate /
for name in ${SYSTEM.join(" ")}; do mount --bind "/$name" "$root/$name"; mount -o remount,bind,ro "$root/$name"; done
mount --rbind /dev "$root/dev"
mount --bind "$node" "$root/node"
mount -t proc proc "$root/proc"
for name in data lists tmp; do mount --bind "$root/$name" "$root/$name"; done
mount --rbind "$root" "$root"
mount -o remount,bind,ro "$root"
cd "$root"
exec chroot --userspec=${isRoot ? `${USER}:${USER}` : "0:0"} . /node /app/dist/main.js "$@"`;

/** Runs the program as process 1 of the image that `buildImage` made. Its end is the end of the test. */
export function startInJail(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const unshare = [...asRoot(), "--mount", "--pid", "--fork", "--kill-child"];
  const shell = ["sh", "-c", JAIL, "jail", join(folder, "image"), process.execPath, ...words];
  const child = spawn("unshare", [...unshare, ...shell], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}
