/**
 * The body of a dashboard is one JSON text to CloudFormation. Written as YAML it can be read, and its references
 * checked; here it becomes the text, with `${LogicalId}` for each `!Ref`, as Fn::Sub takes it.
 */
export const bodyOf = (board) =>
  JSON.stringify(board, (_, value) => (typeof value?.Ref === 'string' ? `\${${value.Ref}}` : value))
    // Params stand in the YAML as text; these are numbers.
    .replaceAll(/"(\$\{param:\w+\})"/g, '$1');

/** osls calls this: `${file(resources/monitoring/dashboard.js):body}`. */
export const body = async ({ resolveVariable }) =>
  bodyOf(await resolveVariable('file(resources/monitoring/dashboardWidgets.yml)'));

export default body;
