/** A channel as a test asks for it. */
export interface ChannelOptions {
  readonly name: string;
  /** The bot may not post in it. */
  readonly isClosed?: boolean;
}

/** A file as a person attaches it. */
export interface Attached {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** What the platform says of it, where that is not so. */
  readonly described?: { readonly name?: string; readonly size?: number };
}

/** A message as a person sees it now, on whatever platform. */
export interface SeenMessage {
  /** Of the message within its place. */
  readonly id: string;
  /** The id of the channel or thread in which it stands, or of the direct messages. */
  readonly place: string;
  /** The id of the message that heads the thread in which it stands; null outside of threads, and for the head. */
  readonly under: string | null;
  /** Everything that is read, top to bottom, without mark-up. */
  readonly text: string;
  /** The labels, in the order in which they stand. */
  readonly buttons: readonly string[];
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
  /** Who is shown in it as a person or as a group, by name. */
  readonly names: readonly string[];
  /** First what was posted, then each edit; the last is what stands there. */
  readonly versions: readonly { readonly atMs: number; readonly text: string }[];
}

/** What came of something that a person did. */
export interface Done {
  /** Whether the bot acknowledged it in time. */
  readonly isTaken: boolean;
  /** The platform delivers the same once more; whether that was acknowledged, where the platform wants it to be. */
  again(): Promise<boolean>;
}

/** What came of something that a person wrote. */
interface Said extends Done {
  readonly message: SeenMessage;
}

/** How a message is written. */
export interface SayOptions {
  readonly files?: readonly Attached[];
  /** The message at the head of the thread in which it is written. */
  readonly thread?: SeenMessage;
}

/** What a person picks and writes under **Choose…**; what is left out stays as it was offered. */
export interface Picked {
  /** Those that stay ticked. */
  readonly ips?: readonly string[];
  readonly days?: string;
  readonly reason?: string;
}

/** **Choose…** as one person sees it. */
export interface Choice {
  /** Everything that is read in it. */
  readonly text: string;
  send(picked: Picked): Promise<void>;
}

/** What the bot does on a platform, and what can go wrong with it. */
export type Deed = "post" | "edit" | "upload";

/** What goes wrong with one deed. With `takesEffect` it is done all the same; only the bot does not hear of it. */
export type Fault = (
  | { readonly answer: "rate limited"; readonly seconds: number }
  /** 503 unless said. */
  | { readonly answer: "server error"; readonly status?: number; readonly takesEffect?: boolean }
  | { readonly answer: "cut"; readonly takesEffect?: boolean }
  | { readonly answer: "late"; readonly delayMs: number }
) & {
  /** Only deeds with a text of which it holds; others pass. */
  readonly when?: (text: string) => boolean;
};

/** What the bot gave the platform to show: for what must hold everywhere in it. */
export interface Shown {
  readonly links: readonly { readonly url: string; readonly text: string }[];
  /** All that is read, code too, without the addresses of links. */
  readonly text: string;
  /** The same without code. */
  readonly prose: string;
}

/** One way in which the bot loses a connection. */
interface Cut {
  readonly how: string;
  cut(): void;
}

/** How the bot is started for a platform. */
export interface Settings {
  /** Settings of the bot, for one start of it. */
  env(): Promise<Readonly<Record<string, string>>>;
  /** Settings that the platform refuses, each with the variable that the bot must name. */
  readonly refused: readonly {
    readonly env: Readonly<Record<string, string>>;
    readonly variable: string;
  }[];
}

/** Who and what there is, by the ids that settings and records have for it. */
export interface World {
  /** Everybody, by name. */
  readonly people: readonly string[];
  /** Where messages stand, threads apart. */
  places(): readonly string[];
  /** A person as APPROVERS and the records name them. */
  idOf(person: string): string;
  /** The group of bob and carol, as APPROVERS names it. */
  readonly group: string;
  /** A channel as WATCH_CHANNELS names it. */
  watched(channel: string): string;
  /** The bot that `alert` writes as, as WATCH_BOTS names it. */
  readonly watchedBot: string;
  /** The direct messages of the bot and a person. */
  dm(person: string): string;
  /** The beginning of the ids of all conversations in a channel. */
  conversationsIn(channel: string): string;
  /** The id of the conversation in the thread under a message that this person began. */
  conversationUnder(message: SeenMessage, person: string): string;
  /** Lets the bot into the channel that it may not post in. */
  letIn(channel: string): void;
}

