import { addConsoleData } from "./console-data.ts";
import { addDigests } from "./digests.ts";
import { addFeeds } from "./feeds.ts";
import { addHealth } from "./health.ts";
import { addLists } from "./lists.ts";
import { addMetrics } from "./metrics.ts";
import { addOldQuestions } from "./old-questions.ts";
import type { Desk } from "./scan-request.ts";
import { addScans } from "./scans.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";
import { addStatistics } from "./statistics.ts";

/** Everything that can be asked. */
export function addRoutes(server: Server, desk: Desk, settings: Settings): void {
  addHealth(server, desk);
  addMetrics(server, desk);
  addFeeds(server, desk);
  addOldQuestions(server, desk, settings);
  addScans(server, desk);
  addLists(server, desk);
  addDigests(server, desk);
  addConsoleData(server, desk, settings);
  addStatistics(server, desk);
}
