import { parseStatement, type TableDefinition, TrinoError, tableNames } from 'headrace-trino';
import { projectFolder } from '../folder.ts';
import { pascal } from '../queries/pascal.ts';
import { type QueryKind, type QueryText, queryKinds, queryTexts } from '../queries/read.ts';
import { type Analysis, analyse, Broken, Faulty, type Lookup } from './analyse.ts';
import { bindFaults } from './bind.ts';
import { type TypedColumn, typedColumn } from './columnTypes.ts';
import { firstSentence } from './comments.ts';
import { DATABASE, ownTables } from './database.ts';
import { type Fault, QueryFaults } from './faults.ts';
import { limitFaults } from './limits.ts';
import { descriptionFaults, macroFaults, nameFaults, rulesOf } from './rules.ts';

/** A query of queries/ with all that follows from its SQL. */
export interface CompiledQuery extends Analysis {
  /** what a table's comment has room for */
  comment: string;
  typed: readonly TypedColumn[];
  /** the stored tables it reads, also by way of views: events, raw_lines, quarantine_lines, marts */
  reads: readonly string[];
}

export type Compiled = Readonly<Record<QueryKind, readonly CompiledQuery[]>>;

/** Analyses a file as soon as somebody asks for it: a view before the queries that read it. */
class Project {
  readonly faults: Fault[] = [];
  readonly #texts: ReadonlyMap<string, { kind: QueryKind; text: QueryText }>;
  readonly #own = ownTables();
  readonly #done = new Map<string, Analysis | undefined>();
  readonly #doing: string[] = [];

  constructor(texts: Readonly<Record<QueryKind, readonly QueryText[]>>) {
    const files = queryKinds.flatMap((kind) => texts[kind].map((text) => ({ kind, text })));
    this.#texts = new Map(files.map((one) => [one.text.file, one]));
    this.#refuseNames(files);
  }

