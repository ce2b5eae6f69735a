import type { JsonObject, JsonService } from '../contracts.ts';
import type { Access } from './authority.ts';
import { accessDenied } from './denials.ts';
import type { RequiredPermission } from './types.ts';

/** What the operations of a service need, by their names in X-Amz-Target. */
export type PermissionTable = Readonly<
  Record<string, (input: JsonObject) => RequiredPermission | readonly RequiredPermission[]>
>;

/** What an operation needs. Throws when the emulator does not know it: to let it through would be a guess. */
export const permissionsFor = (
  table: PermissionTable,
  service: string,
  operation: string,
  input: JsonObject,
): readonly RequiredPermission[] => {
  const asks = Object.hasOwn(table, operation) ? table[operation] : undefined;
  if (asks === undefined) {
    throw accessDenied(
      service,
      `Emulator: which permissions ${service}:${operation} needs is not known. Add it to the service's permissions.ts.`,
    );
  }
  const needed = asks(input);
  return 'action' in needed ? [needed] : needed;
};

/** The service as its callers see it: whoever calls with a role's key needs the role's permissions. */
export const guarded = <Service extends JsonService>(
  service: Service,
  table: PermissionTable,
  access: Access,
): Service => ({
  ...service,
  call: async (action, input, context) => {
    access.permitOf(context.accessKeyId)?.(...permissionsFor(table, service.name, action, input));
    return service.call(action, input, context);
  },
});
