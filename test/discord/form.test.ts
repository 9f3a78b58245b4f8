import { ComponentType } from "discord-api-types/v10";
import { describe, expect, test } from "vitest";

import { toFields, toPicked, withPicked } from "../../adapters/discord/form-answer.ts";
import { hasMenus, toMenus, toModal } from "../../adapters/discord/form.ts";
import { bytesOf } from "../../adapters/discord/inert.ts";
import { LIMITS } from "../../adapters/discord/limits.ts";
import type { Message } from "../../adapters/discord/render.ts";
import { toForm, type Field, type Form } from "../../src/card.ts";
import { samples } from "../chat/samples.ts";
import { checkComponents, checkModal } from "../standins/discord/component-rules.ts";
import { nodesOf, withIds, type Node } from "../standins/discord/components.ts";
import { createFormErrors } from "../standins/discord/form-errors.ts";

const NEXT = "choose:P-2M8X";

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

function buttonOf(message: Message): Node | undefined {
  return nodes(message).find(({ type }) => type === ComponentType.Button);
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
    refuse(toMenus(choice, NEXT));
    expect(toMenus(choice, NEXT)).toMatchSnapshot();
    expect(toModal(choice)).toMatchSnapshot();
  });

  test.each([1, 25, 26, 60, 100, 120])(
    "%i options are all there, ticked, and come back as one field",
    (count) => {
      const message = toMenus(form(menu(count), LIFE, REASON), NEXT);

      refuse(message);
      expect(menusOf(message)).toHaveLength(Math.ceil(count / 25));
      expect(toPicked(delivered(message))).toEqual({ ips: menu(count).options.map(({ value }) => value) });
      expect(buttonOf(message)).toMatchObject({ label: `Block ${count}…`, custom_id: `fill:${NEXT}` });
      expect(textOf(message)).not.toContain("do not fit");
    },
  );

  test("each is headed by which part of how many it is, and says so when it is empty", () => {
    const message = toMenus(form(menu(60)), NEXT);

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

  test("labels are shortened before an option is left out, and what they name stays whole", () => {
    const options = menu(115).options.map((option) => ({
      ...option,
      label: `${option.label} · ${"x".repeat(60)}`,
    }));
    const message = toMenus(form({ ...menu(0), options }), NEXT);

    refuse(message);
    expect(toPicked(delivered(message))["ips"]).toHaveLength(115);
    const labels = menusOf(message).flatMap(
      (one) => one["options"] as readonly { label: string; value: string }[],
    );
    for (const { label, value } of labels) expect(label.startsWith(value)).toBe(true);
  });

  test.each([
    ["1,000 options", menu(1000)],
    [
      "options in long script",
      { ...menu(0), options: menu(300).options.map((option) => ({ ...option, label: "住".repeat(100) })) },
    ],
    [
      "options with long values",
      {
        ...menu(0),
        options: menu(300).options.map((option) => ({ ...option, value: option.value.padEnd(100, "x") })),
      },
    ],
  ])("%s: what does not fit is counted, not dropped in silence", (_, field) => {
    const message = toMenus(form(field, LIFE), NEXT);

    refuse(message);
    const shown = toPicked(delivered(message))["ips"]?.length ?? 0;
    expect(shown).toBeGreaterThan(40);
    const left = (field.options.length - shown).toLocaleString("en-US");
    expect(textOf(message)).toContain(`${left} more do not fit into this form.`);
    expect(buttonOf(message)).toMatchObject({ label: `Block ${shown}…` });
  });

  test("a value that Discord would not take is left out: cut, it would name something else", () => {
    const options = [
      { value: "x".repeat(101), label: "long", isPicked: true },
      { value: "ok", label: "", isPicked: true },
      { value: "ok", label: "again", isPicked: true },
    ];
    const message = toMenus(form({ ...menu(0), options }), NEXT);
    refuse(message);
    expect(toPicked(delivered(message))).toEqual({ ips: ["ok"] });
    expect(textOf(message)).toContain("2 more do not fit");
  });

  test("two fields are two menus, and come back by their names", () => {
    const message = toMenus(form(menu(2), menu(3, false, "more:1")), NEXT);
    refuse(message);
    expect(toPicked(delivered(message))).toEqual({ ips: ["10.0.0.0", "10.0.0.1"], "more:1": [] });
    expect(buttonOf(message)).toMatchObject({ label: "Block 2…" });
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
      NEXT,
    );
    refuse(message);
    expect(textOf(message)).not.toMatch(/@everyone|<@/);
    expect(menusOf(message)[0]?.["options"]).toEqual([{ label: "*a* b", value: "a", default: true }]);
    expect(String(buttonOf(message)?.["label"])).toMatch(/^s+ 1…$/);
  });
});

