import { type parseQuery, sourceText, T } from 'headrace-trino';
import { commentsIn } from '../../src/sqlText.ts';

/** What the comments of a query's file say: of the query, and of each column. */

type Query = ReturnType<typeof parseQuery>;
type Item = InstanceType<typeof T.SelectItemContext>;
type Comment = ReturnType<typeof commentsIn>[number];

const DECLARED = /^columns:\s*/;

/** The comments before the first word of the query. */
const onTop = (text: string): Comment[] => {
  let end = 0;
  return commentsIn(text).filter((comment) => {
    if (text.slice(end, comment.start).trim() !== '') return false;
    end = comment.end;
    return true;
  });
};

/** The comment on top of a file, in one line; empty when there is none. */
export const descriptionOf = (text: string): string =>
  onTop(text)
    .map((comment) => comment.text)
    .filter((line) => !DECLARED.test(line))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** `-- columns: a bigint, b varchar`, for SQL whose types cannot be found out; undefined without such a line. */
export const declaredColumns = (text: string): { list: string; offset: number } | undefined => {
  const found = onTop(text).find((comment) => DECLARED.test(comment.text));
  return found && { list: found.text.replace(DECLARED, ''), offset: found.start };
};

/** What a table's comment has room for: the first sentence, without its full stop. */
export const firstSentence = (description: string): string =>
  (/^(.+?)\.(?=\s+[A-Z`:]|\s*$)/s.exec(description)?.[1] ?? description).trim();

/** The items of the SELECT that gives a query its columns: of a UNION the first. */
export const itemsOf = (query: Query): Item[] => {
  if (!(query instanceof T.QueryStatementContext)) return [];
  let term = query.queryNoWith().queryTerm();
  while (term instanceof T.SetOperationContext) {
    const first = term.queryTerm(0);
    if (first === null) return [];
    term = first;
  }
  if (!(term instanceof T.QueryTermDefaultContext)) return [];
  const primary = term.queryPrimary();
  return primary instanceof T.QueryPrimaryDefaultContext
    ? primary.querySpecification().selectList().selectItem()
    : [];
};

/** On the item's own line, behind it; else in the lines before it that hold nothing but comments. */
const beside = (text: string, comments: readonly Comment[], start: number, end: number): string => {
  const behind = comments.find(
    (comment) => comment.start >= end && /^[ \t]*,?[ \t]*$/.test(text.slice(end, comment.start)),
  );
  if (behind) return behind.text;
  const before: string[] = [];
  let next = start;
  for (const comment of comments.filter((one) => one.end <= start).reverse()) {
    const ownLine = text.slice(text.lastIndexOf('\n', comment.start) + 1, comment.start).trim() === '';
    if (!ownLine || text.slice(comment.end, next).trim() !== '') break;
    before.unshift(comment.text);
    next = comment.start;
  }
  return before.join(' ');
};

/**
 * The comment beside each item of SELECT; empty where there is none. `text` is the file as it was written, which the
 * query was parsed from with each comment blanked.
 */
export const itemComments = (text: string, query: Query): string[] => {
  const comments = commentsIn(text);
  return itemsOf(query).map((item) => {
    const start = item.start?.start ?? 0;
    return beside(text, comments, start, start + sourceText(item).length).replaceAll(/\s+/g, ' ');
  });
};
