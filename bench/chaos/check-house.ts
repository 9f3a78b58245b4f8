import type { Platform, SeenMessage } from "../../test/scenarios/platform.ts";
import type { Broken } from "./broken.ts";
import type { House } from "./house.ts";
import { type Board, groupBy, scanIdOf } from "./messages.ts";
import { KEYS } from "./virustotal.ts";

/** Whether a platform has a message twice, or one of a scan that there is not. */
export function checkMessages(
  platform: Platform,
  board: Board,
  scanIds: ReadonlySet<string>,
): readonly Broken[] {
  const live = groupBy(board.all, (message) => scanIdOf(message) ?? "");
  const digests = board.all
    .map(({ versions, text }) => versions[0]?.text ?? text)
    .filter((text) => DIGEST.test(text));
  const told = [...groupBy(digests, (text) => text).values()]
    .filter(({ length }) => length > 1)
    .map(([text, ...more]) => broken(`${more.length + 1} times on ${platform.name}: ${text?.slice(0, 200)}`));
  const ofScans = [...live].flatMap(([id, messages]) => {
    if (id === "") return [];
    const twice = [messages, ...groupBy(board.besides(id), toKey).values()].filter(
      ({ length }) => length > 1,
    );
    const where = `of ${id} on ${platform.name}`;
    return [
      ...(scanIds.has(id) ? [] : [broken(`a message ${where}, which is no scan`)]),
      ...twice.map(([one, ...more]) =>
        broken(`${more.length + 1} times ${where}: ${one?.text.slice(0, 200)}`),
      ),
    ];
  });
  return [...told, ...ofScans];
}

/** What a channel is asked or told once a day; each names its addresses. */
const DIGEST = /blocks? ends? soon|of listed addresses changed/u;

function broken(what: string): Broken {
  return { promise: "posted once", what };
}

/** Cards change when they are answered; all else stays as it was posted. */
function toKey({ versions, text, files }: SeenMessage): string {
  const posted = versions[0]?.text ?? text;
  return JSON.stringify([CARD.test(posted) ? "card" : posted, files.map(({ name }) => name)]);
}

const CARD = /^Block [\d,]+ address/u;

/** Whether VirusTotal was asked too often, or too much of the same. */
export function checkRequests(
  { virustotal, moves, gaps }: House,
  rechecked: ReadonlySet<string>,
): readonly Broken[] {
  const found: Broken[] = [];
  for (const { secret, perMinute } of KEYS) {
    const worst = virustotal.standin.worstWindow(secret);
    const { refused } = virustotal.standin.counted(secret);
    if (worst > perMinute)
      found.push({ promise: "limits", what: `${worst} of ${perMinute} requests in one window of ${secret}` });
    // A request that left before midnight may arrive after it.
    const spared = moves() * perMinute;
    if (refused > spared)
      found.push({ promise: "limits", what: `${refused} requests of ${secret} were over its limits` });
  }
  const again = virustotal.unexplained(gaps, rechecked);
  if (again.length > 0) found.push({ promise: "no repeats", what: again.slice(0, 5).join("; ") });
  return found;
}
