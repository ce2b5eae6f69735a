import { ACCOUNT_ID, REGION } from '../account.ts';
import { stackArn } from '../cloudformation/arn.ts';
import type { Json, JsonObject } from '../contracts.ts';
import { type Identity, identify, namePath, parentPath, propertyAt, type StackNames } from './identity.ts';
import { resolve, resolveCondition, type Scope } from './intrinsics.ts';
import type { RawResource, Template } from './read.ts';

/** A resource of the template with every intrinsic function replaced, as CloudFormation hands it to the service. */
export interface TemplateResource extends Identity {
  logicalId: string;
  type: string;
  properties: JsonObject;
  /** logical ids of the resources it refers to or `DependsOn` */
  dependsOn: readonly string[];
}

/**
 * The resources of a template, each after those it depends on, otherwise in the template's order.
 * Throws an Error naming the resource and what is wrong: an unknown reference or function, a circular dependency.
 */
export const resolveTemplate = (template: Template, names: StackNames): TemplateResource[] => {
  const reader = createReader(template, names);
  const resources = Object.entries(template.Resources)
    .filter(([, raw]) => raw.Condition === undefined || reader.condition(raw.Condition))
    .map(([logicalId, raw]) => reader.resource(logicalId, raw));
  return inOrderOfDependency(resources);
};

/** An output of the template, as a stack shows it. */
export interface TemplateOutput {
  key: string;
  value: string;
  description: string | undefined;
  /** by which other stacks find it */
  exportName: string | undefined;
}

/** Throws an Error naming the output and what is wrong, as `resolveTemplate` does for resources. */
export const templateOutputs = (template: Template, names: StackNames): TemplateOutput[] => {
  const { scope } = createReader(template, names);
  return Object.entries(template.Outputs)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([key, { Value, Description, Export }]) => {
      try {
        return {
          ...{ key, value: String(resolve(Value, scope)), description: Description },
          exportName: Export && String(resolve(Export.Name, scope)),
        };
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Output ${key}: ${reason}`, { cause });
      }
    });
};

/** The values of parameters: their defaults, for the emulator passes none. */
export const templateParameters = ({ Parameters }: Template): Record<string, string> =>
  Object.fromEntries(Object.entries(Parameters).map(([key, { Default }]) => [key, String(Default ?? '')]));

const createReader = (template: Template, names: StackNames) => {
  const scope = scopeOf(template, names, (id) => identities.of(id));
  const identities = new Identities(template, names, scope);
  const resource = (logicalId: string, raw: RawResource): TemplateResource => {
    try {
      const dependsOn = new Set(typeof raw.DependsOn === 'string' ? [raw.DependsOn] : raw.DependsOn);
      const properties = resolve(raw.Properties, noting(scope, template, dependsOn));
      if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
        throw new Error('its properties must be an object');
      }
      dependsOn.delete(logicalId);
      return {
        logicalId,
        type: raw.Type,
        properties,
        dependsOn: [...dependsOn],
        ...identities.of(logicalId),
      };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${logicalId} (${raw.Type}): ${reason}`, { cause });
    }
  };
  return { resource, condition: scope.condition, scope };
};

const scopeOf = (template: Template, names: StackNames, identityOf: (id: string) => Identity): Scope => {
  const scope: Scope = {
    ref: (id) =>
      pseudoParameter(id, names) ?? parameter(template, id) ?? (template.Resources[id] && identityOf(id).ref),
    attribute(id, attribute) {
      const value = template.Resources[id] && identityOf(id).attributes[attribute];
      if (value !== undefined) return value;
      const type = template.Resources[id]?.Type;
      if (!type) throw new Error(`Fn::GetAtt of ${id}, which the template does not declare`);
      throw new Error(`The emulator does not know ${attribute} of ${id} (${type})`);
    },
    mapping(map, top, second) {
      const value = template.Mappings[map]?.[top]?.[second];
      if (value === undefined) throw new Error(`Fn::FindInMap finds nothing at ${map}.${top}.${second}`);
      return value;
    },
    condition(name) {
      const definition = template.Conditions[name];
      if (definition === undefined) throw new Error(`The template has no condition ${name}`);
      return resolveCondition(definition, scope);
    },
  };
  return scope;
};

/** Names of resources, found when they are asked for: a name may be made of other resources' names. */
class Identities {
  readonly #template: Template;
  readonly #names: StackNames;
  readonly #scope: Scope;
  readonly #known = new Map<string, Identity>();
  readonly #underWay = new Set<string>();

  constructor(template: Template, names: StackNames, scope: Scope) {
    this.#template = template;
    this.#names = names;
    this.#scope = scope;
  }

  of(id: string): Identity {
    const known = this.#known.get(id);
    if (known) return known;
    const raw = this.#template.Resources[id];
    if (!raw) throw new Error(`The template does not declare ${id}`);
    if (this.#underWay.has(id)) throw new Error(`The name of ${id} depends on itself`);
    this.#underWay.add(id);
    const textAt = (path: readonly string[]): string | undefined => {
      const given = propertyAt(raw.Properties, path);
      const value = given === undefined ? undefined : resolve(given, this.#scope);
      return typeof value === 'string' ? value : undefined;
    };
    const parent = parentPath(raw.Type);
    const explicit = textAt(namePath(raw.Type) ?? ['Name']);
    const identity = identify(raw.Type, id, explicit, this.#names, parent && textAt(parent));
    this.#underWay.delete(id);
    this.#known.set(id, identity);
    return identity;
  }
}

/** The same scope, noting every resource that is looked up. */
const noting = (scope: Scope, template: Template, seen: Set<string>): Scope => {
  const note = (id: string): void => {
    if (template.Resources[id]) seen.add(id);
  };
  return {
    ...scope,
    ref(id) {
      note(id);
      return scope.ref(id);
    },
    attribute(id, attribute) {
      note(id);
      return scope.attribute(id, attribute);
    },
  };
};

const pseudoParameter = (id: string, names: StackNames): Json | undefined => {
  const pseudo: Record<string, Json> = {
    'AWS::AccountId': ACCOUNT_ID,
    'AWS::Region': REGION,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': names.stack,
    'AWS::StackId': stackArn(names.stack),
    'AWS::NotificationARNs': [],
  };
  return pseudo[id];
};

const parameter = (template: Template, id: string): Json | undefined => {
  const declared = template.Parameters[id];
  if (!declared) return undefined;
  if (declared.Type.startsWith('AWS::SSM::'))
    throw new Error(`The emulator has no SSM: parameter ${id} cannot be read`);
  if (declared.Default === undefined)
    throw new Error(`Parameter ${id} has no default, and the emulator passes none`);
  return declared.Default;
};

const inOrderOfDependency = (resources: readonly TemplateResource[]): TemplateResource[] => {
  const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const ordered = new Set<TemplateResource>();
  const path = new Set<string>();
  const place = (resource: TemplateResource): void => {
    if (ordered.has(resource)) return;
    if (path.has(resource.logicalId)) {
      throw new Error(`Circular dependency between resources: ${[...path, resource.logicalId].join(' → ')}`);
    }
    path.add(resource.logicalId);
    for (const id of resource.dependsOn) {
      const needed = byId.get(id);
      if (needed) place(needed);
    }
    path.delete(resource.logicalId);
    ordered.add(resource);
  };
  for (const resource of resources) place(resource);
  return [...ordered];
};