/** What people write. */
export interface Writing {
  message(by: string, place: string, text: string, options?: SayOptions): Promise<Said>;
  /** A message that mentions the bot. */
  mention(by: string, place: string, text: string, options?: SayOptions): Promise<Said>;
  direct(by: string, text: string, options?: SayOptions): Promise<Said>;
  edit(by: string, message: SeenMessage, text: string): Promise<void>;
  /** The same text in each way that is no person's: of other bots, of webhooks, of the platform itself. */
  strangers(place: string, text: string): Promise<readonly SeenMessage[]>;
  /** An alert of the bot of WATCH_BOTS, with indicators wherever such an alert has them: one each. */
  alert(place: string, indicators: readonly [string, string, string, string]): Promise<SeenMessage>;
}

/** What people do with commands, buttons and forms. */
export interface Pressing {
  /** Whether these words can be sent as a command: a platform may ask for what is left out. */
  canCommand(words: string): boolean;
  /** `/vtip words`. */
  command(by: string, place: string, words: string): Promise<Done>;
  /** **Check with vtip**. */
  shortcut(by: string, message: SeenMessage): Promise<Done>;
  /** Presses the button as it is now, by the beginning of its label; rejects where it is not. */
  click(by: string, message: SeenMessage, label: string): Promise<Done>;
  /** Presses **Choose…** and waits for what it shows. */
  choose(by: string, card: SeenMessage): Promise<Choice>;
  /** How often this person was shown a choice. */
  choices(person: string): number;
  /** Whether this person has one open. */
  isChoosing(person: string): boolean;
  /** Opens the bot's own page, where the platform has one, and waits for what it shows. */
  openStartPage?(by: string): Promise<void>;
}

/** What is seen. */
export interface Seeing {
  /** What stands in a channel or in direct messages now, without what hangs under messages and what is for one alone. */
  messages(place: string): readonly SeenMessage[];
  /** What hangs under a message; of a message that itself hangs, all that hangs beside it, itself too. */
  under(message: SeenMessage): readonly SeenMessage[];
  /** What this person was told alone: what nobody else sees, or where the platform has no such thing, plain replies to them. */
  alone(person: string): readonly SeenMessage[];
  /** The address, or a part of it, by which a message is linked to. */
  linkTo(message: SeenMessage): string;
  shown(): Shown;
  /** What of the bot called many people to it. */
  pings(): readonly SeenMessage[];
  /** Throws where anything from outside became a mention, a link or mark-up. */
  expectHarmless(): void;
}

/** What goes wrong. */
export interface Troubles {
  fail(deed: Deed, ...faults: readonly Fault[]): void;
  /** Each try of the bot, and whether the platform took it; null while it is under way. */
  tries(deed: Deed): readonly { readonly atMs: number; readonly isTaken: boolean | null }[];
  /** How often the bot fetched a file. */
  fetches(): number;
  /** The next try of the bot to connect fails. */
  failConnecting(): void;
  readonly cuts: readonly Cut[];
  /** Whether the bot hears what is said. */
  isHeard(): boolean;
  /** Whether the bot has all connections that it keeps. */
  isWhole(): boolean;
}

/**
 * A chat platform as the scenarios see it: what persons do there, what they see, and what the platform does to the
 * bot. Persons (alice, bob, carol, dave; bob and carol are the group `analysts`) and channels (triage, incidents,
 * outside without the bot) go by name, direct messages and threads by their id.
 */
export interface Platform extends Settings, World, Writing, Pressing, Seeing, Troubles {
  /** As ids of persons and conversations begin. */
  readonly name: "slack" | "discord";
  /** How the platform has the bot say what is not the same everywhere. */
  readonly words: {
    readonly help: RegExp;
    /** In the note of a channel where the bot may not post. */
    readonly invite: string;
  };
  /** Waits until `look` gives something. */
  until<T>(
    look: () => T,
    what: string,
    withinMs?: number,
  ): Promise<Exclude<T, undefined | null | false | 0 | "">>;
  stop(): Promise<void>;
}
