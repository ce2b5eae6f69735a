import type { Osls } from '../osls.ts';

const isReference = (value: unknown): value is { Ref: string } =>
  typeof value === 'object' && value !== null && 'Ref' in value && typeof value.Ref === 'string';

/**
 * The body of a dashboard is one JSON text to CloudFormation. Written as YAML it can be read, and its references
 * checked; here it becomes the text, with `${LogicalId}` for each `!Ref`, as Fn::Sub takes it.
 */
export const bodyOf = (board: unknown): string =>
  JSON.stringify(board, (_, value: unknown) => (isReference(value) ? `\${${value.Ref}}` : value))
    // Params stand in the YAML as text; these are numbers.
    .replaceAll(/"(\$\{param:\w+\})"/g, '$1');

/** What dashboard.js gives to osls. */
export const body = async ({ resolveVariable }: Osls) =>
  // A file is resolved to what it holds, here an object: bodyOf takes anything.
  bodyOf(await resolveVariable('file(resources/monitoring/dashboardWidgets.yml)'));
