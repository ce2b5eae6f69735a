import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseQuery, T, TrinoError } from 'headrace-trino';
import { isMap, isScalar } from 'yaml';
import { isSourceName, SOURCE_NAME_RULE } from '../../client/keys.ts';
import { didYouMean, type Fault } from '../../compiler/faults.ts';
import { type SourceFile, textOf } from '../../compiler/sourceFiles.ts';
import { type Member, type Value, YamlFile } from '../../compiler/yamlFile.ts';
import { objectOf } from './jsonValue.ts';
import type {
  Expectation,
  ExpectedRejection,
  ExpectedRow,
  FailingCheck,
  ProjectTest,
  SentEvent,
} from './model.ts';

const EVENT = '{ event_id: e-1, event_name: order_completed, event_time: 2026-11-01T10:00:00Z }';
const EXPECTED = '{ query: SELECT order_id FROM order_completed, rows: [{ order_id: o-1 }] }';
const REJECTED = '{ event_id: e-1, reason: contract_violation }';

const names = ['description', 'source', 'send', 'sendFile', 'rejected', 'expect', 'failingChecks'];

const NO_CLOCK =
  'now: a test has no clock of its own, because the functions run on that of this machine. Leave it out: ' +
  'event_time decides the day.';

/** Whose write key sends an event that names no source. */
const DEFAULT_SOURCE = 'test';

interface Surroundings {
  /** where the file is, for `sendFile` */
  path: string;
  /** the checks that the project has */
  checks: readonly string[];
}

/** Reads one file of tests/. Notes everything that is wrong with it; what comes back is of use only if nothing was. */
export const readTestFile = (source: SourceFile, around: Surroundings, faults: Fault[]): ProjectTest =>
  new TestReader(new YamlFile(source.file, source.text, faults), around).read();

/** Without its code, and without a list of all that the grammar knows. */
const complaintOf = ({ message }: TrinoError): string =>
  message.replace(/^\w+: /, '').replace(/\. Expecting: .*$/s, '');

/** Whether the outermost part of a query says an order. */
const isOrdered = (sql: string): boolean => {
  const query = parseQuery(sql);
  if (!(query instanceof T.QueryStatementContext)) return false;
  return query.queryNoWith().sortItem().length > 0;
};

class TestReader {
  readonly #yaml: YamlFile;
  readonly #around: Surroundings;

  constructor(yaml: YamlFile, around: Surroundings) {
    this.#yaml = yaml;
    this.#around = around;
  }

