import type { ViewOutput } from "@slack/bolt";

import type { AckBody } from "./ack.ts";
import type { Person } from "./world.ts";

/** A modal that was opened for somebody, as it is now. */
export interface SeenView {
  readonly id: string;
  /** User id. */
  readonly user: string;
  readonly view: ViewOutput;
  readonly isOpen: boolean;
  /** What the bot found wrong with the last submission, by block. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Modals and App Homes, by person. */
export interface Views {
  opened(person: Person, view: ViewOutput): void;
  updated(view: ViewOutput): void;
  /** Puts an App Home in the place of the person's last one. */
  published(user: string, view: ViewOutput): void;
  /** What an acknowledged submission does to the view, new content apart. */
  answered(id: string, body: AckBody | null): void;
  close(id: string): void;
  find(id: string): SeenView | undefined;
  of(user: string): readonly SeenView[];
  home(user: string): SeenView | undefined;
}

export function createViews(changed: () => void): Views {
  const modals = new Map<string, SeenView>();
  const homes = new Map<string, SeenView>();

  function change(id: string, change: Partial<SeenView>): void {
    const view = modals.get(id);
    if (view === undefined) return;
    modals.set(id, { ...view, ...change });
    changed();
  }

  return {
    opened(person, view) {
      modals.set(view.id, { id: view.id, user: person.id, view, isOpen: true, errors: {} });
      changed();
    },
    updated: (view) => change(view.id, { view, errors: {} }),
    published(user, view) {
      homes.set(user, { id: view.id, user, view, isOpen: true, errors: {} });
      changed();
    },
    answered(id, body) {
      switch (body?.response_action) {
        case "errors":
          return change(id, { errors: body.errors ?? {} });
        case "clear":
          for (const view of modals.values())
            if (view.user === modals.get(id)?.user) change(view.id, { isOpen: false });
          return;
        case "update":
        case "push":
          return;
        case undefined:
          return change(id, { isOpen: false });
      }
    },
    close: (id) => change(id, { isOpen: false }),
    find: (id) => modals.get(id) ?? [...homes.values()].find((home) => home.id === id),
    of: (user) => [...modals.values()].filter((view) => view.user === user),
    home: (user) => homes.get(user),
  };
}
