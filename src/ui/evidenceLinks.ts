import type { Place } from '../act/investigation.ts';

/** How the plain form of a text begins the line of a quote. */
const mark = '      | ';

/** Where quotes stand in a document: line and column of their first letter, counted from 0. */
export const quoteLines = (text: string): readonly { readonly line: number; readonly from: number }[] =>
  text.split('\n').flatMap((content, line) => (content.startsWith(mark) ? [{ line, from: mark.length }] : []));

/** A link to a line of a log. It holds an id of our inventory and a number; the command checks both again. */
export const linkOf = ({ service, at }: Place): string =>
  `command:dozor.openLogLine?${encodeURIComponent(JSON.stringify([service, Number(at)]))}`;
