import { ComponentType } from "discord-api-types/v10";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findCarrier, toFields, withPicked } from "../../adapters/discord/form-answer.ts";
import { mostTicks } from "../../adapters/discord/form-draft.ts";
import { toMenus } from "../../adapters/discord/form-menus.ts";
import { hasMenus, toModal, toPicked } from "../../adapters/discord/form.ts";
import { bytesOf } from "../../adapters/discord/inert.ts";
import { LIMITS } from "../../adapters/discord/limits.ts";
import type { Message } from "../../adapters/discord/render.ts";
import { toForm, type Field, type Form } from "../../src/card.ts";
import { samples } from "../chat/samples.ts";
import { checkComponents, checkModal } from "../standins/discord/component-rules.ts";
import { nodesOf, withIds, type Node } from "../standins/discord/components.ts";
import { createFormErrors } from "../standins/discord/form-errors.ts";

/** What asks for the form. */
const ASK = "choose:P-2M8X";
/** What the id of a button holds beside it, in ticks. */
const MOST = 462;
const SENT = "fill:choose:P-2M8X:abcd";

function form(...fields: readonly Field[]): Form {
  return {
    title: "Choose what to block",
    submit: "Block",
    action: "chosen:P-2M8X",
    intro: ["3 unsafe addresses"],
    fields,
  };
}

function menu(count: number, isPicked = true, name = "ips"): Extract<Field, { kind: "menu" }> {
  const options = Array.from({ length: count }, (_, n) => {
    const ip = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    return { value: ip, label: `${ip} · 8/94 · Example LLC`, isPicked };
  });
  return { kind: "menu", name, label: "Addresses to block", isMany: true, options };
}

const LIFE: Field = {
  kind: "menu",
  name: "days",
  label: "Blocked for",
  isMany: false,
  options: [
    { value: "7", label: "7 days", isPicked: false },
    { value: "0", label: "until removed", isPicked: true },
  ],
};
const REASON: Field = { kind: "line", name: "reason", label: "Reason", hint: "for the audit trail" };

function nodes(message: Message): readonly Node[] {
  return message.components.flatMap(nodesOf);
}

function menusOf(message: Message): readonly Node[] {
  return nodes(message).filter(({ type }) => type === ComponentType.StringSelect);
}

function buttonsOf(message: Message): readonly Node[] {
  return nodes(message).filter(({ type }) => type === ComponentType.Button);
}

function buttonOf(message: Message): Node | undefined {
  return buttonsOf(message)[0];
}

function optionsOf(message: Message): readonly { value: string; label: string; default: boolean }[] {
  return menusOf(message).flatMap((one) => one["options"] as ReturnType<typeof optionsOf>);
}

function shownIn(message: Message): readonly string[] {
  return optionsOf(message).map(({ value }) => value);
}

function tickedIn(message: Message): readonly string[] {
  return optionsOf(message).flatMap((option) => (option.default ? [option.value] : []));
}

function draftOf(message: Message): string {
  return findCarrier(delivered(message))?.draft ?? "";
}

/** Every page, as somebody sees them who goes through them. */
function pagesOf(of: Form): readonly Message[] {
  const first = toMenus(of, ASK);
  const count = Number(/of (\d+)/.exec(String(buttonsOf(first)[1]?.["label"]))?.[1] ?? 1);
  return Array.from({ length: count }, (_, at) => toMenus(of, ASK, draftOf(first), at + 1));
}

/** What would be sent. */
function picked(of: Form, message: Message) {
  return toPicked(of, ASK, draftOf(message));
}

function valuesOf(count: number): readonly string[] {
  return menu(count).options.map(({ value }) => value);
}

function textOf(message: Message): string {
  return nodes(message)
    .flatMap((node) => (node.type === ComponentType.TextDisplay ? [String(node["content"])] : []))
    .join("\n");
}

/** As Discord gives it back: with ids, and with fields that nobody sent. */
function delivered(message: Message): readonly unknown[] {
  const added = withIds(message.components as never).map((node) => ({ ...node, spoiler: false }));
  return JSON.parse(JSON.stringify(added)) as readonly unknown[];
}

