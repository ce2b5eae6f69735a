import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_ITEM_BYTES } from '../../../client/input/item.ts';
import { shapeNamed } from '../../../client/input/shape.ts';
import { compact } from '../../../client/input/values.ts';
import { itemsOf } from './support.ts';

const texts = async (...given: Parameters<typeof itemsOf>): Promise<string[]> =>
  (await itemsOf(...given)).map(({ text, flaw }) => (flaw === undefined ? text : `${flaw.reason}: ${text}`));

/** A torn piece of the file must not change what is read. */
const PIECES = [1, 2, 7, 1000];

describe('the events of a file', () => {
  test.each<[string, string, string, string[]]>([
    ['one a line', 'a', '{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['with blank lines and carriage returns', 'a', '{"a":1}\r\n \r\n\n{"a":2}\r\n', ['{"a":1}', '{"a":2}']],
    [
      'with lines of nothing but blanks of any kind',
      'a',
      '{"a":1}\n\u00a0\n\u3000 \n\f\n\0\ufeff\n{"a":2}\n',
      ['{"a":1}', '{"a":2}'],
    ],
    [
      'with separators of lines and paragraphs in texts',
      'a',
      '{"a":"x\u2028y\u2029z\u0085"}\n',
      ['{"a":"x\u2028y\u2029z\u0085"}'],
    ],
    ['with a carriage return by itself between members', 'a', '{"a":1,\r"b":2}\n', ['{"a":1,\r"b":2}']],
    ['behind a byte order mark', 'a', '\ufeff{"a":1}\r\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['in an array on one line', 'a', '[{"a":1}, {"a":[2]},3]', ['{"a":1}', '{"a":[2]}', '3']],
    [
      'in an array over many lines',
      'a',
      '[\n  {\n    "a": "b  c",\n    "d": [1, 2]\n  },\n  {"a":2}\n]\n',
      ['{"a":"b  c","d":[1,2]}', '{"a":2}'],
    ],
    ['in an array a line', 'a', '[{"a":1},{"a":2}]\n[{"a":3}]\n', ['{"a":1}', '{"a":2}', '{"a":3}']],
    ['in an array on a later line', 'a', '{"a":1}\n[{"a":2},{"a":3}]\n', ['{"a":1}', '{"a":2}', '{"a":3}']],
    ['in an empty array', 'a', ' [ ] ', []],
    [
      'one object after the other over many lines',
      'a',
      '{\n "a":\n 1\n}\n{\n "a": "}"\n}',
      ['{"a":1}', '{"a": "}"}'.replace(' ', '')],
    ],
    [
      'one object after the other on one line',
      'a',
      '{"a":1}{"a":2} {"a":3}',
      ['{"a":1}', '{"a":2}', '{"a":3}'],
    ],
    [
      'in the records of a log of AWS',
      'a',
      '{"Records": [ {"a":1},{"b":{"Records":[2]}} ], "next":[1,{"c":1}]}',
      ['{"a":1}', '{"b":{"Records":[2]}}'],
    ],
    [
      'in the records of several logs',
      'a',
      '{"Records":[{"a":1}]}\n{"Records":[{"a":2}]}\n',
      ['{"a":1}', '{"a":2}'],
    ],
    ['with a line that is torn', 'a', '{"a":"torn\n{"a":2}\n', ['{"a":"torn', '{"a":2}']],
    ['with a line that breaks off after a comma', 'a', '{"a":1,\n{"a":2}\n', ['{"a":1,', '{"a":2}']],
    [
      'with a line of a log first',
      'a',
      '1763632800123456 INFO started\n{"a":2}\n',
      ['1763632800123456 INFO started', '{"a":2}'],
    ],
    ['in a file without any', 'a', '', []],
    [
      'in rows of a CSV',
      'a.csv',
      'id,note\n1,"x, ""y""\nz"\n007,\n',
      ['{"id":"1","note":"x, \\"y\\"\\nz"}', '{"id":"007"}'],
    ],
    ...['ORC', 'ORCID', 'BZhours', 'BZh9', 'PAR1'].map((column): [string, string, string, string[]] => [
      `under a header that begins like another format (${column})`,
      'a.csv',
      `${column},n\n1,2\n`,
      [`{"${column}":"1","n":"2"}`],
    ]),
    ['in rows with tabs', 'a.tsv', 'id\tn\n1\t2,5\n', ['{"id":"1","n":"2,5"}']],
    ['in rows with semicolons, of a name that does not tell', 'a', 'id;n\n1;2,5\n', ['{"id":"1","n":"2,5"}']],
    [
      'in a row that has a quotation mark inside of a cell',
      'a.csv',
      'id,size\n1,5" pipe\n',
      ['{"id":"1","size":"5\\" pipe"}'],
    ],
    ['in a row that is too short', 'a.csv', 'id,n\n1\n2,3\n', ['invalid_event: 1', '{"id":"2","n":"3"}']],
  ])('%s are found, however the file comes', async (_what, name, content, expected) => {
    for (const pieces of PIECES) expect(await texts(name, content, { pieces })).toEqual(expected);
  });

  test.each([
    ['gzip', gzipSync('{"a":1}\n{"a":2}\n')],
    ['gzip put together of two', Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')])],
    ['zstd', zstdCompressSync('{"a":1}\n{"a":2}\n')],
    [
      'zstd of several frames',
      Buffer.concat(['{"a":', '1}\n', '{"a":2}\n'].map((text) => zstdCompressSync(text))),
    ],
    ['zstd in gzip', gzipSync(zstdCompressSync('\ufeff{"a":1}\n{"a":2}\n'))],
  ])('are unzipped from %s, whatever its name', async (_what, content) => {
    for (const pieces of PIECES)
      expect(await texts('x.json', content, { pieces })).toEqual(['{"a":1}', '{"a":2}']);
  });

  test.each([
    ['gzip', gzipSync('{"a":1}\n{"a":2}\n').subarray(0, 20)],
    ['zstd', zstdCompressSync('{"a":1}\n{"a":2}\n').subarray(0, 14)],
    [
      'zstd in its second frame',
      Buffer.concat([zstdCompressSync('{"a":1}\n'), zstdCompressSync('{"a":2}\n').subarray(0, 9)]),
    ],
  ])('do not end where a cut off %s ends', async (_what, content) => {
    await expect(itemsOf('cut', content)).rejects.toThrow('is damaged or cut off');
  });

  test('keep the number of the line on which each begins', async () => {
    const lines = async (...given: Parameters<typeof itemsOf>) =>
      (await itemsOf(...given)).map(({ line }) => line);
    expect(await lines('a', '{"a":1}\n\n[{"a":2},{"a":3}]\n{"a":4}')).toEqual([1, 3, 3, 4]);
    expect(await lines('a', '[\n{"a":1},\n\n{\n"a":2\n}, {"a":3}]')).toEqual([2, 4, 6]);
    expect(await lines('a.csv', 'id,n\n1,"a\nb"\n2,x\n')).toEqual([2, 4]);
  });

  test('that cannot be read are told with their line, and the others are read all the same', async () => {
    const latin1 = Buffer.concat([
      Buffer.from('{"a":1}\n{"a":"caf'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n{"a":3}\n'),
    ]);
    const [, second, third] = await itemsOf('a', latin1, { pieces: 5 });
    expect(second).toMatchObject({
      line: 2,
      flaw: { reason: 'invalid_unicode', detail: expect.stringContaining('Latin-1') },
    });
    expect(third).toEqual({ line: 3, text: '{"a":3}' });
    const inCsv = Buffer.concat([Buffer.from('id,n\n1,caf'), Buffer.from([0xe9]), Buffer.from('\n2,é\n')]);
    expect(await itemsOf('a.csv', inCsv)).toMatchObject([
      { line: 2, flaw: { reason: 'invalid_unicode' } },
      { line: 3, text: '{"id":"2","n":"é"}' },
    ]);
  });

  test.each([
    ['at the end', '2,"torn\n3,x\n', 500],
    ['for longer than a row may be', `2,"torn\n${'3,yyyy\n'.repeat(5_000_000)}`, 65_536],
  ])('before a quotation mark that is not closed %s are read', async (_what, rest, pieces) => {
    const items = await itemsOf('a.csv', `id,n\n1,"a\nb"\n${rest}`, { pieces });
    expect(items).toMatchObject([
      { line: 2, text: '{"id":"1","n":"a\\nb"}' },
      { line: 4, flaw: { reason: 'invalid_event', detail: expect.stringContaining('is not closed') } },
    ]);
  });

  const text = 'x'.repeat(MAX_ITEM_BYTES);
  test.each([
    ['lines', `{"a":1}\n{"a":"${text}"}\n{"a":3}\n`],
    ['values', `[{"a":1},\n{"a":"${text}"},\n{"a":3}]`],
    ['rows', `a,b\n1,${text}\n3,x\n`],
    ['rows with too many cells', `a,b\n1,${text},2\n3,x\n`],
  ])('that are longer than there is room for are told and passed over, in %s', async (kind, content) => {
    const items = await itemsOf(kind.startsWith('rows') ? 'a.csv' : 'a', content);
    const [long, next] = items.filter(({ line }) => line > 1);
    expect([long?.line, long?.flaw?.reason]).toEqual([2, 'event_too_large']);
    expect(long?.text.length).toBeLessThan(1000);
    expect([next?.line, next?.flaw]).toEqual([3, undefined]);
  });

  test('of a CSV are read up to a row without an end, which is told', async () => {
    const items = await itemsOf('a.csv', `id,n\n1,a\n2,${'x'.repeat(8 * MAX_ITEM_BYTES + 1)}\n3,b\n`);
    expect(items).toMatchObject([
      { line: 2, text: '{"id":"1","n":"a"}' },
      {
        line: 3,
        flaw: { reason: 'event_too_large', detail: expect.stringContaining('all that comes after it') },
      },
    ]);
  });

  test('of an array that breaks off are told to be cut off', async () => {
    expect(await texts('a', '[{"a":1},{"a":')).toEqual(['{"a":1}', 'invalid_json: {"a":']);
    expect(await texts('a', '[{"a":1},')).toEqual(['{"a":1}', 'invalid_json: ']);
  });

  test('come from the list that is named, where a file is an object around it', async () => {
    const before = `"version":[1,{"events":[0]}],"note":"x,\\"events\\":["`;
    const content = `{"events":[{"a":1},{"a":2}],"sent_at":1}\n{${before},\n "events" : [{"a":3}]}{"events":[]}`;
    for (const pieces of PIECES)
      expect(await texts('a', content, { wrapper: 'events', pieces })).toEqual([
        '{"a":1}',
        '{"a":2}',
        '{"a":3}',
      ]);
  });

  test('are not the objects that lack the list that is named', async () => {
    expect(await itemsOf('a', '{"event":[{"a":1}]}\n{"events":[{"a":2}]}\n', { wrapper: 'events' })).toEqual([
      {
        line: 1,
        text: '{"event":[{"a":1}]}',
        flaw: { reason: 'invalid_event', detail: 'the object has no list "events" (--records)' },
      },
      { line: 2, text: '{"a":2}' },
    ]);
  });

  test('are never changed by being brought onto one line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const pretty = JSON.stringify(value, null, 2);
        expect(compact(pretty)).toBe(pretty.includes('\n') ? JSON.stringify(value) : pretty);
      }),
      { seed: 20261101, numRuns: 300 },
    );
  });

  test('are the elements of any array, however it is written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (values, pieces) => {
          const expected = values.map((value) => JSON.stringify(value));
          expect(await texts('a', JSON.stringify(values, null, 1), { pieces })).toEqual(expected);
          expect(await texts('a', JSON.stringify(values), { pieces })).toEqual(expected);
        },
      ),
      { seed: 20261101, numRuns: 100 },
    );
  });
});

