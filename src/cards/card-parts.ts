import type { Status } from "../model.ts";

/** A piece of text. What is not mark-up of the program's own is outside text, and every adapter escapes it. */
export type Span =
  | string
  | { readonly bold: string }
  /** In a fixed-width face, so that no program makes a link of it. */
  | { readonly code: string }
  /** To VirusTotal, or to a message of this platform; nothing else. */
  | { readonly link: string; readonly text: string }
  /** A person by `User.id`; the platform shows the name. */
  | { readonly user: string };

export type Text = readonly Span[];

/** What a mark in front of a row or title says at a glance. */
export type Tone = Status | "info" | "waiting" | "blocked" | "protected" | "problem";

/** One row of a table; `head` holds indicator, score, owner and AS number in one piece. */
export interface CardRow {
  readonly tone: Tone;
  readonly head: Text;
  /** Smaller, under it. */
  readonly details: Text;
}

export interface Button {
  /** Begins with the word that people know it by. At most 75 characters. */
  readonly label: string;
  /** At most 100 characters. */
  readonly action: string;
  readonly style: "primary" | "danger" | "plain";
}

/** The parts of a card, in the order in which they are read. */
export type CardBlock =
  | { readonly kind: "title"; readonly tone: Tone; readonly text: string }
  | { readonly kind: "text"; readonly text: Text }
  | { readonly kind: "rows"; readonly rows: readonly CardRow[] }
  /** Small print. */
  | { readonly kind: "note"; readonly text: Text }
  | { readonly kind: "buttons"; readonly buttons: readonly Button[] };

/** A message without a platform. */
export interface Card {
  /** What a notification shows: one line of plain text. */
  readonly fallback: string;
  readonly blocks: readonly CardBlock[];
}

/** One field of a form. */
export type Field =
  | {
      readonly kind: "menu";
      readonly name: string;
      readonly label: string;
      /** Whether any number may be picked, none too; otherwise exactly one. */
      readonly isMany: boolean;
      readonly options: readonly {
        readonly value: string;
        readonly label: string;
        readonly isPicked: boolean;
      }[];
    }
  | { readonly kind: "line"; readonly name: string; readonly label: string; readonly hint: string };

/** What a person fills in. */
export interface Form {
  /** At most 24 characters. */
  readonly title: string;
  readonly submit: string;
  /** Of the action that sends it. */
  readonly action: string;
  readonly intro: Text;
  readonly fields: readonly Field[];
}
