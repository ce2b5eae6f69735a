/** One difference of two CloudFormation templates. `before` and `after` are undefined where there is nothing. */
export interface Difference {
  /** the logical id and what lies below it: `Resources.EtlFailed.Properties.Threshold` */
  path: string;
  before: unknown;
  after: unknown;
  /** only people read it: AlarmDescription, Description, Comment, the texts of a dashboard */
  isDescription: boolean;
}

type Node = Record<string, unknown> | readonly unknown[];

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** State machines and dashboards are JSON inside a text: they are compared by what the text says. */
const opened = (value: unknown): unknown => {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** Every packaging uploads to a folder that is named after its time. */
const uploadTime = /(^|\/)\d{13}-\d{4}-\d{2}-\d{2}T[\d:.]+Z(?=\/)/;

/** What differs between any two packagings of the same sources. */
const isOfPackaging = (path: string, before: unknown, after: unknown): boolean => {
  if (path.endsWith('.CodeSha256')) return true;
  if (typeof before !== 'string' || typeof after !== 'string') return false;
  return before.replace(uploadTime, '$1TIME') === after.replace(uploadTime, '$1TIME');
};

/** Titles, labels and headings of a dashboard are for people, too. */
const isDescription = (path: string): boolean =>
  /\.(AlarmDescription|Description|Comment)$/.test(`.${path}`) ||
  /\.DashboardBody\..*\.(title|label|markdown)$/.test(path);

const entriesOf = (node: Node): [string, unknown][] => Object.entries(node);

const differencesAt = (path: string, givenBefore: unknown, givenAfter: unknown): Difference[] => {
  const before = opened(givenBefore);
  const after = opened(givenAfter);
  if (isNode(before) && isNode(after) && Array.isArray(before) === Array.isArray(after)) {
    const [old, fresh] = [new Map(entriesOf(before)), new Map(entriesOf(after))];
    return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) =>
      differencesAt(path === '' ? key : `${path}.${key}`, old.get(key), fresh.get(key)),
    );
  }
  if (before === after || isOfPackaging(path, before, after)) return [];
  return [{ path, before, after, isDescription: isDescription(path) }];
};

/** Every difference of two templates, in the order of the template before. Lists are compared place by place. */
export const templateDifferences = (before: unknown, after: unknown): Difference[] =>
  differencesAt('', before, after);

const MAX_SHOWN = 200;

const shownValue = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
};

export const lineOf = ({ path, before, after, isDescription }: Difference): string =>
  `${isDescription ? 'description' : 'DIFFERENT'}  ${path}\n  before: ${shownValue(before)}\n  after:  ${shownValue(after)}`;