function refuse(message: Message): void {
  const errors = createFormErrors();
  checkComponents(message.components, true, errors);
  errors.throwIfAny();
  expect(dataBytes(message.components)).toBeLessThanOrEqual(10_170);
}

function refuseModal(modal: ReturnType<typeof toModal>): void {
  const errors = createFormErrors();
  checkModal(modal as never, errors);
  errors.throwIfAny();
}

/** What Discord keeps of a message: the bytes of its texts and some for each component. */
function dataBytes(value: unknown): number {
  if (typeof value === "string") return bytesOf(value);
  if (typeof value !== "object" || value === null) return 0;
  const inside = Object.values(value).reduce<number>((sum, part) => sum + dataBytes(part), 0);
  return inside + (Array.isArray(value) ? 0 : LIMITS.componentBytes);
}

describe("the menus of a form", () => {
  test("the form of an approval, as it is shown", () => {
    const choice = toForm(
      samples({ requester: "discord:1", approver: "discord:2" })["choice"] ?? { kind: "help" },
    );
    if (choice === null) throw new Error("the sample is gone");

    expect(hasMenus(choice)).toBe(true);
    refuse(toMenus(choice, ASK));
    expect(toMenus(choice, ASK)).toMatchSnapshot();
    expect(toModal(choice, choice.action)).toMatchSnapshot();
  });

  test.each([
    [1, 1],
    [25, 1],
    [26, 1],
    [100, 1],
    [101, 2],
    [260, 3],
    [MOST, 5],
  ])("%i options are all there on %i pages, ticked, and come back as one field", (count, pages) => {
    const whole = form(menu(count), LIFE, REASON);
    const all = pagesOf(whole);

    for (const page of all) refuse(page);
    expect(all).toHaveLength(pages);
    expect(all.flatMap(shownIn)).toEqual(valuesOf(count));
    expect(all.flatMap(tickedIn)).toEqual(valuesOf(count));
    for (const page of all) {
      expect(picked(whole, page)).toEqual({ ips: valuesOf(count) });
      expect(buttonOf(page)).toMatchObject({ label: `Block ${count}…`, style: 1 });
      expect(textOf(page)).not.toMatch(/do not fit|changed/);
    }
  });

  test("a page has buttons to those beside it, a single one has none", () => {
    const pages = pagesOf(form(menu(260)));
    const labels = pages.map((page) => buttonsOf(page).map(({ label }) => label));
    expect(labels).toEqual([
      ["Block 260…", "Page 2 of 3 ▶"],
      ["Block 260…", "◀ Page 1 of 3", "Page 3 of 3 ▶"],
      ["Block 260…", "◀ Page 2 of 3"],
    ]);
    expect(buttonsOf(toMenus(form(menu(100)), ASK))).toHaveLength(1);
  });

  test("a page that is not there any more is the last one", () => {
    const whole = form(menu(260));
    const draft = draftOf(toMenus(whole, ASK));
    expect(shownIn(toMenus(whole, ASK, draft, 9))).toEqual(valuesOf(260).slice(200));
    expect(shownIn(toMenus(whole, ASK, draft, 0))).toEqual(valuesOf(100));
  });

  test("each is headed by which part of how many it is, and says so when it is empty", () => {
    const message = toMenus(form(menu(60)), ASK);

    expect(textOf(message)).toContain(
      "**Addresses to block** · 1–25 of 60\n**Addresses to block** · 26–50 of 60",
    );
    expect(textOf(message)).toContain("51–60 of 60");
    expect(menusOf(message).map((one) => one["placeholder"])).toEqual([
      "1–25 of 60: none ticked",
      "26–50 of 60: none ticked",
      "51–60 of 60: none ticked",
    ]);
    expect(menusOf(message).map((one) => [one["min_values"], one["max_values"]])).toEqual([
      [0, 25],
      [0, 25],
      [0, 10],
    ]);
  });

  test("labels are shortened before there is one more page, and what they name stays whole", () => {
    const options = menu(100).options.map((option) => ({
      ...option,
      label: `${option.label} · ${"x".repeat(60)}`,
    }));
    const pages = pagesOf(form({ ...menu(0), options }));

    expect(pages).toHaveLength(1);
    for (const page of pages) refuse(page);
    for (const { label, value } of pages.flatMap(optionsOf)) {
      expect(label.startsWith(`${value} · 8/94 · `)).toBe(true);
    }
    const few = toMenus(form({ ...menu(0), options: options.slice(0, 40) }), ASK);
    expect(optionsOf(few)[0]?.label).toContain("x".repeat(60));
  });

  test.each([
    ["1,000 options", menu(1000)],
    [
      "options in long script",
      { ...menu(0), options: menu(600).options.map((option) => ({ ...option, label: "住".repeat(100) })) },
    ],
    [
      "options with long values",
      {
        ...menu(0),
        options: menu(600).options.map((option) => ({ ...option, value: option.value.padEnd(100, "x") })),
      },
    ],
    [
      "options with values in long script",
      {
        ...menu(0),
        options: menu(600).options.map((option) => ({
          ...option,
          value: option.value.padEnd(100, "住"),
          label: "住".repeat(100),
        })),
      },
    ],
  ])("%s: what ids do not hold is counted, is not ticked, and is not dropped in silence", (_, field) => {
    const whole = form(field, LIFE);
    const pages = pagesOf(whole);

    for (const page of pages) refuse(page);
    const held = field.options.slice(0, MOST).map(({ value }) => value);
    expect(pages.flatMap(shownIn)).toEqual(held);
    const left = (field.options.length - MOST).toLocaleString("en-US");
    for (const page of pages) {
      expect(textOf(page)).toContain(
        `${left} more do not fit into this form and count as not ticked. Block on the card takes all.`,
      );
      expect(buttonOf(page)).toMatchObject({ label: `Block ${MOST}…` });
      expect(picked(whole, page)).toEqual({ ips: held });
    }
  });

  test("a long action leaves room for less", () => {
    expect(mostTicks(ASK)).toBe(MOST);
    expect(mostTicks("a".repeat(80))).toBe(60);
    expect(mostTicks("a".repeat(100))).toBe(0);
    const message = toMenus(form(menu(100)), "a".repeat(80));
    refuse(message);
    expect(shownIn(message)).toHaveLength(60);
    expect(textOf(message)).toContain("40 more do not fit");
  });

  test("a value that Discord would not take is left out: cut, it would name something else", () => {
    const options = [
      { value: "x".repeat(101), label: "long", isPicked: true },
      { value: "ok", label: "", isPicked: true },
      { value: "ok", label: "again", isPicked: true },
    ];
    const whole = form({ ...menu(0), options });
    const message = toMenus(whole, ASK);
    refuse(message);
    expect(picked(whole, message)).toEqual({ ips: ["ok"] });
    expect(textOf(message)).toContain("2 more do not fit");
  });

  test("two fields are two menus, and come back by their names", () => {
    const whole = form(menu(2), menu(130, false, "more:1"));
    const [first, second] = pagesOf(whole);
    if (first === undefined || second === undefined) throw new Error("a page is missing");
    refuse(first);
    refuse(second);
    expect(picked(whole, first)).toEqual({ ips: ["10.0.0.0", "10.0.0.1"], "more:1": [] });
    expect(buttonOf(first)).toMatchObject({ label: "Block 2…" });

    const after = withPicked(delivered(second), "pick:77", ["10.0.0.99"]);

    expect(after && picked(whole, after)).toEqual({ ips: ["10.0.0.0", "10.0.0.1"], "more:1": ["10.0.0.99"] });
  });

  test("words from outside mean nothing, and long ones are cut", () => {
    const options = [{ value: "a", label: "*a* \u202Eb", isPicked: true }];
    const message = toMenus(
      {
        ...form({ ...menu(0), options, label: "<@1>".repeat(30) }),
        title: "t".repeat(500),
        submit: "s".repeat(200),
        intro: ["@everyone ".repeat(2000)],
      },
      ASK,
    );
    refuse(message);
    expect(textOf(message)).not.toMatch(/@everyone|<@/);
    expect(menusOf(message)[0]?.["options"]).toEqual([{ label: "*a* b", value: "a", default: true }]);
    expect(String(buttonOf(message)?.["label"])).toMatch(/^s+ 1…$/);
  });
});

