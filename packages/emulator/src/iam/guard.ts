import type { JsonObject, JsonService } from '../contracts.ts';
import type { Access } from './authority.ts';
import { accessDenied } from './denials.ts';
import type { Ask } from './types.ts';

/** What the operations of a service need, by their names in X-Amz-Target. */
export type AsksOf = Readonly<Record<string, (input: JsonObject) => Ask | readonly Ask[]>>;

/** What an operation needs. Throws when the stage does not know it: to let it through would be a guess. */
export const asksFor = (
  table: AsksOf,
  service: string,
  operation: string,
  input: JsonObject,
): readonly Ask[] => {
  const asks = Object.hasOwn(table, operation) ? table[operation] : undefined;
  if (asks === undefined) {
    throw accessDenied(
      service,
      `Headrace local stage: which permissions ${service}:${operation} needs is not known. A role that calls it wants an entry in local/iam/asks/.`,
    );
  }
  const needed = asks(input);
  return 'action' in needed ? [needed] : needed;
};

/** The service as its callers see it: whoever calls with a role's key needs the role's permissions. */
export const guarded = <Service extends JsonService>(
  service: Service,
  table: AsksOf,
  access: Access,
): Service => ({
  ...service,
  call: async (action, input, context) => {
    access.permitOf(context.accessKeyId)?.(...asksFor(table, service.name, action, input));
    return service.call(action, input, context);
  },
});
