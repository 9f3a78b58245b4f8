/** exceljs's streaming writer alone: the whole library takes three times as long to load. */
declare module "exceljs/lib/stream/xlsx/workbook-writer.js" {
  import type { stream } from "exceljs";

  const WorkbookWriter: typeof stream.xlsx.WorkbookWriter;
  // oxlint-disable-next-line import/no-default-export
  export default WorkbookWriter;
}
