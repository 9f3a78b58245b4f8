import type { ActionIncoming, Conversation } from "../chat.ts";
import { readChoice } from "../lists/choice.ts";
import { dismiss, undo } from "./approval.ts";
import type { ChatTools } from "./chat-tools.ts";
import { GONE, whisper, type Click } from "./click.ts";
import { extendAll, extendChosen, extendChosenSurely, letGoAll, openExtension } from "./digest-clicks.ts";
import { block, decide, openChoice } from "./proposal-clicks.ts";
import { cancelByClick, startScan } from "./scan-clicks.ts";

/** Does what a button says. What it may not do, or cannot, is told to the one who pressed. */
export async function click(
  tools: ChatTools,
  conversation: Conversation,
  incoming: ActionIncoming,
): Promise<void> {
  const [verb = "", subject = ""] = incoming.action.split(":");
  const pressed: Click = { tools, conversation, incoming, subject };
  switch (verb) {
    case "start":
    case "cached":
      return startScan(pressed, verb === "cached");
    case "cancel":
      return cancelByClick(pressed);
    case "block":
    case "sure":
      return block(pressed, incoming.values, { isSure: verb === "sure", again: "sure" });
    case "choose":
      return openChoice(pressed);
    case "chosen":
      return block(pressed, { ips: [], ...incoming.values }, { isSure: false, again: "sure-chosen" });
    case "sure-chosen": {
      const chosen = await readChoice(tools, subject, incoming.user.id);
      return chosen === null
        ? whisper(conversation, GONE)
        : block(pressed, chosen, { isSure: true, again: verb });
    }
    case "dismiss":
      return decide(pressed, verb, async (options) => dismiss(tools, subject, options));
    case "undo":
    case "sure-undo": {
      const isSure = verb === "sure-undo";
      return decide(pressed, "sure-undo", async (options) => undo(tools, subject, { ...options, isSure }));
    }
    case "extend":
    case "sure-extend":
      return extendAll(pressed, verb === "sure-extend");
    case "choose-ends":
      return openExtension(pressed);
    case "extend-chosen":
      return extendChosen(pressed);
    case "sure-extend-chosen":
      return extendChosenSurely(pressed);
    case "let-go":
      return letGoAll(pressed);
    default:
      return whisper(conversation, GONE);
  }
}
