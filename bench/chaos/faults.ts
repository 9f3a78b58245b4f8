import type { Deed, Fault, Platform } from "../../test/scenarios/platform.ts";
import { serverError } from "../../test/standins/faults.ts";
import { nextMidnight, nextMonth } from "./calendar.ts";
import { CUTS } from "./cuts.ts";
import type { Engines } from "./engines.ts";
import { type FaultKind, kind, notShared } from "./fault-kind.ts";
import type { House } from "./house.ts";
import { sleep } from "./patience.ts";
import { TROUBLES, type Trouble } from "./virustotal.ts";

const LONGEST_MS = 2000;
const HOUR_MS = 3_600_000;
const ZONES = [
  "Pacific/Kiritimati",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Pacific/Pago_Pago",
  "Australia/Lord_Howe",
] as const;
/** From so long before the end of a day or month it passes as it does everywhere. */
const BEFORE_MS = 700;

/** All that goes wrong. */
export const FAULTS: readonly FaultKind[] = [
  ...processFaults(),
  ...Object.entries(TROUBLES).map(([name, trouble]) => virustotalFault(name, trouble)),
  ...platformFaults("slack"),
  ...platformFaults("discord"),
  kind("discord", "Discord: session ended", async ({ house }) => house.discord.discord.invalidateSession()),
  kind("discord", "Discord: tokens refused", async ({ house, chance }) => {
    for (let left = chance.whole(2, 5); left > 0; left -= 1) {
      house.discord.discord.expireTokens();
      await sleep(chance.ms(400));
    }
  }),
  diskFault(),
  clockFault("clock moved over midnight", nextMidnight),
  clockFault("clock moved over the end of the month", nextMonth),
  backFault("clock set back by an hour", HOUR_MS),
  backFault("clock set back by a day", 24 * HOUR_MS),
  engineFault("Redis killed and started again", ({ redis }) => redis, "SIGKILL"),
  engineFault("PostgreSQL ended and started again", ({ postgres }) => postgres),
  engineFault("PostgreSQL crashed and started again", ({ postgres }) => postgres, "SIGKILL"),
  ...CUTS,
  kind("hand", "blacklist.txt edited by hand", async ({ chance, editor }) => {
    for (let left = chance.whole(1, 4); left > 0; left -= 1) {
      await sleep(chance.ms(400));
      editor.edit();
    }
  }),
];

function virustotalFault(name: string, trouble: Trouble): FaultKind {
  // A refused key rests until the program is started again, so that is what its operator does.
  const isRefusal = name === "401" || name === "403";
  return kind("virustotal", `VirusTotal: ${name}`, async ({ house, chance }) => {
    const share = isRefusal ? 1 : chance.one([0.3, 0.6, 1]);
    house.virustotal.befall(trouble, share, isRefusal ? chance.whole(1, 2) : undefined);
    await sleep(chance.ms(LONGEST_MS));
    house.virustotal.befall(null);
    if (isRefusal) await restart(house);
  });
}

function processFaults(): readonly FaultKind[] {
  return [
    kind("process", "kill -9", async ({ house }) => kill(house)),
    kind("process", "kill -9, and again while it starts", async ({ house, chance }) => {
      await kill(house);
      await sleep(300 + chance.ms(1200));
      await kill(house);
    }),
    kind("process", "SIGTERM", async ({ house }) => restart(house)),
    kind("process", "SIGTERM, started in another time zone", async ({ house, chance }) => {
      house.setZone(chance.one(ZONES));
      await restart(house);
    }),
    kind("process", "kill -9 of the command line", async ({ house, runs }) => {
      const since = performance.now();
      for (const run of runs) run.kill();
      await Promise.all([...runs].map(async ({ ended }) => ended));
      house.gaps.push({ why: "ended", fromMs: since, toMs: performance.now() });
    }),
  ];
}

async function kill({ server, gaps }: House): Promise<void> {
  const fromMs = performance.now();
  await server.kill();
  gaps.push({ why: "ended", fromMs, toMs: performance.now() });
}

async function restart({ server, gaps }: House): Promise<void> {
  const fromMs = performance.now();
  await server.restart();
  gaps.push({ why: "ended", fromMs, toMs: performance.now() });
}

const DEEDS = ["post", "edit", "upload"] as const;

