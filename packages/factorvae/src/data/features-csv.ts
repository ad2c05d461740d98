import type { BlockColumns } from "./feature-block.js";
import type { EncodedBlock, FeatureColumns, FeatureFile } from "./feature-file.js";

/** A text as a cell: in quotes where it holds what else would end it. */
const cellOf = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of a CSV file, see `writtenFeatures`. A missing value is an empty cell; numbers read back to the same bits. */
export const csvFile = ({ names }: FeatureColumns): FeatureFile => ({
  head: () => bytesOf(`date,symbol,${names.map(cellOf).join(",")}\n`),
  block: ({ bytes }) => bytes,
  foot: () => bytesOf(""),
});

/** Makes what writes the lines of blocks. */
export const csvBlocks =
  ({ names, dates }: FeatureColumns) =>
  ({ symbols, symbolOf, dateOf, values }: BlockColumns): EncodedBlock => {
    const rows = dateOf.length;
    const quoted = symbols.map(cellOf);
    let text = "";
    for (let row = 0; row < rows; row++) {
      text += `${dates[dateOf[row]]},${quoted[symbolOf[row]]}`;
      for (let c = 0, at = row; c < names.length; c++, at += rows)
        text += Number.isNaN(values[at]) ? "," : `,${values[at]}`;
      text += "\n";
    }
    return { bytes: bytesOf(text) };
  };
