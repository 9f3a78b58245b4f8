import type { Piece } from "../model.ts";
import type { Cell } from "./cell.ts";
import { textCell } from "./cell.ts";
import { linkOfPiece } from "./link.ts";
import { LINK_STYLE } from "./palette.ts";

/** Excel repairs a sheet (and takes links away) that has more than 65,530 of them. */
const MAX_LINKS = 65_000;

/** The longest address that Excel follows. */
const MAX_LINK_LENGTH = 2_079;

/** Makes the cells of one sheet's Link column. */
export interface LinkCells {
  cellOf(piece: Piece): Cell;
}

/** Links to VirusTotal's page, as many as a sheet may have; then the address as text. */
export function createLinkCells(): LinkCells {
  let links = 0;
  return {
    cellOf(piece) {
      const link = linkOfPiece(piece);
      if (link === null) return null;
      if (links >= MAX_LINKS || link.length > MAX_LINK_LENGTH) return textCell(link);
      links += 1;
      return { type: "link", address: link, style: LINK_STYLE };
    },
  };
}