function platformFaults(name: Platform["name"]): readonly FaultKind[] {
  const title = name === "slack" ? "Slack" : "Discord";
  const answers: Readonly<Record<string, Fault>> = {
    "429": { answer: "rate limited", seconds: 1 },
    "503": { answer: "server error" },
    "500": { answer: "server error", status: 500 },
    "503, done all the same": { answer: "server error", takesEffect: true },
    reset: { answer: "cut" },
    "reset, done all the same": { answer: "cut", takesEffect: true },
    late: { answer: "late", delayMs: 1500 },
  };
  return [
    ...Object.entries(answers).map(([how, fault]) =>
      kind(name, `${title}: ${how}`, async ({ house, chance }) => {
        const deeds = chance.some<Deed>(DEEDS, chance.whole(1, 3));
        for (const deed of deeds)
          house[name].fail(deed, ...Array.from({ length: chance.whole(1, 3) }, () => fault));
      }),
    ),
    whileConnected(name, `${title}: connection lost`, async ({ house, chance }) => {
      for (let left = chance.whole(1, 3); left > 0; left -= 1) {
        const [cut] = chance.some(house[name].cuts, 1);
        cut?.cut();
        await sleep(chance.ms(600));
      }
    }),
    kind(name, `${title}: delivers again`, async ({ house, chance }) => {
      for (let left = chance.whole(1, 3); left > 0; left -= 1) {
        await sleep(chance.ms(900));
        await deliverAgain(house, name);
      }
    }),
    kind(name, `${title}: files are not handed out`, async ({ house, chance }) => {
      const faults = Array.from({ length: chance.whole(1, 2) }, () => serverError(503));
      if (name === "slack") house.slack.slack.fail("download", ...faults);
      else house.discord.discord.fail("download", ...faults);
    }),
    whileConnected(name, `${title}: connection lost, and not to be had`, async ({ house }) => {
      for (let times = 0; times < 2; times += 1) house[name].failConnecting();
      for (const { cut } of house[name].cuts.slice(-1)) cut();
    }),
  ];
}

function whileConnected(name: Platform["name"], title: string, befall: FaultKind["befall"]): FaultKind {
  const missing = (house: House) =>
    house[name].cuts.length === 0 ? "it sends requests in this house" : null;
  return { family: name, name: title, missing, befall };
}

/** The last thing that it delivered, acknowledged or not. */
async function deliverAgain({ slack, discord }: House, name: Platform["name"]): Promise<void> {
  const delivery = slack.slack.deliveries().at(-1);
  const interaction = discord.discord.interactions().at(-1);
  if (name === "slack" && delivery !== undefined) await slack.slack.redeliver(delivery);
  if (name === "discord" && interaction !== undefined) discord.discord.redeliver(interaction);
}

function engineFault(
  name: string,
  of: (engines: Engines) => Engines["redis"],
  signal?: "SIGKILL",
): FaultKind {
  return {
    family: "engine",
    name,
    missing: notShared,
    async befall({ house, chance }) {
      if (house.engines === null) return;
      const engine = of(house.engines);
      const fromMs = performance.now();
      await engine.stop(signal);
      await sleep(chance.ms(LONGEST_MS));
      await engine.start();
      house.gaps.push({ why: "away", fromMs, toMs: performance.now() });
    },
  };
}

function diskFault(): FaultKind {
  return {
    family: "disk",
    name: "disk full",
    missing: ({ disk }) => (disk.fill === null ? "no file system could be mounted (it takes root)" : null),
    async befall({ house, chance }) {
      const fromMs = performance.now();
      house.disk.fill?.(chance.one([0, 0, 16_384, 65_536]));
      await sleep(500 + chance.ms(LONGEST_MS));
      house.disk.free();
      house.gaps.push({ why: "disk full", fromMs, toMs: performance.now() });
    },
  };
}

/** First to just before it, so that requests are under way while it passes. */
function clockFault(name: string, next: (now: number) => number): FaultKind {
  return kind("clock", name, async ({ house }) => {
    const at = next(house.clock.now());
    house.clock.moveTo(at - BEFORE_MS);
    await sleep(2 * BEFORE_MS);
  });
}

/** As a clock that was wrong is put right: the program's alone. */
function backFault(name: string, byMs: number): FaultKind {
  return {
    family: "clock",
    name,
    missing: ({ slack }) => (slack.cuts.length === 0 ? "Slack's signatures would be of another time" : null),
    befall: async ({ house }) => house.clock.setBack(byMs),
  };
}
