// Loaded before a program (`node --import`) that is to take itself for alone on its machine: process ids of others mean
// nothing to it then, as in a container. What it reads of its place is MACHINE, and nothing else is changed.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { readlinkSync } = fs;

fs.readlinkSync = (path, ...more) =>
  path === "/proc/self/ns/pid" ? `pid:[${process.env["MACHINE"]}]` : readlinkSync(path, ...more);
syncBuiltinESMExports();
