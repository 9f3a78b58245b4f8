import { parentPort, workerData } from "node:worker_threads";

import { findIndicators } from "./find-indicators.ts";
import { MAX_INDICATORS } from "./limits.ts";

/** Pieces go over in parts, so that taking them in never holds the event loop for long. */
const PIECES_PER_MESSAGE = 2000;

const findings = findIndicators(String(workerData));
const pieces = findings.pieces();
const indicators = findings.indicators();
if (indicators <= MAX_INDICATORS) {
  for (let at = 0; at < pieces.length; at += PIECES_PER_MESSAGE) {
    parentPort?.postMessage({ pieces: pieces.slice(at, at + PIECES_PER_MESSAGE) }, []);
  }
}
parentPort?.postMessage({ indicators }, []);