  /** Undefined for a file that has faults: they are noted. */
  analysisOf(file: string): Analysis | undefined {
    if (!this.#done.has(file)) this.#done.set(file, this.#analysed(file));
    return this.#done.get(file);
  }

  get files(): string[] {
    return [...this.#texts.keys()];
  }

  /** The file that makes a table of this name. */
  fileOf(name: string): string | undefined {
    if (this.#own.has(name)) return undefined;
    return ['views', 'marts']
      .map((kind) => `queries/${kind}/${name}.sql`)
      .find((file) => this.#texts.has(file));
  }

  #refuseNames(files: readonly { kind: QueryKind; text: QueryText }[]): void {
    const tables = new Map([...this.#own.keys()].map((name) => [name, `the table or view ${name}`]));
    const queries = new Map<string, string>();
    for (const { kind, text } of files) {
      this.faults.push(...nameFaults(text, kind));
      // Athena does not tell tables apart by case, and their resources in the template are named without underscores.
      const named = kind === 'marts' || kind === 'views' ? tables : queries;
      if (kind === 'examples') continue;
      const other =
        named.get(text.name) ?? [...named].find(([name]) => pascal(name) === pascal(text.name))?.[1];
      if (other === undefined) named.set(text.name, text.file);
      else
        this.faults.push({
          ...start(text.file),
          what: `Its name is also that of ${other}`,
          how: 'Rename the file',
        });
    }
  }

  #analysed(file: string): Analysis | undefined {
    const { kind, text } = this.#texts.get(file) ?? raise(`${file} is not there`);
    this.#doing.push(file);
    const macros = macroFaults(text, kind);
    const wrong = [...descriptionFaults(text), ...macros];
    try {
      const found = analyse(text, kind, this.lookup(file));
      const views = this.#viewsBelow(found);
      const marts = new Set(this.#namesOf('marts'));
      wrong.push(...rulesOf[kind](found, { marts, views }));
      return wrong.length === 0 ? found : undefined;
    } catch (error) {
      if (!(error instanceof Faulty || error instanceof Broken)) throw error;
      // What is not a macro is no SQL either: that has been said.
      if (error instanceof Faulty && macros.length === 0) wrong.push(error.fault);
      return undefined;
    } finally {
      this.#doing.pop();
      this.faults.push(...wrong);
    }
  }

  #namesOf(kind: QueryKind): string[] {
    return [...this.#texts.values()].flatMap((one) =>
      one.kind === kind && !this.#own.has(one.text.name) ? [one.text.name] : [],
    );
  }

  lookup(reader: string): Lookup {
    return (name, at) => {
      const own = this.#own.get(name);
      if (own) return own;
      const file = this.fileOf(name);
      if (file === undefined) throw new TrinoError('TABLE_NOT_FOUND', `Table '${name}' does not exist`, at);
      if (this.#doing.includes(file)) {
        const circle = [...this.#doing.slice(this.#doing.indexOf(file)), file].join(' reads ');
        throw new Faulty({
          file: reader,
          ...at,
          what: `Views read each other in a circle: ${circle}`,
          how: 'Take one of them out of it',
        });
      }
      const found = this.analysisOf(file);
      if (found === undefined) throw new Broken();
      return definitionOf(found);
    };
  }

  #viewsBelow({ query }: Analysis, seen = new Set<string>()): Analysis[] {
    return tableNames(query).flatMap((parts) => {
      const file = this.fileOf(parts.at(-1)?.toLowerCase() ?? '');
      if (file === undefined || seen.has(file)) return [];
      const found = seen.add(file) && this.analysisOf(file);
      return found?.kind === 'views' ? [found, ...this.#viewsBelow(found, seen)] : [];
    });
  }

  /** By name, since what is declared by hand was not resolved. */
  readsOf({ scans, declared, query }: Analysis): string[] {
    if (!declared) return [...new Set(scans.map(({ table }) => table.name))].sort();
    const names = tableNames(query).flatMap((parts): string[] => {
      const name = parts.at(-1)?.toLowerCase() ?? '';
      const view = this.fileOf(name)?.startsWith('queries/views/')
        ? this.analysisOf(this.fileOf(name) ?? '')
        : undefined;
      if (view) return this.readsOf(view);
      const own = this.#own.get(name);
      if (own) return own.view ? tablesOf(own.view.sql) : [name];
      return this.fileOf(name) ? [name] : [];
    });
    return [...new Set(names)].sort();
  }
}

/** The tables that the SQL of one of our own views names. */
const tablesOf = (sql: string): string[] =>
  tableNames(parseStatement(sql)).map((parts) => parts.at(-1) ?? '');

const raise = (what: string): never => {
  throw new Error(what);
};

const start = (file: string) => ({ file, line: 1, column: 1 });

const definitionOf = ({ kind, name, sql, columns }: Analysis): TableDefinition => ({
  database: DATABASE,
  name,
  columns: columns.map((column) => ({
    name: column.name,
    type: column.type,
    comment: column.comment,
    ...(kind === 'marts' && column.name === 'dt' ? { partition: true } : {}),
  })),
  ...(kind === 'views' ? { view: { sql, database: DATABASE } } : {}),
});

const projectIn = (folder: string): { project: Project; found: Analysis[] } => {
  const texts = Object.fromEntries(queryKinds.map((kind) => [kind, queryTexts(folder, kind)]));
  const project = new Project(texts as Record<QueryKind, QueryText[]>); // each kind is in it: fromEntries forgets that
  const found = project.files.flatMap((file) => project.analysisOf(file) ?? []);
  return { project, found };
};

/** The files of queries/ in a project's folder. Throws QueryFaults, which has everything that is wrong with them. */
export const compileQueries = (folder: string): Compiled => {
  const { project, found } = projectIn(folder);
  const faults = [...project.faults, ...limitFaults(found)];
  if (faults.length > 0) throw new QueryFaults(faults);
  const compiled = found.map((one) => ({
    ...one,
    comment: firstSentence(one.description),
    typed: one.columns.map(({ name, type, comment }) => typedColumn(name, type, comment)),
    reads: project.readsOf(one),
  }));
  const ofKind = (kind: QueryKind) => compiled.filter((one) => one.kind === kind);
  return {
    checks: ofKind('checks'),
    warnings: ofKind('warnings'),
    marts: ofKind('marts'),
    views: ofKind('views'),
    examples: ofKind('examples'),
  };
};

/** Beyond compileQueries: also what only an engine sees. Throws QueryFaults. */
export const checkQueries = async (folder: string): Promise<void> => {
  const { project, found } = projectIn(folder);
  const bound = await bindFaults(found, project.lookup(''));
  const faults = [...project.faults, ...limitFaults(found), ...bound];
  if (faults.length > 0) throw new QueryFaults(faults);
};

let own: Compiled | undefined;

/** Those of our own project. Compiled once, when they are first asked for: the grammar takes a second. */
export const compiledQueries = (): Compiled => {
  own ??= compileQueries(projectFolder());
  return own;
};