describe('a CSV that is named one', () => {
  test.each([
    ['csv', undefined, 'id;n\n1;2,5\n'],
    ['csv', '\\t', 'id\tn\n1\t2,5\n'],
    ['tsv', undefined, 'id\tn\n1\t2,5\n'],
    ['csv', '|', 'id|n\n1|2,5\n'],
  ])('is cut where its header or somebody says: %s, %j', async (format, delimiter, content) => {
    const shape = shapeNamed(format, delimiter);
    expect(await texts('a.txt', content, { shape })).toEqual(['{"id":"1","n":"2,5"}']);
  });

  test.each(['', '"', '\n'])('is not cut at %j', (delimiter) => {
    expect(() => shapeNamed('csv', delimiter)).toThrow('--delimiter: ');
  });
});

describe('a file that cannot be read', () => {
  test.each<[string, string, Uint8Array]>([
    ['UTF-16 text', 'a', Buffer.from('\ufeff{"a":1}', 'utf16le')],
    ['UTF-16 text', 'a', Buffer.from('{"a":1}\n{"a":2}', 'utf16le')],
    ['UTF-16 text', 'a.gz', gzipSync(Buffer.from('\ufeff{"a":1}', 'utf16le'))],
    ['compressed with Brotli', 'a.json.br', Buffer.from([0x0b, 0x05, 0x80, 0x61])],
    ['bzip2', 'a', Buffer.from('BZh91AY&SY')],
    ['ORC', 'a', Buffer.from('ORC\n\u0003\u0000\u0000')],
    ['xz', 'a', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00])],
    ['a zip archive', 'a', Buffer.from('PK\u0003\u0004....')],
    ['Avro', 'a', Buffer.from('Obj\u0001....')],
    [
      'a tar archive',
      'a.tar.gz',
      gzipSync(Buffer.concat([Buffer.alloc(257, 'x'), Buffer.from('ustar\0'), Buffer.alloc(249)])),
    ],
  ])('is named: %s', async (what, name, content) => {
    await expect(itemsOf(name, content)).rejects.toMatchObject({
      message: expect.stringContaining(what),
      next: expect.stringContaining('Convert it first'),
    });
  });

  test('is a CSV whose header names a column twice', async () => {
    await expect(itemsOf('a.csv', 'id,id\n1,2\n')).rejects.toThrow('names the column "id" twice');
  });
});
