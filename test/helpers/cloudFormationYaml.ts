import { readFileSync } from 'node:fs';
import { isCollection, parse, type TagId, type Tags } from 'yaml';

/** `!Sub x` as `{ 'Fn::Sub': x }`, the way CloudFormation's long form says it. */
const tag = (short: string) => {
  const long = short === 'Ref' || short === 'Condition' ? short : `Fn::${short}`;
  const wrap = (value: unknown) => ({ [long]: value });
  return [
    { tag: `!${short}`, resolve: (text: string) => wrap(text) },
    {
      tag: `!${short}`,
      collection: 'seq' as const,
      resolve: (items: unknown) => wrap(isCollection(items) ? items.toJSON() : items),
    },
  ];
};

const customTags = (defaults: Tags): Tags => [
  ...defaults,
  ...['Sub', 'Ref', 'GetAtt', 'Join', 'If', 'Not', 'And', 'Equals', 'Condition'].flatMap(tag),
];

/** A CloudFormation template (or any other YAML) with short-form functions in their long form. */
export const readYaml = (path: string): unknown => parse(readFileSync(path, 'utf8'), { customTags });
export type { TagId };
