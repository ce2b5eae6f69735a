/** SQL as text: which of its characters are code, and which names with a colon stand in it. */

/**
 * What may hold a colon of SQL's own: text, quoted names, comments, `json_object('key':v)`. Then a name of ours.
 */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w:'")\]]):(?<name>[A-Za-z_]\w*)/g;

const nameIn = (groups: readonly unknown[]): string | undefined => (groups.at(-1) as { name?: string }).name; // by the specification of replace: the groups come last

const isComment = (token: string): boolean => token.startsWith('--') || token.startsWith('/*');

/** The SQL with each `:name` replaced by what `put` gives for it. Texts, quoted names and comments stay as they are. */
export const replaceNames = (sql: string, put: (name: string) => string): string =>
  sql.replace(TOKEN, (token, ...groups) => {
    const name = nameIn(groups);
    return name === undefined ? token : put(name);
  });

/** Each `:name` of the SQL, and where it begins. */
export const namesIn = (sql: string): { name: string; offset: number }[] =>
  [...sql.matchAll(TOKEN)].flatMap(({ groups, index }) =>
    groups?.name === undefined ? [] : [{ name: groups.name, offset: index }],
  );

/** The comments of the SQL, without their dashes or stars, and the places they begin and end at. */
export const commentsIn = (sql: string): { text: string; start: number; end: number }[] =>
  [...sql.matchAll(TOKEN)].flatMap(({ 0: token, index }) =>
    isComment(token)
      ? [
          {
            text: token.replaceAll(/^(?:--|\/\*)\s?|\*\/$/g, '').trim(),
            start: index,
            end: index + token.length,
          },
        ]
      : [],
  );

/**
 * The SQL without its comments. Each line stays on its line, so that the line that an error names is found in the file.
 */
export const withoutComments = (sql: string): string =>
  sql
    .replace(TOKEN, (token) => (isComment(token) ? token.replaceAll(/[^\n]/g, '') : token))
    .replaceAll(/[ \t]+$/gm, '');
