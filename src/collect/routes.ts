import type { KnownNames } from './eventNames.ts';
import { cloudEventsFamily } from './protocols/cloudEvents.ts';
import { nativeFamily } from './protocols/native.ts';
import { openTelemetryFamily } from './protocols/openTelemetry.ts';
import { rudderstackFamily } from './protocols/rudderstack.ts';
import { segmentFamily } from './protocols/segment.ts';
import { snowplowFamily } from './protocols/snowplow.ts';
import type { ClientFamily, Route } from './request.ts';

/** Every kind of client that can send: a new one is a file of protocols/ and its line here. */
export const clientFamilies = (known: KnownNames): ClientFamily[] => [
  nativeFamily,
  segmentFamily(known),
  rudderstackFamily(known),
  cloudEventsFamily,
  snowplowFamily,
  openTelemetryFamily,
];

export interface FoundRoute {
  route: Route;
  /** what stood where the route has a `{name}` */
  variables: ReadonlyMap<string, string>;
}

const none: ReadonlyMap<string, string> = new Map();

const patternOf = ({ at }: Route): RegExp =>
  new RegExp(
    `^${at
      .split(/\{\w+\}/)
      .map((part) => RegExp.escape(part))
      .join('([^/]+)')}$`,
  );
const namesOf = ({ at }: Route): string[] => [...at.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

const variableRoute = (route: Route): ((asked: string) => FoundRoute | undefined) => {
  const [pattern, names] = [patternOf(route), namesOf(route)];
  return (asked) => {
    const values = pattern.exec(asked)?.slice(1);
    return values && { route, variables: new Map(names.map((name, index) => [name, values[index] ?? ''])) };
  };
};

/** Finds the route of `POST /v1/track`. */
export const router = (families: readonly ClientFamily[]): ((asked: string) => FoundRoute | undefined) => {
  const all = families.flatMap(({ routes }) => routes);
  const fixed = new Map(all.map((route) => [route.at, { route, variables: none }]));
  const variable = all.filter(({ at }) => at.includes('{')).map(variableRoute);
  return (asked) => {
    const found = fixed.get(asked);
    if (found !== undefined) return found;
    for (const find of variable) {
      const matched = find(asked);
      if (matched !== undefined) return matched;
    }
    return undefined;
  };
};
