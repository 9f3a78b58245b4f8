import { describe, expect, test } from "vitest";

import { toFormAnswer } from "../../adapters/slack/form-answer.ts";
import { toView } from "../../adapters/slack/form.ts";
import type { Field, Form } from "../../src/card.ts";
import { viewRefusal } from "../standins/slack/content.ts";
import { stateOf } from "../standins/slack/form.ts";

const CONVERSATION = "slack:C1:1700000000.000100:U1";

function form(...fields: readonly Field[]): Form {
  return {
    title: "Choose what to block",
    submit: "Block",
    action: "chosen:P1",
    intro: ["3 unsafe addresses"],
    fields,
  };
}

function menu(count: number, isPicked = true): Field {
  const options = Array.from({ length: count }, (_, n) => {
    const ip = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    return { value: ip, label: `${ip} · 8/94 · Example LLC`, isPicked };
  });
  return { kind: "menu", name: "ips", label: "Addresses to block", isMany: true, options };
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

/** What Slack would send when the form is submitted with these entries. */
function submitted(
  view: ReturnType<typeof toView>,
  entries: Readonly<Record<string, string | readonly string[] | null>>,
) {
  const { callback_id = "", private_metadata = "" } = view;
  const { values } = stateOf(view.blocks as never, entries);
  return toFormAnswer({ id: "V1", callback_id, private_metadata, state: { values } });
}

describe("a form as a modal", () => {
  test("has a menu to tick, one to choose from, and a line", () => {
    expect(toView(form(menu(2), LIFE, REASON), CONVERSATION)).toMatchSnapshot();
  });

  test("what was picked before and not touched comes back, and an empty line is nothing", () => {
    const view = toView(form(menu(2), LIFE, REASON), CONVERSATION);
    expect(submitted(view, {})).toEqual({
      action: "chosen:P1",
      conversation: CONVERSATION,
      values: { ips: ["10.0.0.0", "10.0.0.1"], days: ["0"], reason: [] },
    });
  });

  test("a menu can be emptied", () => {
    const view = toView(form(menu(2), LIFE, REASON), CONVERSATION);
    expect(submitted(view, { ips: [], days: "7", reason: "seen" })?.values).toEqual({
      ips: [],
      days: ["7"],
      reason: ["seen"],
    });
  });

  test.each([1, 100, 101, 250, 1000])("%i options are all there and come back as one field", (count) => {
    const view = toView(form(menu(count), LIFE, REASON), CONVERSATION);
    expect(viewRefusal({ view })).toBeNull();
    expect(submitted(view, {})?.values["ips"]).toHaveLength(count);
    expect(JSON.stringify(view)).not.toContain("do not fit");
  });

  test("what does not fit is counted, not dropped in silence", () => {
    const view = toView(form(menu(1200), LIFE, REASON), CONVERSATION);
    expect(viewRefusal({ view })).toBeNull();
    expect(submitted(view, {})?.values["ips"]).toHaveLength(1000);
    expect(JSON.stringify(view)).toContain("200 more do not fit into this form.");
  });

  test("options in long script stay below the size of a view", () => {
    const options = Array.from({ length: 1000 }, (_, n) => ({
      value: `v${n}`,
      label: "住".repeat(100),
      isPicked: true,
    }));
    const view = toView(
      form({ kind: "menu", name: "ips", label: "x", isMany: true, options }, LIFE),
      CONVERSATION,
    );
    expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000);
    expect(viewRefusal({ view })).toBeNull();
    expect(JSON.stringify(view)).toContain("more do not fit into this form.");
  });

  test("a value that Slack would not take is left out: cut, it would name something else", () => {
    const options = [
      { value: "x".repeat(76), label: "long", isPicked: true },
      { value: "ok", label: "ok", isPicked: true },
    ];
    const view = toView(form({ kind: "menu", name: "ips", label: "x", isMany: true, options }), CONVERSATION);
    expect(submitted(view, {})?.values["ips"]).toEqual(["ok"]);
    expect(JSON.stringify(view)).toContain("1 more do not fit");
  });

  test("a menu without options is left out, and long words are cut", () => {
    const view = toView(
      { ...form(menu(0), REASON), title: "x".repeat(60), submit: "y".repeat(60) },
      CONVERSATION,
    );
    expect(viewRefusal({ view })).toBeNull();
    expect(view.title.text).toHaveLength(24);
    expect(view.blocks.map(({ type }) => type)).toEqual(["section", "input"]);
  });
});
