import type { Compiler } from '../compile/compiler.ts';
import type { FlowFields } from '../compile/schema.ts';
import { select } from '../paths/lookUp.ts';
import { parsePath } from '../paths/parse.ts';
import type { Path } from '../paths/path.ts';
import { isReference, withValue } from '../paths/reference.ts';
import type { Scope } from '../scope.ts';
import type { Json } from '../values.ts';
import { type CatchFlow, type Flow, nothingAssigned } from './flow.ts';
import { compileTemplate } from './template.ts';

const root: Path = { text: '$', root: '$', segments: [], definite: true };

/** InputPath → Parameters → (work) → ResultSelector → ResultPath, Assign → OutputPath. */
export const jsonPathFlow = (compiler: Compiler, fields: FlowFields): Flow => {
  const inputPath = compileSelection(compiler, 'InputPath', fields.InputPath);
  const outputPath = compileSelection(compiler, 'OutputPath', fields.OutputPath);
  const resultPath = compileResultPath(compiler, fields.ResultPath);
  const selector = optionalTemplate(compiler, 'ResultSelector', fields.ResultSelector);
  const assign = compileAssign(compiler, fields.Assign);
  return {
    input: inputPath,
    argument: optionalTemplate(compiler, 'Parameters', fields.Parameters) ?? ((scope) => scope.input),
    finish: async (scope, raw, result) => {
      const made = result === undefined ? scope.input : result;
      const selected = selector ? selector({ ...scope, input: made }) : made;
      const combined = resultPath === null ? raw : withValue(raw, resultPath, selected);
      const assigned = assign({ ...scope, input: selected });
      return { output: outputPath({ ...scope, input: combined }), assigned };
    },
  };
};

export const jsonPathCatchFlow = (compiler: Compiler, fields: FlowFields): CatchFlow => {
  const resultPath = compileResultPath(compiler, fields.ResultPath);
  const assign = compileAssign(compiler, fields.Assign);
  return async (scope, raw, errorOutput) => ({
    output: resultPath === null ? raw : withValue(raw, resultPath, errorOutput),
    assigned: assign({ ...scope, input: errorOutput }),
  });
};

export const compileAssign = (compiler: Compiler, fields: FlowFields['Assign']) => {
  const assign = optionalTemplate(compiler, 'Assign', fields);
  return (scope: Scope): ReadonlyMap<string, Json> =>
    assign ? new Map(Object.entries(assign(scope) ?? {})) : nothingAssigned;
};

const optionalTemplate = (compiler: Compiler, field: string, template: Json | undefined) =>
  template === undefined ? undefined : compileTemplate(compiler, field, template);

/** InputPath and OutputPath: null stands for an empty object. */
const compileSelection = (compiler: Compiler, field: string, text: string | null | undefined) => {
  if (text === null) return (): Json => ({});
  if (text === undefined || text === '$') return (scope: Scope): Json => scope.input;
  return compiler.attempt(
    field,
    () => select(parsePath(text)),
    (scope: Scope): Json => scope.input,
  );
};

const compileResultPath = (compiler: Compiler, text: string | null | undefined): Path | null => {
  if (text === null) return null;
  if (text === undefined) return root;
  const path = compiler.attempt('ResultPath', () => parsePath(text), root);
  if (!isReference(path)) compiler.problem(`'${text}' is not a reference path`, 'ResultPath');
  return path;
};
