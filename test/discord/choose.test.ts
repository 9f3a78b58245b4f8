import { describe, expect, test, vi } from "vitest";

import type { Incoming, Reply } from "../../src/contract.ts";
import { samples } from "../chat/samples.ts";
import {
  buttonsOf,
  discordError,
  menusOf,
  textOf,
  type Discord,
  type SeenMessage,
} from "../standins/discord/discord.ts";
import { addProcess, openAdapter, type AdapterOptions, type AdapterStage } from "./adapter-stage.ts";

/** Discord is told that it takes longer after 1 s. */
const SLOW_MS = 1050;
const CALLBACK = "POST /interactions/:id/:token/callback";
const { choice } = samples({ requester: "nobody", approver: "nobody" });

/** An approval, with a core that shows the addresses as they are when it is asked. */
interface Approval extends AdapterStage {
  readonly card: SeenMessage;
  /** Other addresses are to be blocked from now on. */
  list(ips: readonly string[]): void;
  /** What the core was told to block. */
  sent(): Promise<Extract<Incoming, { kind: "action" }>>;
}

function addresses(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, n) => `198.18.${(from + n) >> 8}.${(from + n) & 255}`);
}

function choiceOf(ips: readonly string[]): Reply {
  if (choice?.kind !== "choice") throw new Error("the sample is gone");
  const [one] = choice.content.toBlock;
  if (one === undefined) throw new Error("the sample is empty");
  return { ...choice, content: { ...choice.content, toBlock: ips.map((ip) => ({ ...one, ip })) } };
}

async function openApproval(count: number, options?: AdapterOptions): Promise<Approval> {
  const stage = await openAdapter(options);
  const { discord, adapter, accepted, onHandle } = stage;
  let ips = addresses(count);
  onHandle(async ({ incoming, conversation }) => {
    if (incoming.kind === "action" && incoming.action === "choose:P-2M8X") {
      await conversation.ask(choiceOf(ips));
    }
  });
  const { proposal } = samples({ requester: "discord:1", approver: "discord:2" });
  const place = `discord:${discord.guildId}:${discord.channel("triage")}:c:${discord.user("alice")}`;
  if (proposal !== undefined) {
    await adapter.conversation(place).post({ mark: "P-2M8X", reply: proposal, under: null });
  }
  const [card] = discord.messages("triage");
  if (card === undefined) throw new Error("there is no card");
  return {
    ...stage,
    card,
    list: (others) => void (ips = others),
    sent: () =>
      vi.waitFor(() => {
        const found = accepted.find((one) => one.kind === "action" && one.action === "chosen:P-2M8X");
        if (found?.kind !== "action") throw new Error("nothing was sent");
        return found;
      }),
  };
}

/** The private message of menus as it is now. */
function menusNow(discord: Discord): SeenMessage {
  const [note] = discord.ephemeral("bob");
  if (note === undefined) throw new Error("there are no menus");
  return note;
}

/** The id of the menu that has the address, and what is ticked in it without it. */
function without(
  discord: Discord,
  ip: string,
): { readonly menu: string; readonly values: readonly string[] } {
  const menu = menusOf(menusNow(discord)).find(({ options }) => options.some(({ value }) => value === ip));
  if (menu === undefined) throw new Error(`${ip} is not shown`);
  const ticked = menu.options.filter((option) => option.default === true).map(({ value }) => value);
  return { menu: menu.customId, values: ticked.filter((value) => value !== ip) };
}

async function untick(discord: Discord, ip: string): Promise<void> {
  const { menu, values } = without(discord, ip);
  await discord.pick("bob", menusNow(discord), menu, values);
}

async function press(discord: Discord, button: string): Promise<void> {
  const { ack } = await discord.click("bob", menusNow(discord), button);
  expect(ack.ok).toBe(true);
}

async function fill(discord: Discord, entries: Readonly<Record<string, string>> = {}): Promise<void> {
  await press(discord, "Block");
  const window = await discord.until(() => discord.openModal("bob"), "the window");
  const { ack } = await discord.submit("bob", window, entries);
  expect(ack.ok).toBe(true);
}

function shown(discord: Discord): readonly string[] {
  return menusOf(menusNow(discord)).flatMap(({ options }) => options.map(({ value }) => value));
}

function labels(discord: Discord): readonly string[] {
  return buttonsOf(menusNow(discord)).map(({ label }) => label);
}

async function restart({ discord, adapter, bot }: Approval): Promise<void> {
  await adapter.stop();
  await addProcess(discord, bot);
}

/** Goes on as two processes, which both hear of everything; `setTurn` says whose the requests are. */
async function doubled({ discord, adapter, bot }: Approval): Promise<(turn: number) => void> {
  let turn = 0;
  await adapter.stop();
  for (const process of [0, 1]) {
    // As a row does, the one that may answer is found after the wait that both have.
    const accept = async (one: Incoming) => {
      const isTheirs = turn === process;
      const isNew = await bot.accept(isTheirs ? one : { ...one, delivery: `${one.delivery}:other` });
      return isTheirs && isNew;
    };
    await addProcess(discord, { ...bot, accept });
  }
  return (next) => (turn = next);
}

