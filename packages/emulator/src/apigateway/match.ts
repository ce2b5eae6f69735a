import type { Route } from './api.ts';

export interface Match {
  route: Route;
  pathParameters: Record<string, string>;
}

/** The route API Gateway chooses: literal segments before variables, those before `{proxy+}`, `$default` last; a method of its own before ANY. */
export const matchRoute = (routes: readonly Route[], method: string, path: string): Match | undefined => {
  const segments = path.split('/').slice(1);
  return routes
    .filter((route) => route.method === 'ANY' || route.method === method)
    .flatMap((route) => {
      const pathParameters = parameters(route.segments, segments);
      return pathParameters
        ? [{ route, pathParameters: route.key === '$default' ? {} : pathParameters }]
        : [];
    })
    .sort((a, b) => weight(a.route).localeCompare(weight(b.route)))[0];
};

/** Is there any route at this path, whatever its method? */
export const hasPath = (routes: readonly Route[], path: string): boolean =>
  routes.some((route) => parameters(route.segments, path.split('/').slice(1)) !== undefined);

const isGreedy = (segment: string): boolean => segment.startsWith('{') && segment.endsWith('+}');
const isVariable = (segment: string): boolean => segment.startsWith('{');

/** Lower comes first: one digit a segment, then the method. */
const weight = (route: Route): string => {
  if (route.key === '$default') return '9';
  const digits = route.segments.map((segment) => (isGreedy(segment) ? '2' : isVariable(segment) ? '1' : '0'));
  return digits.join('') + (route.method === 'ANY' ? '1' : '0');
};

const parameters = (
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined => {
  const found: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (isGreedy(part)) {
      found[part.slice(1, -2)] = segments.slice(index).join('/');
      return found;
    }
    if (isVariable(part) && segment !== '') found[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? found : undefined;
};