  read(): ProjectTest {
    const yaml = this.#yaml;
    const nothing = {
      file: yaml.file,
      description: '',
      events: [],
      rejected: [],
      expect: [],
      failingChecks: [],
    };
    const top = yaml.root === null ? undefined : this.#known(yaml.root);
    if (top === undefined || !isMap(yaml.root)) return nothing;
    for (const name of ['description', 'expect'])
      if (!top.has(name)) yaml.fault(1, `the file needs "${name}". docs/guides/testing.md has an example.`);
    const description = top.get('description');
    const source = this.#sourceName(top.get('source')) ?? DEFAULT_SOURCE;
    const read = {
      file: yaml.file,
      description: (description && yaml.text(description, 'description')) ?? '',
      events: this.#events(top.get('send'), top.get('sendFile'), source),
      rejected: this.#each(top.get('rejected'), 'rejected', `[${REJECTED}]`, (item, what) =>
        this.#rejection(item, what),
      ),
      expect: this.#each(top.get('expect'), 'expect', `[${EXPECTED}]`, (item, what) =>
        this.#expectation(item, what),
      ),
      failingChecks: this.#failingChecks(top.get('failingChecks')),
    };
    this.#noteEmpty(top, read);
    return read;
  }

  /** Of a test that sends nothing, or asks nothing, nobody would see that it tests nothing. */
  #noteEmpty(
    top: ReadonlyMap<string, Member>,
    { events, rejected, expect, failingChecks }: ProjectTest,
  ): void {
    const send = top.get('send') ?? top.get('sendFile');
    if (send !== undefined && events.length === 0 && this.#yaml.isRight)
      this.#yaml.fault(send.line, 'the file sends no event. Write at least one.');
    const expects = top.get('expect');
    const asksNothing = [expect, rejected, failingChecks].every(({ length }) => length === 0);
    if (expects !== undefined && asksNothing && this.#yaml.isRight)
      this.#yaml.fault(
        expects.line,
        `expect is empty, so nothing is tested. Write at least one: [${EXPECTED}]`,
      );
  }

  #known(root: Value): Map<string, Member> {
    const members = this.#yaml.members(root, 'the file', 'description: An order sent twice counts once');
    for (const { name, line } of members) {
      if (names.includes(name)) continue;
      const other = didYouMean(name, names) || ` Known are: ${names.join(', ')}.`;
      this.#yaml.fault(line, name === 'now' ? NO_CLOCK : `the file: "${name}" is not known here.${other}`);
    }
    return new Map(members.map((member) => [member.name, member]));
  }

  #each<Read>(
    member: Member | undefined,
    name: string,
    example: string,
    read: (value: Value, what: string) => Read | undefined,
  ): Read[] {
    if (member === undefined) return [];
    if (member.value === null) {
      this.#yaml.fault(member.line, `${name} must be a list, such as: ${example}`);
      return [];
    }
    return this.#yaml.items(member.value, name, example).flatMap((item, at) => {
      const what = `${name}[${at}]`;
      if (item === null) this.#yaml.fault(member.line, `${what} is empty.`);
      const one = item === null ? undefined : read(item, what);
      return one === undefined ? [] : [one];
    });
  }

  #sourceName(member: Member | undefined): string | undefined {
    if (member === undefined) return undefined;
    const source = this.#yaml.text(member, 'source');
    if (source === undefined || isSourceName(source)) return source;
    this.#yaml.fault(member.line, `source: "${source}" is not a name for a source. ${SOURCE_NAME_RULE}`);
    return undefined;
  }

  #events(send: Member | undefined, sendFile: Member | undefined, source: string): SentEvent[] {
    if (send === undefined && sendFile === undefined)
      this.#yaml.fault(
        1,
        `the file needs "send", such as: send: [${EVENT}], or "sendFile" with the name of a file of JSON lines.`,
      );
    return [
      ...this.#each(send, 'send', `[${EVENT}]`, (item, what) => this.#event(item, what, source)),
      ...(sendFile === undefined ? [] : this.#linesOf(sendFile, source)),
    ];
  }

  #event(item: Value, what: string, otherwise: string): SentEvent | undefined {
    const yaml = this.#yaml;
    const line = yaml.lineOf(item);
    const members = isMap(item) ? yaml.members(item, what, EVENT) : [];
    const { source: _, ...event } = objectOf(yaml, item, what);
    if (!isMap(item)) return undefined;
    // Without it the collector takes the time of the request, and the test would be another one tomorrow.
    if ((event.event_time ?? event.timestamp ?? null) === null) {
      const meant = members.find(({ name }) =>
        /^(?:occurred_at|time|occurred|at|ts|event_?date)$/.test(name),
      );
      const called = meant === undefined ? '' : ` "${meant.name}" would be a property.`;
      yaml.fault(
        meant?.line ?? line,
        `${what} needs event_time, such as: event_time: 2026-11-01T10:00:00Z.${called}`,
      );
    }
    const source = this.#sourceName(members.find(({ name }) => name === 'source')) ?? otherwise;
    return { text: JSON.stringify(event), source, file: yaml.file, line, alone: true };
  }

  #linesOf(member: Member, source: string): SentEvent[] {
    const name = this.#yaml.text(member, 'sendFile');
    if (name === undefined) return [];
    const path = join(dirname(this.#around.path), name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
      this.#yaml.fault(member.line, `sendFile: there is no file ${name} beside the test.`);
      return [];
    }
    const text = textOf(readFileSync(path));
    if (text === undefined) {
      this.#yaml.fault(member.line, `sendFile: ${name} is not UTF-8. Save it as UTF-8, one event a line.`);
      return [];
    }
    const file = join(dirname(this.#yaml.file), name);
    return text
      .split('\n')
      .map((text, at) => ({ text: text.replace(/\r$/, ''), source, file, line: at + 1, alone: false }))
      .filter(({ text }) => text.trim() !== '');
  }

  #rejection(item: Value, what: string): ExpectedRejection | undefined {
    const yaml = this.#yaml;
    const known = yaml.known(item, what, ['event_id', 'reason'], REJECTED);
    const [id, reason] = [known.get('event_id'), known.get('reason')];
    if (id === undefined || reason === undefined) {
      if (isMap(item))
        yaml.fault(yaml.lineOf(item), `${what} needs "event_id" and "reason", such as: ${REJECTED}`);
      return undefined;
    }
    // An id may look like a number.
    const eventId = id.value === null ? null : yaml.scalars(id, `${what}.event_id`, false)?.[0]?.text;
    const text = yaml.text(reason, `${what}.reason`);
    return eventId === undefined || text === undefined ? undefined : { eventId, reason: text, line: id.line };
  }

  #expectation(item: Value, what: string): Expectation | undefined {
    const yaml = this.#yaml;
    const known = yaml.known(item, what, ['query', 'rows'], EXPECTED);
    const [query, rows] = [known.get('query'), known.get('rows')];
    if (query === undefined || rows === undefined) {
      if (isMap(item))
        yaml.fault(yaml.lineOf(item), `${what} needs "query" and "rows", such as: ${EXPECTED}`);
      return undefined;
    }
    const sql = isScalar(query.value) && typeof query.value.value === 'string' ? query.value.value : '';
    if (sql.trim() === '') {
      yaml.fault(query.line, `${what}.query must be a text: SELECT …`);
      return undefined;
    }
    const statement = sql.trim().replace(/(?:\s*;)+$/, '');
    return {
      line: query.line,
      query: statement,
      ordered: this.#isOrdered(statement, query.line, what),
      rows: this.#rows(rows, what),
    };
  }

  #rows(rows: Member, what: string): ExpectedRow[] {
    return this.#each(rows, `${what}.rows`, '[{ orders: 1 }], or [] for none', (row, name) =>
      objectOf(this.#yaml, row, name),
    );
  }

  #isOrdered(sql: string, line: number, what: string): boolean {
    try {
      return isOrdered(sql);
    } catch (error) {
      if (!(error instanceof TrinoError)) throw error;
      this.#yaml.fault(line, `${what}.query cannot be read as a SELECT: ${complaintOf(error)}.`);
      return false;
    }
  }

  #failingChecks(member: Member | undefined): FailingCheck[] {
    if (member === undefined) return [];
    const { checks } = this.#around;
    const all = checks.length > 0 ? ` There are: ${checks.join(', ')}.` : '';
    const named = this.#yaml.exactTexts(member, 'failingChecks');
    for (const { text, line } of named)
      if (!checks.includes(text))
        this.#yaml.fault(
          line,
          `failingChecks: there is no queries/checks/${text}.sql.${didYouMean(text, checks) || all}`,
        );
    return named.map(({ text: name, line }) => ({ name, line }));
  }
}
