import { cachedAddresses } from "./chat-cache.ts";
import { withChat, type ChatStage, type Transport } from "./chat-stage.ts";
import { atMost, median, type Row } from "./row.ts";
import type { Workspace } from "./workspace.ts";

const AT_ONCE = 100;
const ROUNDS = 5;
const MOST_MS = 100;

/** How long a hundred people wait who ask in the same moment, beside a Bolt app that does nothing but acknowledge. */
export async function measureAcknowledgements(
  workspace: Workspace,
  transport: Transport,
  say: (sentence: string) => void,
): Promise<readonly Row[]> {
  return withChat("bare", transport, workspace, async (bare) =>
    withChat("vtip", transport, workspace, async (vtip) => {
      say(`${AT_ONCE} commands at once over ${transport}, ${ROUNDS} times after a first`);
      const theirFirst = await slowestOf(bare, 0, { isAnswered: false });
      const first = await slowestOf(vtip, 0, { isAnswered: true });
      const theirs: number[] = [];
      const ours: number[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        theirs.push(await slowestOf(bare, round, { isAnswered: false }));
        ours.push(await slowestOf(vtip, round, { isAnswered: true }));
      }
      const figure = median(ours);
      const what = `${AT_ONCE} commands at once, ${transport}: acknowledged, 99th percentile`;
      return [
        {
          name: `${what}, against a bare Bolt app`,
          figure,
          unit: "ms",
          ratio: figure / median(theirs),
          ...atMost(figure, MOST_MS, " ms"),
        },
        { name: `${what}, by the bare Bolt app`, figure: median(theirs), unit: "ms" },
        {
          name: `${what}, the first ${AT_ONCE} of a process, against a bare Bolt app`,
          figure: first,
          unit: "ms",
          ratio: first / theirFirst,
        },
      ];
    }),
  );
}

async function slowestOf(
  { slack }: ChatStage,
  round: number,
  { isAnswered }: { readonly isAnswered: boolean },
): Promise<number> {
  const addresses = cachedAddresses(round * AT_ONCE, AT_ONCE);
  const times = await slack.order({ kind: "acknowledgements", addresses, isAnswered });
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
}