describe("ticks", () => {
  const message = toMenus(form(menu(60), LIFE), NEXT);

  test("another choice of one menu leaves the others, and the button counts all", () => {
    const after = withPicked(delivered(message), "pick:ips:2", ["10.0.0.25", "10.0.0.30"]);
    if (after === null) throw new Error("no menu was found");

    refuse(after);
    const picked = toPicked(delivered(after))["ips"] ?? [];
    expect(picked).toHaveLength(37);
    expect(picked.slice(25, 27)).toEqual(["10.0.0.25", "10.0.0.30"]);
    expect(buttonOf(after)).toMatchObject({ label: "Block 37…", custom_id: `fill:${NEXT}` });
    expect(after).toMatchObject({ flags: 32_768, allowed_mentions: { parse: [] } });
    expect(textOf(after)).toBe(textOf(message));
  });

  test("menus can be emptied and filled again", () => {
    let now = delivered(message);
    for (const id of ["pick:ips:1", "pick:ips:2", "pick:ips:3"]) {
      const after = withPicked(now, id, []);
      if (after === null) throw new Error("no menu was found");
      refuse(after);
      now = delivered(after);
    }
    expect(toPicked(now)).toEqual({ ips: [] });
    expect(JSON.stringify(now)).toContain('"label":"Block none…"');

    const again = withPicked(now, "pick:ips:3", ["10.0.0.59"]);

    expect(again && buttonOf(again)).toMatchObject({ label: "Block 1…" });
    expect(again && toPicked(delivered(again))).toEqual({ ips: ["10.0.0.59"] });
  });

  test("what is no option of the menu is not ticked", () => {
    const after = withPicked(delivered(message), "pick:ips:1", ["10.0.0.1", "8.8.8.8"]);
    expect(after && toPicked(delivered(after))["ips"]).toHaveLength(36);
  });

  test.each([
    ["another message", [{ type: 10, content: "x" }], "pick:ips:1"],
    ["another menu", delivered(message), "pick:ips:9"],
    ["nothing", undefined, "pick:ips:1"],
    [
      "nonsense",
      [null, 1, { type: 17, components: "x" }, { type: 3, custom_id: "pick:ips:1" }],
      "pick:ips:1",
    ],
  ])("%s has no such menu", (_, components, id) => {
    expect(withPicked(components, id, [])).toBeNull();
  });

  test("a message without menus has nothing ticked", () => {
    expect(toPicked(undefined)).toEqual({});
    expect(toPicked([{ type: 17, components: [{ type: 10, content: "x" }] }])).toEqual({});
  });
});

describe("the window of a form", () => {
  test("asks for what is no menu of many, and gives it back by name", () => {
    const modal = toModal(form(menu(60), LIFE, REASON));

    refuseModal(modal);
    expect(modal).toMatchObject({ custom_id: "chosen:P-2M8X", title: "Choose what to block" });
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
    const modal = toModal(only);
    refuseModal(modal);
    expect(modal.components[0]).toEqual({ type: ComponentType.TextDisplay, content: "3 unsafe addresses" });
  });

  test("long words are cut, and it is never empty or too long", () => {
    const fields = Array.from({ length: 8 }, (_, n): Field => ({
      ...REASON,
      name: `f${n}`,
      label: "l".repeat(99),
    }));
    refuseModal(toModal({ ...form(...fields), title: "t".repeat(99) }));
    refuseModal(toModal(form({ ...menu(40), isMany: false })));
    refuseModal(toModal(form(menu(3))));
    refuseModal(toModal(form({ ...REASON, hint: "h".repeat(300) })));
    refuseModal(toModal(form({ ...REASON, hint: "" })));
  });
});