describe("ticks", () => {
  const whole = form(menu(60), LIFE);
  const message = toMenus(whole, ASK);

  test("another choice of one menu leaves the others, and the button counts all", () => {
    const after = withPicked(delivered(message), "pick:25", ["10.0.0.25", "10.0.0.30"]);
    if (after === null) throw new Error("no menu was found");

    refuse(after);
    expect(tickedIn(after)).toHaveLength(37);
    expect(tickedIn(after).slice(25, 27)).toEqual(["10.0.0.25", "10.0.0.30"]);
    expect(picked(whole, after)).toEqual({ ips: tickedIn(after) });
    expect(buttonOf(after)).toMatchObject({ label: "Block 37…" });
    expect(after).toMatchObject({ flags: 32_768, allowed_mentions: { parse: [] } });
    expect(textOf(after)).toBe(textOf(message));
  });

  test("menus can be emptied and filled again", () => {
    let now = message;
    for (const id of ["pick:0", "pick:25", "pick:50"]) {
      const after = withPicked(delivered(now), id, []);
      if (after === null) throw new Error("no menu was found");
      refuse(after);
      now = after;
    }
    expect(picked(whole, now)).toEqual({ ips: [] });
    expect(buttonOf(now)).toMatchObject({ label: "Block none…" });

    const again = withPicked(delivered(now), "pick:50", ["10.0.0.59"]);

    expect(again && buttonOf(again)).toMatchObject({ label: "Block 1…" });
    expect(again && picked(whole, again)).toEqual({ ips: ["10.0.0.59"] });
  });

  test("what is no option of the menu is not ticked", () => {
    const after = withPicked(delivered(message), "pick:0", ["10.0.0.1", "8.8.8.8"]);
    expect(after && picked(whole, after)?.["ips"]).toHaveLength(36);
  });

  test("any ticks on any pages come to exactly what was ticked", () => {
    const deed = fc.record({
      page: fc.integer({ min: 1, max: 6 }),
      menu: fc.nat(3),
      ticked: fc.array(fc.nat(24), { maxLength: 25 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.array(deed, { maxLength: 12 }), (count, deeds) => {
        const whole = form(menu(count, count % 2 === 0));
        const expected = new Map(menu(count).options.map(({ value }) => [value, count % 2 === 0]));
        for (const value of valuesOf(count).slice(MOST)) expected.set(value, false);
        let now = toMenus(whole, ASK);
        for (const { page, menu: nth, ticked } of deeds) {
          now = toMenus(whole, ASK, draftOf(now), page);
          const menus = menusOf(now);
          const chosen = menus[nth % menus.length];
          const values = ((chosen?.["options"] ?? []) as ReturnType<typeof optionsOf>).map(
            ({ value }) => value,
          );
          const wanted = values.filter((_, at) => ticked.includes(at));
          for (const value of values) expected.set(value, wanted.includes(value));
          now = withPicked(delivered(now), String(chosen?.["custom_id"]), wanted) ?? now;
        }
        const ips = valuesOf(count).filter((value) => expected.get(value));
        expect(picked(whole, now)).toEqual({ ips });
        expect(tickedIn(now)).toEqual(shownIn(now).filter((value) => expected.get(value)));
        const counted = ips.length === 0 ? "none" : String(ips.length);
        expect(buttonOf(now)).toMatchObject({ label: `Block ${counted}…` });
        refuse(now);
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    ["one fewer", menu(259)],
    ["one more", menu(261)],
    ["others", { ...menu(0), options: menu(261).options.slice(1) }],
    ["another order", { ...menu(0), options: menu(260).options.toReversed() }],
    ["another field's", menu(260, true, "others")],
  ])(
    "of a list that has changed meanwhile (%s) are worth nothing: it begins anew, and says so",
    (_, field) => {
      const emptied = withPicked(delivered(toMenus(form(menu(260)), ASK)), "pick:0", []);
      const draft = emptied === null ? "" : draftOf(emptied);
      const now = form(field);

      const shown = toMenus(now, ASK, draft, 2);

      refuse(shown);
      expect(toPicked(now, ASK, draft)).toBeNull();
      expect(tickedIn(shown)).toEqual(field.options.slice(0, 100).map(({ value }) => value));
      expect(buttonOf(shown)).toMatchObject({ label: `Block ${field.options.length}…` });
      expect(textOf(shown)).toMatch(/have changed meanwhile.*look again/);
    },
  );

  test("stay when only words of the list have changed", () => {
    const draft = draftOf(toMenus(form(menu(260)), ASK));
    const options = menu(260, false).options.map((option) => ({ ...option, label: "other words" }));
    expect(toPicked(form({ ...menu(0), options }), ASK, draft)).toEqual({ ips: valuesOf(260) });
  });

  test.each([
    ["another message", [{ type: 10, content: "x" }], "pick:0"],
    ["another menu", delivered(message), "pick:9"],
    ["nothing", undefined, "pick:0"],
    ["nonsense", [null, 1, { type: 17, components: "x" }, { type: 3, custom_id: "pick:0" }], "pick:0"],
  ])("%s has no such menu", (_, components, id) => {
    expect(withPicked(components, id, [])).toBeNull();
  });

  test("a message without menus carries none", () => {
    expect(findCarrier(undefined)).toBeNull();
    expect(findCarrier([{ type: 17, components: [{ type: 10, content: "x" }] }])).toBeNull();
    expect(
      findCarrier([{ type: 1, components: [{ type: 2, custom_id: "block:P-1", label: "x" }] }]),
    ).toBeNull();
  });
});

describe("the window of a form", () => {
  test("asks for what is no menu of many, and gives it back by name", () => {
    const modal = toModal(form(menu(60), LIFE, REASON), SENT);

    refuseModal(modal);
    expect(modal).toMatchObject({ custom_id: SENT, title: "Choose what to block" });
    expect(modal.components.map(({ type }) => type)).toEqual([ComponentType.Label, ComponentType.Label]);
    const sent = [
      { type: 18, id: 1, component: { type: 3, id: 2, custom_id: "days", values: ["7"] } },
      { type: 18, id: 3, component: { type: 4, id: 4, custom_id: "reason", value: "seen" } },
    ];
    expect(toFields(sent)).toEqual({ days: ["7"], reason: ["seen"] });
  });

  test("rows of the older kind are read too, an empty line is nothing, and text between them is none", () => {
    const sent = [
      { type: 10, id: 1 },
      { type: 1, id: 2, components: [{ type: 4, id: 3, custom_id: "reason", value: "" }] },
      { type: 18, id: 4, component: { type: 3, id: 5, custom_id: "days", values: [] } },
      null,
      "x",
    ];
    expect(toFields(sent)).toEqual({ reason: [], days: [] });
    expect(toFields(null)).toEqual({});
  });

  test("without menus of many it is the whole form", () => {
    const only = form(menu(0), LIFE, REASON);
    expect(hasMenus(only)).toBe(false);
    const modal = toModal(only, only.action);
    refuseModal(modal);
    expect(modal.components[0]).toEqual({ type: ComponentType.TextDisplay, content: "3 unsafe addresses" });
  });

  test("long words are cut, and it is never empty or too long", () => {
    const fields = Array.from({ length: 8 }, (_, n): Field => ({
      ...REASON,
      name: `f${n}`,
      label: "l".repeat(99),
    }));
    refuseModal(toModal({ ...form(...fields), title: "t".repeat(99) }, SENT));
    refuseModal(toModal(form({ ...menu(40), isMany: false }), SENT));
    refuseModal(toModal(form(menu(3)), SENT));
    refuseModal(toModal(form({ ...REASON, hint: "h".repeat(300) }), SENT));
    refuseModal(toModal(form({ ...REASON, hint: "" }), SENT));
  });
});
