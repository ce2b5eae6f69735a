/**
 * A generated part of a page stands between two comments, so that everything around it can be written by hand:
 *
 *     <!-- generated: name -->
 *     …
 *     <!-- end -->
 */
const END = '<!-- end -->';

const boundsOf = (page: string, name: string): { from: number; to: number } => {
  const start = `<!-- generated: ${name} -->`;
  const at = page.indexOf(start);
  const from = at + start.length;
  const to = page.indexOf(END, from);
  if (at === -1 || to === -1) throw new Error(`The page needs the lines "${start}" and "${END}".`);
  return { from, to };
};

/** The page with another text in the section. */
export const replaceSection = (page: string, name: string, text: string): string => {
  const { from, to } = boundsOf(page, name);
  return `${page.slice(0, from)}\n\n${text.trim()}\n\n${page.slice(to)}`;
};

/** What the section of the page holds. */
export const sectionOf = (page: string, name: string): string => {
  const { from, to } = boundsOf(page, name);
  return page.slice(from, to).trim();
};