describe("Choose… of 260 addresses", () => {
  test("takes those that are ticked on all its pages, with life and reason", async () => {
    const { discord, card, sent, accepted } = await openApproval(260);
    const ips = addresses(260);

    await discord.click("bob", card, "Choose");
    expect(shown(discord)).toEqual(ips.slice(0, 100));
    await untick(discord, ips[7] ?? "");
    await press(discord, "Page 2");
    await untick(discord, ips[130] ?? "");
    await untick(discord, ips[199] ?? "");
    await press(discord, "Page 3");
    expect(shown(discord)).toEqual(ips.slice(200));
    await press(discord, "Page 2");
    expect(shown(discord)).toEqual(ips.slice(100, 200));
    expect(labels(discord)).toEqual(["Block 257…", "◀ Page 1 of 3", "Page 3 of 3 ▶"]);
    await fill(discord, { days: "7", reason: "seen in the wild" });

    const { values, delivery } = await sent();
    expect(values).toEqual({
      ips: ips.filter((_, at) => ![7, 130, 199].includes(at)),
      days: ["7"],
      reason: ["seen in the wild"],
    });
    expect(delivery).toBe(`${accepted.at(-2)?.delivery}:sent`);
    await discord.until(() => discord.ephemeral("bob").length === 0, "no menus any more");
    expect(discord.messages("triage")).toHaveLength(1);
  });

  test("says in the window what it will block", async () => {
    const { discord, card } = await openApproval(260);
    const ips = addresses(260);
    await discord.click("bob", card, "Choose");
    await untick(discord, ips[0] ?? "");

    await press(discord, "Block");

    const window = await discord.until(() => discord.openModal("bob"), "the window");
    const [said] = window.components;
    expect(said).toMatchObject({ type: 10, content: expect.stringContaining("259 of 260 · ") });
    expect(JSON.stringify(said)).toContain(`\`${ips[1]}\`, \`${ips[2]}\``);
    expect(JSON.stringify(said)).toContain("and 239 more");
    expect(JSON.stringify(said)).not.toContain(`\`${ips[0]}\``);
  });

  test("goes on after the adapter was started anew at any step", async () => {
    const approval = await openApproval(260);
    const { discord, card, sent } = approval;
    const ips = addresses(260);

    await discord.click("bob", card, "Choose");
    await press(discord, "Page 2");
    await untick(discord, ips[100] ?? "");
    await restart(approval);
    await press(discord, "Page 3");
    await untick(discord, ips[259] ?? "");
    await press(discord, "Block");
    const window = await discord.until(() => discord.openModal("bob"), "the window");
    await restart(approval);
    await discord.submit("bob", window, { reason: "seen" });

    expect((await sent()).values["ips"]).toEqual(ips.filter((_, at) => at !== 100 && at !== 259));
  });

  test.each([
    ["a page is turned", async (discord: Discord) => press(discord, "Page 3")],
    ["life and reason are asked for", async (discord: Discord) => press(discord, "Block")],
  ])("begins anew when the list has changed before %s", async (_, step) => {
    const { discord, card, list, accepted } = await openApproval(260);
    const ips = addresses(259, 1);

    await discord.click("bob", card, "Choose");
    await press(discord, "Page 2");
    await untick(discord, ips[120] ?? "");
    list(ips);
    await step(discord);

    expect(textOf(menusNow(discord))).toMatch(/The addresses have changed meanwhile.*look again/);
    expect(shown(discord)).toEqual(ips.slice(0, 100));
    expect(labels(discord)).toEqual(["Block 259…", "Page 2 of 3 ▶"]);
    expect(discord.openModal("bob")).toBeUndefined();
    expect(accepted.every((one) => one.kind === "action" && one.action.startsWith("choose"))).toBe(true);
  });

  test("blocks nothing when the list has changed before the window was sent, and what is chosen then counts", async () => {
    const { discord, card, list, accepted, sent } = await openApproval(260);
    const ips = addresses(259, 1);

    await discord.click("bob", card, "Choose");
    await press(discord, "Block");
    const window = await discord.until(() => discord.openModal("bob"), "the window");
    list(ips);
    await discord.submit("bob", window, { reason: "seen" });

    await discord.until(() => textOf(menusNow(discord)).includes("have changed meanwhile"), "the sentence");
    expect(accepted.map((one) => one.kind === "action" && one.action)).not.toContain("chosen:P-2M8X");
    await press(discord, "Page 2");
    expect(textOf(menusNow(discord))).not.toContain("have changed");
    await untick(discord, ips[100] ?? "");
    await fill(discord);
    expect((await sent()).values["ips"]).toEqual(ips.filter((_, at) => at !== 100));
  });

  test("takes ticks that come faster than they are answered, and a press right after them", async () => {
    const { discord, card, sent } = await openApproval(260);
    const ips = addresses(260);
    await discord.click("bob", card, "Choose");
    const quick = [3, 30, 60, 90].map((at) => without(discord, ips[at] ?? ""));

    const picks = quick.map(({ menu, values }) => discord.pick("bob", menusNow(discord), menu, values));
    const turned = discord.click("bob", menusNow(discord), "Page 2");
    await Promise.all([...picks, turned]);

    expect(shown(discord)).toEqual(ips.slice(100, 200));
    expect(labels(discord)[0]).toBe("Block 256…");
    await fill(discord);
    expect((await sent()).values["ips"]).toEqual(ips.filter((_, at) => ![3, 30, 60, 90].includes(at)));
  });

  test("takes a tick that Discord shows, although its answer to it was lost", async () => {
    const { discord, card, sent } = await openApproval(30);
    const ips = addresses(30);
    await discord.click("bob", card, "Choose");
    await untick(discord, ips[3] ?? "");
    discord.fail(CALLBACK, { answer: "reset", takesEffect: true });
    await untick(discord, ips[7] ?? "");
    expect(labels(discord)[0]).toBe("Block 28…");

    await fill(discord);

    expect((await sent()).values["ips"]).toEqual(ips.filter((_, at) => ![3, 7].includes(at)));
  });

  test("takes a tick that another process has answered", async () => {
    const approval = await openApproval(30);
    const { discord, card, sent } = approval;
    const ips = addresses(30);
    const setTurn = await doubled(approval);
    await discord.click("bob", card, "Choose");

    for (const [turn, at] of [3, 7].entries()) {
      setTurn(turn);
      await untick(discord, ips[at] ?? "");
      await press(discord, "Block");
      const window = await discord.until(() => discord.openModal("bob"), "the window");
      expect(textOf(window)).toContain(`${29 - turn} of 30`);
      discord.close("bob", window);
    }
    await fill(discord);

    expect((await sent()).values["ips"]).toEqual(ips.filter((_, at) => ![3, 7].includes(at)));
  });

  test("opens the form, and keeps the menus, where the records are slow and another process hears of it too", async () => {
    const approval = await openApproval(30);
    const { discord, card, sent } = approval;
    const ips = addresses(30);
    const setTurn = await doubled(approval);
    await discord.click("bob", card, "Choose");
    await untick(discord, ips[3] ?? "");
    approval.onAccept(async () => {
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    });

    setTurn(1);
    await fill(discord);

    expect((await sent()).values["ips"]).toEqual(ips.filter((_, at) => at !== 3));
    expect(discord.messages(discord.dm("bob"))).toEqual([]);
  });

  test("takes the last of several choices in one menu", async () => {
    const { discord, card, sent } = await openApproval(260);
    const ips = addresses(260);
    await discord.click("bob", card, "Choose");
    const [first] = menusOf(menusNow(discord));

    for (const values of [[], ips.slice(0, 2), ips.slice(4, 5)]) {
      await discord.pick("bob", menusNow(discord), first?.customId ?? "", values);
    }
    await fill(discord);

    expect((await sent()).values["ips"]).toEqual([ips[4], ...ips.slice(25)]);
  });

  test("is worked out once when Discord delivers the sent window twice", async () => {
    const { discord, card, accepted, sent } = await openApproval(260);
    await discord.click("bob", card, "Choose");
    await press(discord, "Block");
    const window = await discord.until(() => discord.openModal("bob"), "the window");

    const { interaction } = await discord.submit("bob", window);
    await sent();
    discord.redeliver(interaction);
    await discord.slash("bob", "triage", "vtip-quota");

    expect(accepted.filter((one) => one.delivery.endsWith(":sent"))).toHaveLength(1);
  });

  test("says so when what was sent cannot be written down", async () => {
    const { discord, card, onAccept, handled } = await openApproval(260);
    onAccept(async ({ delivery }) => {
      if (delivery.endsWith(":sent")) throw new Error("disk full");
    });
    await discord.click("bob", card, "Choose");
    await fill(discord);

    await discord.until(() => textOf(menusNow(discord)).includes("could not write"), "the sentence");
    expect(handled.map(({ incoming }) => incoming.kind === "action" && incoming.action)).not.toContain(
      "chosen:P-2M8X",
    );
  });

  test("stays one message where menus had to be sent as a direct message", async () => {
    const { discord, card, sent } = await openApproval(260);
    discord.fail(CALLBACK, discordError(10_062));
    // Discord would go on waiting for the answer.
    void discord.click("bob", card, "Choose");
    const direct = discord.dm("bob");
    const menus = await discord.until(() => discord.messages(direct)[0], "the menus");

    await discord.click("bob", menus, "Page 2");
    expect(discord.messages(direct)).toHaveLength(1);
    await discord.pick("bob", menus, 0, []);
    await discord.click("bob", menus, "Block");
    await discord.submit("bob", await discord.until(() => discord.openModal("bob"), "the window"));

    expect((await sent()).values["ips"]).toHaveLength(235);
    await discord.until(() => discord.messages(direct).length === 0, "no menus any more");
  });
});

test("Choose… of 600 addresses says which it does not hold, and leaves them out", async () => {
  const { discord, card, sent } = await openApproval(600);

  await discord.click("bob", card, "Choose");
  expect(textOf(menusNow(discord))).toContain("138 more do not fit into this form and count as not ticked.");
  await fill(discord);

  expect((await sent()).values["ips"]).toEqual(addresses(462));
});
