import { bytes, number, refuse, string, type UserFunction } from './function.ts';

const translated = (text: string, from: string, to: string): string => {
  const [sources, targets] = [[...from], [...to]];
  return [...text].map((c) => (sources.includes(c) ? (targets[sources.indexOf(c)] ?? '') : c)).join('');
};

/** The n-th place where it stands, from the end for a negative n; 0 when there is none. */
const strpos = (text: string, wanted: string, instance: number): bigint => {
  if (instance === 0)
    return refuse("INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number");
  if (wanted === '') return 1n;
  const places: number[] = [];
  const step = (at: number): number => at + 1;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, step(at))) places.push(at);
  const place = instance > 0 ? places[instance - 1] : places.at(instance);
  return place === undefined ? 0n : BigInt([...text.slice(0, place)].length + 1);
};

const levenshtein = (a: string, b: string): bigint => {
  const [from, to] = [[...a], [...b]];
  let row = to.map((_, i) => i + 1);
  from.forEach((x, i) => {
    let left = i + 1;
    row = to.map((y, j) => {
      const diagonal = j === 0 ? i : (row[j - 1] ?? 0);
      left = Math.min(left + 1, (row[j] ?? 0) + 1, diagonal + (x === y ? 0 : 1));
      return left;
    });
  });
  return BigInt(row.at(-1) ?? from.length);
};

/** Functions of text. */
export const strings: readonly UserFunction[] = [
  {
    name: 'trino_translate',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (s, a, b) => translated(string(s), string(a), string(b)),
  },
  {
    name: 'trino_reverse',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (s) => [...string(s)].reverse().join(''),
  },
  {
    name: 'trino_normalize',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (s, form) => string(s).normalize(string(form)),
  },
  {
    name: 'trino_from_utf8',
    parameters: ['BLOB'],
    result: 'VARCHAR',
    body: (b) => new TextDecoder().decode(bytes(b)),
  },
  {
    name: 'trino_levenshtein',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'BIGINT',
    body: (a, b) => levenshtein(string(a), string(b)),
  },
  {
    name: 'trino_strpos',
    parameters: ['VARCHAR', 'VARCHAR', 'BIGINT'],
    result: 'BIGINT',
    body: (s, w, n) => strpos(string(s), string(w), number(n)),
  },
];
