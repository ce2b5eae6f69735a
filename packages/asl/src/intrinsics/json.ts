import { parseJson } from '../values.ts';
import { type Intrinsic, intrinsicFailure, objectAt, stringAt } from './function.ts';

export const json: { readonly [name: string]: Intrinsic } = {
  JsonMerge: {
    arity: [3, 3],
    call: (args) => {
      // AWS offers the shallow merge only, and wants it said.
      if (args[2] !== false)
        throw intrinsicFailure('Only the shallow merge is supported: the third argument must be false');
      return { ...objectAt(args, 0), ...objectAt(args, 1) };
    },
  },
  StringToJson: {
    arity: [1, 1],
    call: (args) => {
      const text = stringAt(args, 0);
      if (text.trim() === '') return null;
      const value = parseJson(text);
      if (value === undefined) throw intrinsicFailure(`The string is not valid JSON: ${text}`);
      return value;
    },
  },
  JsonToString: { arity: [1, 1], call: (args) => JSON.stringify(args[0] ?? null) },
};
