import { type Node, positionOf } from '../grammar/grammar.ts';
import { notSupported } from '../trinoError.ts';

/** date_format's and date_parse's letters (MySQL's) → DuckDB's. */
const mysql: Record<string, string> = {
  a: '%a',
  b: '%b',
  c: '%-m',
  d: '%d',
  e: '%-d',
  f: '%f',
  H: '%H',
  h: '%I',
  I: '%I',
  i: '%M',
  j: '%j',
  k: '%-H',
  l: '%-I',
  M: '%B',
  m: '%m',
  p: '%p',
  r: '%I:%M:%S %p',
  S: '%S',
  s: '%S',
  T: '%H:%M:%S',
  v: '%V',
  W: '%A',
  x: '%G',
  Y: '%Y',
  y: '%y',
  '%': '%%',
};

export const mysqlFormat = (pattern: string, node: Node): string =>
  pattern.replaceAll(/%(.)/gs, (all, letter: string) => {
    const duck = mysql[letter];
    if (!duck) throw notSupported(`the date format ${all}`, positionOf(node));
    return duck;
  });

/** Joda's runs of letters → DuckDB's. */
const joda: Record<string, string> = {
  y: '%-Y',
  yyyy: '%Y',
  YYYY: '%Y',
  yy: '%y',
  M: '%-m',
  MM: '%m',
  MMM: '%b',
  MMMM: '%B',
  d: '%-d',
  dd: '%d',
  D: '%-j',
  DDD: '%j',
  E: '%a',
  EEE: '%a',
  EEEE: '%A',
  e: '%u',
  a: '%p',
  H: '%-H',
  HH: '%H',
  h: '%-I',
  hh: '%I',
  m: '%-M',
  mm: '%M',
  s: '%-S',
  ss: '%S',
  SSS: '%g',
  ww: '%V',
  xxxx: '%G',
};

export const jodaFormat = (pattern: string, node: Node): string =>
  pattern.replaceAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|%/g, (all, quotedText: string | undefined) => {
    if (all === '%') return '%%';
    if (quotedText !== undefined) return (quotedText || "'").replaceAll("''", "'").replaceAll('%', '%%');
    const duck = joda[all];
    if (!duck) throw notSupported(`the date format ${all}`, positionOf(node));
    return duck;
  });
