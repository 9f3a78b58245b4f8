import type { Node } from "./components.ts";
import type { Place } from "./world.ts";

/** A modal that was opened for a person. */
export interface SeenModal {
  /** That of the interaction that it answers. */
  readonly id: string;
  readonly user: string;
  readonly title: string;
  readonly customId: string;
  readonly components: readonly Node[];
  readonly place: Place;
  /** The id of the message whose button or menu opened it. */
  readonly message: string | null;
  readonly isOpen: boolean;
}

/** Every modal, with one at most open for each person. */
export interface Modals {
  open(modal: Omit<SeenModal, "isOpen">): void;
  close(id: string): void;
  of(user: string): readonly SeenModal[];
  find(id: string): SeenModal | undefined;
}

export function createModals(changed: () => void): Modals {
  const all = new Map<string, SeenModal>();
  const close = (modal: SeenModal) => void all.set(modal.id, { ...modal, isOpen: false });
  return {
    open(modal) {
      for (const one of all.values()) if (one.user === modal.user) close(one);
      all.set(modal.id, { ...modal, isOpen: true });
      changed();
    },
    close(id) {
      const modal = all.get(id);
      if (modal !== undefined) close(modal);
      changed();
    },
    of: (user) => [...all.values()].filter((modal) => modal.user === user),
    find: (id) => all.get(id),
  };
}
